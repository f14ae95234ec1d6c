"""Functions of numbers, and those that make one number of many."""

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal

from engine.expression.arithmetic import check_number, too_large
from engine.expression.call import Call, function
from engine.expression.comparison import describe, is_number, order

_NUMERIC = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_MOST_DIGITS = 400
_ROUND_DIGITS = 15
_EXACT_FLOATS = 2.0**52
_CONTEXT = Context(prec=60, rounding=ROUND_HALF_UP)


@function("NUMBER(text)", 1, 1)
def number(call: Call) -> object:
    """Read text as a number: digits with a point, no separators, no units. A number stays."""
    value = call.value(0)
    if is_number(value):
        return value
    if not isinstance(value, str):
        raise call.wrong(0, value, "text or a number")
    text = value.strip()
    if len(text) > _MOST_DIGITS:
        raise too_large(f"NUMBER(text): text of more than {_MOST_DIGITS} characters is no number")
    if not _NUMERIC.fullmatch(text):
        raise call.fail(f"'{value[:40]}' is no number", hint=_mend_number(text))
    return check_number(int(text) if text.lstrip("+-").isdecimal() else float(text))


def _mend_number(text: str) -> str:
    begins = _NUMERIC.match(text)
    if begins is None:
        return "DEFAULT and IF can stand in for what is no number"
    follows = text[begins.end()]
    if follows == ",":
        return "The fraction follows a point, nothing groups digits: REPLACE(x, ',', '') takes commas out"
    return f"FIRST(SPLIT(x, '{follows}')) takes what stands before the first '{follows}'"


@function("ROUND(number, digits)", 1, 2)
def round_number(call: Call) -> object:
    """Round half away from zero to as many digits after the point (0; negative before it)."""
    value = call.number(0)
    digits = call.number(1) if len(call) > 1 else 0
    if digits != int(digits) or abs(digits) > _ROUND_DIGITS:
        raise call.fail(f"digits is a whole number from -{_ROUND_DIGITS} to {_ROUND_DIGITS}")
    return _round(value, int(digits))


def _round(value: int | float, digits: int) -> int | float:
    if isinstance(value, float) and abs(value) < _EXACT_FLOATS:
        rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), context=_CONTEXT)
        return float(rounded) if digits > 0 else int(rounded)
    if digits >= 0:
        return value
    whole, unit = int(value), 10**-digits
    result = (abs(whole) + unit // 2) // unit * unit
    return check_number(type(value)(result if whole >= 0 else -result))


@function("ABS(number)", 1, 1)
def absolute(call: Call) -> object:
    """Give the number without its sign."""
    return abs(call.number(0))


def _values(call: Call) -> list[object]:
    """Give the arguments, those that are lists as their items, without null."""
    values: list[object] = []
    for index in range(len(call)):
        value = call.value(index)
        found = value if isinstance(value, list) else [value]
        call.budget.items(len(found))
        values.extend(one for one in found if one is not None)
    return values


def _numbers(call: Call) -> list[int | float]:
    numbers: list[int | float] = []
    for value in _values(call):
        if not isinstance(value, (int, float)) or not is_number(value):
            raise call.fail(
                f"it takes numbers, and {describe(value)} is among them",
                hint="MAP(list, 'path') takes numbers out of objects, NUMBER(x) reads text as a number",
            )
        numbers.append(value)
    return numbers


def _sum(numbers: list[int | float]) -> int | float:
    try:
        return check_number(
            math.fsum(numbers) if any(isinstance(one, float) for one in numbers) else sum(numbers)
        )
    except OverflowError:
        raise too_large("A number is larger than floating point can hold") from None


@function("SUM(list)", 1, None)
def total(call: Call) -> object:
    """Add the numbers; 0 where there are none."""
    return _sum(_numbers(call))


@function("AVERAGE(list)", 1, None)
def average(call: Call) -> object:
    """Give the mean of the numbers; null where there are none."""
    numbers = _numbers(call)
    if not numbers:
        return None
    added = _sum(numbers)
    if isinstance(added, int) and added % len(numbers) == 0:
        return added // len(numbers)
    try:
        return added / len(numbers)
    except OverflowError:
        raise too_large("A number is larger than floating point can hold") from None


@function("COUNT(list)", 1, None)
def count(call: Call) -> object:
    """Count the values that are not null."""
    return len(_values(call))


def _extreme(call: Call, comes_first: Callable[[int], bool]) -> object:
    values = _values(call)
    result = values[0] if values else None
    for value in values:
        if comes_first(order(value, result)):
            result = value
    return result


@function("MIN(list)", 1, None)
def minimum(call: Call) -> object:
    """Give the smallest number, text or timestamp; null where there is none."""
    return _extreme(call, lambda ordered: ordered < 0)


@function("MAX(list)", 1, None)
def maximum(call: Call) -> object:
    """Give the largest number, text or timestamp; null where there is none."""
    return _extreme(call, lambda ordered: ordered > 0)


NUMBERS = (number, round_number, absolute, total, average, count, minimum, maximum)
