import sys
from typing import Any

import pytest

from engine.expression import ExpressionError, parse
from engine.expression.budget import Budget

LONG = "aé" * 500_000
RECORDS = [{"a": index, "b": "x" * 20, "c": [1, 2, 3]} for index in range(10_000)]
DEEP: Any = []
for _ in range(127):
    DEEP = [DEEP]
TOO_DEEP = [DEEP, DEEP]
SCOPE = {
    "t": LONG,
    "l": RECORDS,
    "n": list(range(100_000)),
    "deep": DEEP,
    "too_deep": TOO_DEEP,
    "s": "x",
    "f": 1e308,
}

TOO_LARGE = [
    "SUM(n)",
    "COUNT(n)",
    "SORT(n)",
    "UNIQUE(n)",
    "MAX(n)",
    "n == n",
    "MAP(n, 'a')",
    "WHERE(l, 'c', [1, 2, 3])",
    "l == l",
    "UNIQUE(l)",
    "JSON(n)",
    "JOIN(n, ',')",
    "-1 in n",
    "CONTAINS(n, -1)",
    "SPLIT(t, 'a')",
    "REPLACE(t, 'a', 'aaaa')",
    "t + t",
    "CONCAT(t, t)",
    "JOIN([t, t], '')",
    "JOIN([s, s, s], t)",
    "UPPER(REPLACE(t, 'a', 'ŉ')) + t",
    "TEXT([t, t])",
    "JSON([t, t])",
    "+".join(["LEN(UPPER(t))"] * 60),
    "+".join(["LEN(TRIM(t))"] * 60),
    " or ".join(["'zz' in t"] * 60),
    "+".join(["LEN(JSON(l))"] * 5),
    "+".join(["LEN(MAP(l, 'a'))"] * 60),
    "[" + ",".join(["t"] * 300) + "]",
    "[" + ",".join(["l"] * 300) + "]",
    "9223372036854775807 + 1",
    "too_deep",
    "JSON(too_deep)",
    "f * 10",
    "f + f",
    "SUM([f, f])",
    "-f - f",
    "AVERAGE(f, f)",
    "f / 0.1",
    "f // 0.1",
    "9" * 1000 + " / 0.5",
    "NUMBER('1e999')",
    f"NUMBER('{'9' * 401}')",
    "*".join(["9" * 400] * 4),
]

REFUSED = [
    "a" * 4097,
    "(" * 33 + "1" + ")" * 33,
    "[" * 33 + "]" * 33,
    "not " * 33 + "1",
    "-" * 33 + "s",
    "(" * 4000,
    "1 if 1 else " * 33 + "1",
    "IF(1, 1, " * 33 + "1" + ")" * 33,
    "s[" * 33 + "0" + "]" * 33,
    "+".join(["1"] * 400),
    "s" + ".s" * 500,
    "[" + "1," * 500 + "1]",
    "9" * 2000,
    "1e400",
    "__import__('os')",
    "s.__class__()",
    "().__class__.__bases__[0]",
    "''.join(s)",
    "'{0.__class__}'.format(s)",
    "[x for x in n]",
    "lambda: 1",
    "s := 1",
    "2 ** 9999",
    "s if s",
    "f'{s}'",
    "`id`",
    "s; s",
    "s\0",
    "#",
    "\\",
    "@s",
    "...",
]

MISSING = [
    "s.__class__",
    "s['__class__']",
    "l.__len__",
    "deep.__dict__",
    "__builtins__",
    "globals",
    "l[0].a.real",
    "self",
    "l[99999999999999999999]",
    "l[-99999999999999999999]",
    "n.9999999999999999999999",
    "n['٣']",
    "l[1e300]",
]


@pytest.mark.parametrize("source", TOO_LARGE, ids=lambda source: source[:40])
def test_what_would_take_too_much_is_stopped(source: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(source).evaluate_traced(SCOPE)

    assert caught.value.code == "EXPRESSION_TOO_LARGE"
    assert caught.value.position is not None


@pytest.mark.parametrize("source", REFUSED, ids=lambda source: source[:40])
def test_what_is_no_expression_or_too_long_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(source)

    assert caught.value.code == "TEMPLATE_SYNTAX"
    assert caught.value.position is not None


@pytest.mark.parametrize("source", MISSING, ids=lambda source: source[:40])
def test_nothing_of_python_can_be_reached(source: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(source).evaluate(SCOPE)

    assert caught.value.code == "VALUE_MISSING"


def test_just_within_the_limits_all_is_well() -> None:
    assert parse("(" * 32 + "1" + ")" * 32).evaluate({}) == 1
    assert parse("[" * 32 + "]" * 32).evaluate({})
    assert parse("+".join(["1"] * 250)).evaluate({}) == 250
    assert parse("1" + " " * 4095).evaluate({}) == 1
    assert parse("SUM(MAP(l, 'a'))").evaluate(SCOPE) == sum(range(10_000))
    assert parse("LEN(SORT(MAP(l, 'a')))").evaluate(SCOPE) == 10_000
    assert parse("deep").evaluate(SCOPE) == DEEP
    assert parse("LEN(t)").evaluate(SCOPE) == 1_000_000
    assert parse("LEN(UPPER(t))").evaluate(SCOPE) == 1_000_000
    assert parse("-9223372036854775807 - 1").evaluate({}) == -(2**63)
    assert parse("TEXT(" + "*".join(["9" * 300] * 4) + ")").evaluate({}) == str((10**300 - 1) ** 4)


def test_the_deepest_expression_needs_little_of_the_stack() -> None:
    level = "IF(1 or 1 and 1 == 1 + 1 * "
    source = level * 31 + "1" + ", 1, 1)" * 31
    limit = sys.getrecursionlimit()
    depth = len(list(iter_frames()))
    sys.setrecursionlimit(depth + 600)
    try:
        assert parse(source).evaluate({}) == 1
    finally:
        sys.setrecursionlimit(limit)


def iter_frames() -> Any:
    frame = sys._getframe()
    while frame is not None:
        yield frame
        frame = frame.f_back  # type: ignore[assignment]


def test_steps_are_shared_by_those_who_share_a_budget() -> None:
    expression, shared = parse("SUM(MAP(l, 'a'))"), Budget(5_000)

    assert expression.evaluate(SCOPE, shared) == sum(range(10_000))
    assert expression.evaluate(SCOPE, shared) == sum(range(10_000))
    with pytest.raises(ExpressionError, match="more than 5,000 steps"):
        expression.evaluate(SCOPE, shared)


def test_a_step_is_a_part_ten_items_or_a_thousand_characters() -> None:
    def steps(source: str) -> int:
        low, high = 0, 20_000
        while low < high:
            middle = (low + high) // 2
            try:
                parse(source).evaluate(SCOPE, Budget(middle))
                high = middle
            except ExpressionError:
                low = middle + 1
        return low

    assert steps("1 + 1") == 3
    assert steps("COUNT(l)") == 2 + 1_000
    assert steps("TRIM(t) == ''") == 4 + 1_000
    assert steps("FIRST(n)") == 2
