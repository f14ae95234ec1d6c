"""The operators of conditions: what each takes, and when it holds."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.expression.budget import CONFIG_STEPS, Budget
from engine.expression.comparison import describe, equal, holds, is_empty, order
from engine.expression.errors import ExpressionError
from engine.expression.patterns import matches

Test = Callable[[object, object, Budget], bool]


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator.

    Attributes:
        name: As in a condition.
        takes: What its operands are, for messages.
        test: Whether it holds for operands that are not empty; without a right one, the second is None.
        takes_right: Whether it has a right operand.
        if_one_empty: Whether it holds where one of two operands is empty.
        if_empty: Whether it holds where all its operands are empty.
    """

    name: str
    takes: str
    test: Test
    takes_right: bool = True
    if_one_empty: bool = False
    if_empty: bool = False


def _ordered(wanted: Callable[[int], bool]) -> Test:
    return lambda left, right, _: wanted(order(left, right))


def _texts(test: Callable[[str, str], bool]) -> Test:
    def run(left: object, right: object, _: Budget) -> bool:
        if isinstance(left, str) and isinstance(right, str):
            return test(left, right)
        raise ExpressionError("EXPRESSION_TYPES", "Both sides must be text")

    return run


def _matches(left: object, right: object, budget: Budget) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return matches(left, right, budget)
    raise ExpressionError("EXPRESSION_TYPES", "Both sides must be text")


def _is(wanted: bool) -> Test:
    def run(left: object, _: object, __: Budget) -> bool:
        if isinstance(left, bool):
            return left is wanted
        raise ExpressionError(
            "EXPRESSION_TYPES", "It must be true or false", hint="'equals' compares with any value"
        )

    return run


def _not(test: Test) -> Test:
    return lambda left, right, budget: not test(left, right, budget)


def _held(left: object, right: object, budget: Budget) -> bool:
    return holds(right, left, budget)


_ORDER = "two numbers, two timestamps or two texts"
_HOLDER = "text and text, a list and anything, or an object and a key"
_HELD = "anything and a list, text and text, or a key and an object"

OPERATORS: dict[str, Operator] = {
    each.name: each
    for each in (
        Operator("equals", "anything", equal, if_empty=True),
        Operator("not_equals", "anything", _not(equal), if_one_empty=True),
        Operator("gt", _ORDER, _ordered(lambda sign: sign > 0)),
        Operator("gte", _ORDER, _ordered(lambda sign: sign >= 0)),
        Operator("lt", _ORDER, _ordered(lambda sign: sign < 0)),
        Operator("lte", _ORDER, _ordered(lambda sign: sign <= 0)),
        Operator("contains", _HOLDER, holds),
        Operator("not_contains", _HOLDER, _not(holds), if_one_empty=True, if_empty=True),
        Operator("starts_with", "two texts", _texts(str.startswith)),
        Operator("ends_with", "two texts", _texts(str.endswith)),
        Operator("in", _HELD, _held),
        Operator("not_in", _HELD, _not(_held), if_one_empty=True, if_empty=True),
        Operator("is_empty", "anything", lambda *_: False, takes_right=False, if_empty=True),
        Operator("is_not_empty", "anything", lambda *_: True, takes_right=False),
        Operator("is_true", "true or false", _is(True), takes_right=False),
        Operator("is_false", "true or false", _is(False), takes_right=False),
        Operator("matches", "two texts, the second a regular expression", _matches),
    )
}


def compare(operator: str, left: object, right: object, budget: Budget | None = None) -> bool:
    """Say whether a condition holds, given its operands; what is missing is given as None.

    Args:
        operator: One of OPERATORS.
        left: Its left operand.
        right: Its right operand; ignored by an operator that has none.
        budget: The steps that it shares with other conditions; 100,000 of its own otherwise.

    Raises:
        ExpressionError: CONDITION_TYPES, where the operator does not take these types, or the pattern of
            `matches` is wrong; EXPRESSION_TOO_LARGE.
        KeyError: There is no such operator.
    """
    found = OPERATORS[operator]
    empty = [is_empty(value) for value in ((left, right) if found.takes_right else (left,))]
    if any(empty):
        return found.if_empty if all(empty) else found.if_one_empty
    try:
        return found.test(left, right, budget or Budget(CONFIG_STEPS))
    except ExpressionError as error:
        if error.code != "EXPRESSION_TYPES":
            raise
        given = f"{describe(left)} and {describe(right)}" if found.takes_right else describe(left)
        hint = error.hint or "TEXT(x) gives a value as text"
        raise ExpressionError(
            "CONDITION_TYPES", f"'{operator}' takes {found.takes}: here is {given}", hint=hint
        ) from error
