"""The order that a search sorts records in."""

from collections.abc import Callable, Mapping, Sequence
from functools import cmp_to_key
from typing import Any

from db.records import RecordRecord
from engine.expression.paths import MISSING, parse_path, read_path
from engine.expression.times import parse_time
from engine.values import is_empty

_Place = tuple[int, Any]


def sort_key(sort: Sequence[Mapping[str, str]]) -> Callable[[RecordRecord], Any]:
    """Give the key that puts records in order; of equals the older comes first.

    Within an attribute numbers come before times, times before texts (by their characters), texts before
    false, false before true, and those before lists and objects; what is empty is last in either direction.

    Args:
        sort: The attributes to sort by, `{by, direction}`, the first first; `direction` is "asc" or "desc".
    """
    parts = [(parse_path(one["by"]), -1 if one.get("direction") == "desc" else 1) for one in sort]

    def compare(one: RecordRecord, other: RecordRecord) -> int:
        for path, sign in parts:
            left, right = (_place(read_path(record.values, path)) for record in (one, other))
            if left is None or right is None:
                found = (left is None) - (right is None)
            else:
                found = sign * ((left > right) - (left < right))
            if found:
                return found
        return (one.id > other.id) - (one.id < other.id)

    return cmp_to_key(compare)


def _place(value: object) -> _Place | None:
    if value is MISSING or is_empty(value):
        return None
    if isinstance(value, bool):
        return 3, value
    if isinstance(value, int | float):
        return 0, value
    if isinstance(value, str):
        moment = parse_time(value)
        return (2, value) if moment is None else (1, moment)
    return 4, 0
