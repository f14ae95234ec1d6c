"""What the operators do with numbers, and `+` with text."""

import math
from collections.abc import Callable

from engine.expression.budget import Budget
from engine.expression.comparison import describe, is_number
from engine.expression.errors import ExpressionError

MAX_BITS = 4_096
MAX_TEXT = 1024 * 1024

Number = int | float


def check_number(value: Number) -> Number:
    """Give the number back.

    Raises:
        ExpressionError: EXPRESSION_TOO_LARGE, beyond 4,096 bits, or what floating point can hold.
    """
    if isinstance(value, int):
        if value.bit_length() > MAX_BITS:
            raise too_large("A number has more than 4,096 bits")
    elif not math.isfinite(value):
        raise too_large("A number is larger than floating point can hold")
    return value


def check_text(length: int, budget: Budget) -> None:
    """Make sure that text of that many characters may come to be, before it does.

    Raises:
        ExpressionError: EXPRESSION_TOO_LARGE, beyond a mebi (1,048,576) characters.
    """
    if length > MAX_TEXT:
        raise too_large(f"A text would have {length:,} characters: {MAX_TEXT:,} are allowed")
    budget.text(length)


def too_large(message: str) -> ExpressionError:
    """Give the error for a value that is too large."""
    return ExpressionError("EXPRESSION_TOO_LARGE", message)


def _add(left: Number, right: Number) -> Number:
    return left + right


def _subtract(left: Number, right: Number) -> Number:
    return left - right


def _multiply(left: Number, right: Number) -> Number:
    if (
        isinstance(left, int)
        and isinstance(right, int)
        and left.bit_length() + right.bit_length() > MAX_BITS + 1
    ):
        raise too_large("A number would have more than 4,096 bits")
    return left * right


def _divide(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int) and left % right == 0:
        return left // right
    return left / right


def _floor(left: Number, right: Number) -> Number:
    return left // right


def _remainder(left: Number, right: Number) -> Number:
    return left % right


_OPERATORS: dict[str, Callable[[Number, Number], Number]] = {
    "+": _add, "-": _subtract, "*": _multiply, "/": _divide, "//": _floor, "%": _remainder,
}  # fmt: skip


def calculate(operator: str, left: object, right: object, budget: Budget) -> object:
    """Apply one of + - * / // % to two values; `+` also joins two texts.

    `/` of two whole numbers that divide is whole, `//` rounds down, `%` has the sign of its right side.

    Raises:
        ExpressionError: EXPRESSION_TYPES, DIVISION_BY_ZERO or EXPRESSION_TOO_LARGE.
    """
    if (
        isinstance(left, (int, float))
        and isinstance(right, (int, float))
        and is_number(left)
        and is_number(right)
    ):
        try:
            return check_number(_OPERATORS[operator](left, right))
        except ZeroDivisionError:
            raise ExpressionError(
                "DIVISION_BY_ZERO",
                f"'{operator}' divides by zero",
                hint="IF(x == 0, …, … / x) leaves zero out",
            ) from None
        except OverflowError:
            raise too_large("A number is larger than floating point can hold") from None
    if operator == "+" and isinstance(left, str) and isinstance(right, str):
        check_text(len(left) + len(right), budget)
        return left + right
    takes = "adds numbers or joins text" if operator == "+" else "takes numbers"
    raise ExpressionError(
        "EXPRESSION_TYPES",
        f"'{operator}' {takes}: here are {describe(left)} and {describe(right)}",
        hint=_mend(operator, left, right),
    )


def negate(value: object) -> Number:
    """Give the number with the other sign.

    Raises:
        ExpressionError: EXPRESSION_TYPES.
    """
    if isinstance(value, (int, float)) and is_number(value):
        return -value
    raise ExpressionError(
        "EXPRESSION_TYPES", f"'-' takes a number: here is {describe(value)}", hint=_mend("-", value)
    )


def _mend(operator: str, *values: object) -> str:
    if any(value is None for value in values):
        return "DEFAULT(x, 0) stands in for null"
    if operator == "+" and any(isinstance(value, str) for value in values):
        return "TEXT(x) gives a number as text, NUMBER(x) text as a number; CONCAT(a, b) joins anything"
    return "NUMBER(x) reads text as a number"
