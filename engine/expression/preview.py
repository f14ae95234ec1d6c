"""How large values are shown where a whole one would be too much."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from engine.expression.json_values import JsonValue, clean, json_text, weigh

PREVIEW_ITEMS = 10
PREVIEW_BYTES = 16 * 1024
PREVIEW_TEXT = 1_000


def preview_list(items: list[Any]) -> dict[str, Any]:
    """Show a list by its count and its first ten items."""
    return {"$list": {"count": len(items), "first": items[:PREVIEW_ITEMS]}}


def preview(value: object) -> JsonValue:
    """Show a value whole up to 16 KiB as JSON, a larger one by its beginning.

    A long text is cut after 1,000 characters and ends in "…". A list becomes `{"$list": {"count", "first"}}`
    with as many of its first ten items as fit; an object `{"$object": {"count", "keys"}}` likewise.

    Raises:
        UnstorableValueError: As `clean`.
    """
    if weigh(value, PREVIEW_BYTES).bytes <= PREVIEW_BYTES and _fits(cleaned := clean(value), PREVIEW_BYTES):
        return cleaned
    if isinstance(value, list):
        return {"$list": {"count": len(value), "first": _fitting(value[:PREVIEW_ITEMS])}}
    if isinstance(value, Mapping):
        return {"$object": {"count": len(value), "keys": _fitting(list(islice(value, PREVIEW_ITEMS)))}}
    return clean(f"{str(value)[:PREVIEW_TEXT]}…")


def _fits(value: JsonValue, room: int) -> bool:
    return len(json_text(value).encode()) <= room


def _fitting(items: list[Any]) -> list[Any]:
    result: list[Any] = []
    for item in items:
        if weigh(item, PREVIEW_BYTES).bytes > PREVIEW_BYTES or not _fits(
            [*result, clean(item)], PREVIEW_BYTES
        ):
            break
        result.append(clean(item))
    return result
