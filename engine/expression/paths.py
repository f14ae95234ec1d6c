"""Paths into values: the parts after a name, as in `values.founded`, `tags[0]`, `['my field'].x`."""

import difflib
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice

from engine.expression.comparison import describe
from engine.expression.errors import ExpressionError

Part = str | int

CONSTANTS = {"true": True, "false": False, "null": None}
MISSING = object()
MAX_PATH = 500
MAX_DIGITS = 10
SHOWN_NAMES = 10
COMPARED_NAMES = 200

_PART = re.compile(
    r"""\[(?P<index>-?[0-9]{1,9})\]|\[(?P<quote>['"])(?P<quoted>.+?)(?P=quote)\]|(?P<name>[^.\[\]'"{}]+)"""
)


@lru_cache(maxsize=1024)
def parse_path(text: str) -> tuple[Part, ...]:
    """Read a path that stands alone: an attribute's in a search, or the second argument of MAP.

    Any name may stand between the points, with spaces too; `['a.b']` names a part that holds a point.

    Raises:
        ExpressionError: EXPRESSION_TYPES, where the text is no path.
    """
    parts: list[Part] = []
    at = 0
    while at < len(text) <= MAX_PATH:
        if parts and text[at] == ".":
            at += 1
        elif parts and text[at] != "[":
            break
        found = _PART.match(text, at)
        if found is None or (found["name"] and found["name"] != found["name"].strip()):
            break
        parts.append(int(found["index"]) if found["index"] else found["quoted"] or found["name"])
        at = found.end()
    if not parts or at < len(text):
        raise ExpressionError(
            "EXPRESSION_TYPES",
            f"'{text[: SHOWN_NAMES * 5]}' is no path",
            hint="A path is written as in score, address.city, tags[0] or ['my field']",
        )
    return tuple(parts)


def read_part(value: object, part: Part) -> object:
    """Give a part of an object (by key) or a list (by index from 0; negative: from the end), else MISSING."""
    if isinstance(value, list):
        return _item(value, part)
    if isinstance(value, (dict, Mapping)):
        try:
            return value[part if isinstance(part, str) else str(part)]
        except KeyError:
            return MISSING
    return MISSING


def _item(items: list[object], part: Part) -> object:
    if isinstance(part, str):
        if not (part.isascii() and part.isdecimal() and len(part) < MAX_DIGITS):
            return MISSING
        part = int(part)
    return items[part] if -len(items) <= part < len(items) else MISSING


def read_path(value: object, parts: tuple[Part, ...]) -> object:
    """Give what stands at the path; MISSING where a part is absent."""
    for part in parts:
        value = read_part(value, part)
        if value is MISSING:
            return MISSING
    return value


def missing(part: Part, holder: object, *, path: str, holder_path: str) -> ExpressionError:
    """Give the VALUE_MISSING error for a part that its holder does not have.

    Args:
        part: The first part of the path that is absent.
        holder: What should have it.
        path: The whole path, as written.
        holder_path: The path of the holder, as written; empty for the names of the scope.
    """
    name = f"'{part}'" if isinstance(part, str) else f"[{part}]"
    there = sorted(islice(holder, COMPARED_NAMES)) if isinstance(holder, Mapping) else []
    facts = {
        "path": path,
        "missing": part,
        "available": there[:SHOWN_NAMES] if isinstance(holder, Mapping) else None,
    }
    return ExpressionError(
        "VALUE_MISSING",
        f"{name} is missing here: {_there_is(holder, there, holder_path)}",
        hint=_mend(part, holder, there, path, holder_path),
        detail=facts,
    )


def _there_is(holder: object, names: list[str], holder_path: str) -> str:
    if isinstance(holder, Mapping):
        if not names:
            return f"{holder_path} is empty" if holder_path else "there are no names"
        more = f" and {len(holder) - SHOWN_NAMES} more" if len(holder) > SHOWN_NAMES else ""
        return f"there {'is only' if len(names) == 1 else 'are'} {', '.join(names[:SHOWN_NAMES])}{more}"
    if isinstance(holder, list):
        return f"{holder_path} is a list of {len(holder)}"
    return f"{holder_path} is {describe(holder)}"


def _mend(part: Part, holder: object, names: list[str], path: str, holder_path: str) -> str:
    if isinstance(holder, list) and isinstance(part, str):
        return f"{holder_path}[0] is its first item; MAP({holder_path}, '{part}') takes it of each item"
    known = names if holder_path else [*names, *CONSTANTS]
    if close := difflib.get_close_matches(str(part), known, 1):
        return f"Did you mean {close[0] if close[0].isidentifier() else [close[0]]}?"
    return f"DEFAULT({path}, …) gives a value where it may be missing"
