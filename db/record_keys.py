"""Keys of values: two plain values are equal, as conditions see it, exactly where their keys are."""

import hashlib
from collections.abc import Mapping

from engine.expression.times import parse_time

_LONGEST = 100


def key_of(value: object) -> str | None:
    """Give the key of a text, a number or a boolean; None for what is empty, a list or an object."""
    if isinstance(value, bool):
        return f"boolean {str(value).lower()}"
    if isinstance(value, int | float):
        return _short("number", repr(int(value)) if value == int(value) else repr(value))
    if not isinstance(value, str) or not value:
        return None
    moment = parse_time(value) if value[0].isdecimal() else None
    return _short("text", value) if moment is None else f"time {moment.isoformat()}"


def keys_of(values: Mapping[str, object]) -> dict[str, str]:
    """Give the keys of a record's values, by attribute."""
    found = {attribute: key_of(value) for attribute, value in values.items()}
    return {attribute: key for attribute, key in found.items() if key is not None}


def _short(kind: str, text: str) -> str:
    if len(text) <= _LONGEST:
        return f"{kind} {text}"
    return f"long {kind} {hashlib.sha256(text.encode()).hexdigest()}"
