"""Plain JSON values: what may leave an expression, and how large it is."""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, TypeAlias

import orjson

JsonValue: TypeAlias = bool | int | float | str | list[Any] | dict[str, Any] | None

MAX_DEPTH = 128
MAX_VALUES = 500_000
LEAST, MOST = -(2**63), 2**63 - 1

_SCALARS = (int, float, type(None))


class UnstorableValueError(ValueError):
    """A value that JSON, or a database that holds JSON, cannot hold.

    Attributes:
        reason: What is wrong with it.
        too_large: Whether it is only too large or too deep.
        path: Where in the value.
    """

    def __init__(self, reason: str, *, too_large: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.too_large = too_large
        self.path: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        where = ".".join(str(part) for part in self.path)
        return f"{where}: {self.reason}" if where else self.reason


def clean(value: object) -> JsonValue:
    """Give the value as plain JSON that can be stored everywhere; it shares nothing with what was given.

    Mappings become dicts, times RFC 3339 text in UTC. In text NUL and lone surrogates, which no database
    takes, become U+FFFD.

    Raises:
        UnstorableValueError: NaN or an infinity, a whole number of more than 64 bits, a time without a zone,
            a key that is no text, nesting deeper than 128, or what is no JSON type; its `path` says where.
    """
    return _clean(value, 0)


def _clean(value: object, depth: int) -> JsonValue:
    kind = type(value)
    if kind is str:
        return clean_text(value)  # type: ignore[arg-type]  # the exact types first: this is a hot path
    if value is None or kind is bool:
        return value  # type: ignore[return-value]  # as above
    if isinstance(value, (int, float)):
        return _clean_number(value)
    if isinstance(value, (dict, list, tuple, Mapping)):
        if depth >= MAX_DEPTH:
            raise UnstorableValueError(f"nested more than {MAX_DEPTH} deep", too_large=True)
        if isinstance(value, Mapping):
            return _clean_object(value, depth + 1)
        return _clean_list(value, depth + 1)
    return _clean_other(value)


def _clean_other(value: object) -> str:
    if isinstance(value, str):
        return clean_text(str(value))
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, date):
        return value.isoformat()
    raise UnstorableValueError(f"{type(value).__name__} is no JSON type")


def _clean_list(items: list[Any] | tuple[Any, ...], depth: int) -> list[Any]:
    result: list[Any] = []
    try:
        for item in items:
            result.append(_clean(item, depth))
    except UnstorableValueError as error:
        error.path = (len(result), *error.path)
        raise
    return result


def _clean_object(value: Mapping[Any, object], depth: int) -> dict[str, Any]:
    result = {}
    for key, item in value.items():
        try:
            if not isinstance(key, str):
                raise UnstorableValueError("a key of an object must be text")
            result[clean_text(key)] = _clean(item, depth)
        except UnstorableValueError as error:
            error.path = (str(key), *error.path)
            raise
    return result


def _clean_number(value: float) -> float:
    if isinstance(value, int):
        if not LEAST <= value <= MOST:
            raise UnstorableValueError(
                "a whole number must fit 64 bits; as text it keeps all its digits", too_large=True
            )
        return int(value)
    if not math.isfinite(value):
        raise UnstorableValueError(f"{value} is no JSON number")
    return float(value)


def clean_text(text: str) -> str:
    """Give the text with U+FFFD for each NUL and each lone surrogate."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    return text


def format_time(moment: datetime) -> str:
    """Give a time as RFC 3339 text, UTC, with microseconds.

    Raises:
        UnstorableValueError: It has no zone, or lies outside the years 1 to 9999 in UTC.
    """
    if moment.tzinfo is None:
        raise UnstorableValueError("a time must have a zone")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise UnstorableValueError("a time must lie in the years 1 to 9999") from None
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"


class Weight(NamedTuple):
    """How heavy a value is: at most as many bytes as it has as JSON, and how many values are in it."""

    bytes: int
    values: int


def weigh(value: object, limit: int) -> Weight:
    """Weigh a value; stops once it has more bytes than the limit, or more values than may be kept.

    Unlike writing it, this allocates nothing for what a value holds many times.
    """
    total, count, rest = 0, 0, [[value]]
    while rest and total <= limit and count <= MAX_VALUES:
        items = rest.pop()
        count += len(items)
        for item in items:
            if isinstance(item, str):
                total += len(item) + 2
            elif isinstance(item, list):
                total += 1 + len(item)
                rest.append(item)
            elif isinstance(item, _SCALARS) or not isinstance(item, Mapping):
                total += 1
            else:
                total += 1 + sum(len(key) + 4 for key in item)
                rest.append(list(item.values()))
    return Weight(total, count)


def json_text(value: JsonValue) -> str:
    """Give a clean value as compact JSON text."""
    return orjson.dumps(value).decode()
