"""Values that a run stores and shows: cleaned, measured, and shortened where they are large."""

import orjson

from engine.expression.comparison import is_empty
from engine.expression.errors import ExpressionError
from engine.expression.json_values import JsonValue, UnstorableValueError, clean, format_time, weigh
from engine.expression.preview import preview, preview_list

__all__ = [
    "MAX_LIST_BYTES",
    "MAX_VALUE_BYTES",
    "JsonValue",
    "UnstorableValueError",
    "check_size",
    "clean",
    "fits",
    "format_time",
    "is_empty",
    "preview",
    "preview_list",
    "size",
]

MAX_VALUE_BYTES = 256 * 1024
MAX_LIST_BYTES = 4 * 1024 * 1024


def size(value: JsonValue) -> int:
    """Give the bytes of a clean value as compact JSON in UTF-8."""
    return len(orjson.dumps(value))


def fits(value: JsonValue, limit: int) -> bool:
    """Say whether a clean value has at most so many bytes as compact JSON."""
    return weigh(value, limit).bytes <= limit and size(value) <= limit


def check_size(value: JsonValue, limit: int, what: str) -> None:
    """Make sure that a clean value is not too large to be kept.

    Args:
        value: The value.
        limit: The bytes that it may have as compact JSON.
        what: Names it in the message, as in "The output of 'Fetch'".

    Raises:
        ExpressionError: VALUE_TOO_LARGE.
    """
    if not fits(value, limit):
        raise ExpressionError(
            "VALUE_TOO_LARGE",
            f"{what} is larger than the {limit // 1024} KiB that it may have as JSON",
            hint="Keep only the parts that are needed, for example with MAP(list, 'path')",
            detail={"limit": limit},
        )
