"""Aggregate: one value out of a list."""

import math
from collections.abc import Callable, Sequence
from enum import StrEnum
from statistics import median
from typing import Any

from pydantic import Field

from engine.activity import ActivityContext, ActivityType, Category, Completed, Failed
from engine.config import Config, Outputs, PathText
from engine.errors import ExecutionError
from engine.expression.paths import MISSING, parse_path, read_path
from engine.values import JsonValue, UnstorableValueError, clean, preview


class Operation(StrEnum):
    """What to work out."""

    SUM = "sum"
    AVERAGE = "average"
    MIN = "min"
    MAX = "max"
    COUNT = "count"
    MEDIAN = "median"


class AggregateConfig(Config):
    """Over what, and what to work out."""

    items: list[Any] = Field(
        description="The list. Entries that are null count for nothing, under every operation."
    )
    field: PathText | None = Field(
        default=None,
        description="The path inside each entry, such as `values.score` of a record; the entry itself "
        "where left out. "
        "An entry without it counts for nothing.",
    )
    operation: Operation = Field(
        strict=False,
        description="`sum`, `average` and `median` take numbers; `min` and `max` numbers or texts (ISO "
        "dates among "
        "them), not both; `count` takes anything. Over no entries `sum` and `count` give 0, the others null.",
    )


class AggregateOutputs(Outputs):
    """What came out."""

    value: Any = Field(description="The value; null where there was nothing to work it out of.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sum(numbers: Sequence[float]) -> float:
    return sum(numbers) if all(isinstance(number, int) for number in numbers) else math.fsum(numbers)


_CALCULATIONS: dict[Operation, Callable[[list[Any]], JsonValue]] = {
    Operation.SUM: _sum,
    Operation.AVERAGE: lambda numbers: _sum(numbers) / len(numbers),
    Operation.MIN: min,
    Operation.MAX: max,
    Operation.COUNT: len,
    Operation.MEDIAN: median,
}
_OVER_NOTHING: dict[Operation, JsonValue] = {Operation.SUM: 0, Operation.COUNT: 0}


def perform(config: AggregateConfig, context: ActivityContext) -> Completed | Failed:
    """Work the value out."""
    path = parse_path(config.field) if config.field is not None else ()
    read = [read_path(entry, path) for entry in config.items]
    if config.field is not None and config.items and all(value is MISSING for value in read):
        context.ports.log("warning", f"No entry has '{config.field}'{_names(config.items)}.")
    found = [(index, value) for index, value in enumerate(read) if value is not MISSING and value is not None]
    wrong = _misfit(config.operation, found)
    if wrong is not None:
        return _wrong_type(config, *wrong)
    if not found:
        return Completed(outputs={"value": _OVER_NOTHING.get(config.operation)})
    try:
        value = clean(_CALCULATIONS[config.operation]([value for _, value in found]))
    except (OverflowError, UnstorableValueError):
        return _too_large(config)
    return Completed(outputs={"value": value})


def _names(items: Sequence[object]) -> str:
    first = next((item for item in items if isinstance(item, dict)), None)
    return f": the first one has {', '.join(list(first)[:20])}" if first else ""


def _misfit(operation: Operation, found: Sequence[tuple[int, object]]) -> tuple[int, object] | None:
    """Give the first entry that the operation does not take among these, with its index."""
    if operation is Operation.COUNT:
        return None
    texts = operation in (Operation.MIN, Operation.MAX) and bool(found) and isinstance(found[0][1], str)
    fits: Callable[[object], bool] = (lambda value: isinstance(value, str)) if texts else _is_number
    return next(((index, value) for index, value in found if not fits(value)), None)


def _wrong_type(config: AggregateConfig, index: int, value: object) -> Failed:
    takes = "numbers or texts, not both" if config.operation in (Operation.MIN, Operation.MAX) else "numbers"
    place = f"entry {index}" if config.field is None else f"'{config.field}' of entry {index}"
    shown = preview(value)
    return Failed(
        error=ExecutionError(
            code="VALUE_TYPES",
            message=f"{config.operation} takes {takes}, but {place} (counted from 0) is {_kind(value)}.",
            detail={
                "index": index,
                "field": config.field,
                "value": shown,
                "operation": config.operation.value,
            },
            hint=_hint(config, value),
        )
    )


def _hint(config: AggregateConfig, value: object) -> str:
    if isinstance(value, dict) and config.field is None:
        return "Name the part of each entry in `field`, such as values.score."
    return (
        "Turn the entries into numbers first, with NUMBER(…) in a Formula, or leave out those that are none."
    )


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return f"the text {value[:60]!r}"
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else f"the number {value}"


def _too_large(config: AggregateConfig) -> Failed:
    return Failed(
        error=ExecutionError(
            code="VALUE_TOO_LARGE",
            message=f"The {config.operation} is beyond the largest number that there is.",
            detail={"operation": config.operation.value},
        )
    )


AGGREGATE = ActivityType(
    type="aggregate",
    title="Aggregate",
    description="Works one value out of a list: the sum, average, smallest, largest, count or median of "
    "its entries.",
    category=Category.DATA,
    config=AggregateConfig,
    outputs=AggregateOutputs,
    perform=perform,
)
