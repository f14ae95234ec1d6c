"""What equals, what comes before and what holds what: the same in expressions and in conditions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.expression.budget import Budget
from engine.expression.errors import ExpressionError
from engine.expression.json_values import MAX_DEPTH
from engine.expression.times import parse_time

_DIGITS = frozenset("0123456789")


def is_number(value: object) -> bool:
    """Say whether a value is a number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def describe(value: object) -> str:
    """Name the kind of a value in a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if is_number(value):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"


def is_empty(value: object) -> bool:
    """Say whether a value is empty: null, "", [] or {}. What is missing is given as None."""
    return value is None or (isinstance(value, (str, list, Mapping)) and len(value) == 0)


def truth(value: object) -> bool:
    """Say whether a value counts as true: all do but false, 0 and what is empty."""
    if isinstance(value, (bool, int, float)):
        return bool(value)
    return not is_empty(value)


def equal(left: object, right: object, budget: Budget, depth: int = 0) -> bool:
    """Say whether two values are the same; values of different types never are.

    Numbers compare as numbers, two ISO timestamps as times, lists and objects part by part.

    Raises:
        ExpressionError: EXPRESSION_TOO_LARGE.
    """
    if isinstance(left, str) and isinstance(right, str):
        times = None if left == right else _times(left, right)
        return left == right if times is None else times[0] == times[1]
    if is_number(left) and is_number(right):
        return left == right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and _equal_lists(left, right, budget, depth)
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return len(left) == len(right) and _equal_objects(left, right, budget, depth)
    return left is right


def _equal_lists(left: list[object], right: list[object], budget: Budget, depth: int) -> bool:
    _descend(len(left), depth, budget)
    return all(equal(one, other, budget, depth + 1) for one, other in zip(left, right, strict=True))


def _equal_objects(
    left: Mapping[str, object], right: Mapping[str, object], budget: Budget, depth: int
) -> bool:
    _descend(len(left), depth, budget)
    return all(key in right and equal(left[key], right[key], budget, depth + 1) for key in left)


def _descend(count: int, depth: int, budget: Budget) -> None:
    budget.items(count)
    if depth >= MAX_DEPTH:
        raise ExpressionError("EXPRESSION_TOO_LARGE", f"A value is nested more than {MAX_DEPTH} deep")


def _times(left: str, right: str) -> tuple[datetime, datetime] | None:
    if left[:1] not in _DIGITS or right[:1] not in _DIGITS:
        return None
    one, other = parse_time(left), parse_time(right)
    return None if one is None or other is None else (one, other)


def order(left: object, right: object) -> int:
    """Say which of two values comes first: -1 the left, 1 the right, 0 neither.

    Numbers compare as numbers, two ISO timestamps as times, other text by its characters (code points).

    Raises:
        ExpressionError: EXPRESSION_TYPES, for anything else.
    """
    if isinstance(left, str) and isinstance(right, str):
        return _sign(*(_times(left, right) or (left, right)))
    if is_number(left) and is_number(right):
        return _sign(left, right)
    raise ExpressionError(
        "EXPRESSION_TYPES",
        f"Only two numbers or two texts have an order: here are {describe(left)} and {describe(right)}",
        hint="NUMBER(text) reads text as a number, DEFAULT(x, 0) stands in for null",
    )


def _sign(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def holds(container: object, item: object, budget: Budget) -> bool:
    """Say whether a text holds another, a list an equal item, or an object a key.

    Raises:
        ExpressionError: EXPRESSION_TYPES, where there is nothing to look in or the item cannot be in it;
            EXPRESSION_TOO_LARGE.
    """
    if isinstance(container, list):
        budget.items(len(container))
        return any(equal(one, item, budget) for one in container)
    if isinstance(container, str) and isinstance(item, str):
        budget.text(len(container))
        return item in container
    if isinstance(container, Mapping) and isinstance(item, str):
        return item in container
    raise ExpressionError(
        "EXPRESSION_TYPES",
        f"{describe(container).capitalize()} cannot hold {describe(item)}: "
        "lists hold anything, text and objects hold text",
        hint="TEXT(number) gives a number as text",
    )
