from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.conditions import evaluate_group, matches_record
from engine.expression import ExpressionError
from engine.expression.operators import OPERATORS, compare


def one(left: str, operator: str, right: Any = None) -> dict[str, Any]:
    return {"match": "all", "conditions": [{"left": left, "operator": operator, "right": right}]}


@pytest.mark.parametrize(
    ("operator", "left", "right", "holds"),
    [
        ("equals", 5, 5.0, True),
        ("equals", "5", 5, False),
        ("equals", 1, True, False),
        ("equals", False, 0, False),
        ("equals", "a", "A", False),
        ("equals", [1, {"a": None}], [1.0, {"a": None}], True),
        ("equals", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00.000+01:00", True),
        ("equals", "2026-01-01", "2026-01-01T00:00:00Z", True),
        ("not_equals", "5", 5, True),
        ("not_equals", 5, 5, False),
        ("gt", 5, 4.5, True),
        ("gt", 5, 5, False),
        ("gte", 5, 5, True),
        ("lt", "a", "b", True),
        ("lt", "Z", "a", True),
        ("lte", "b", "a", False),
        ("gt", "2026-01-01T10:00:00+09:00", "2026-01-01T02:00:00Z", False),
        ("lt", "2026-01-01", "2026-01-01T00:00:01", True),
        ("lt", "2026-01-01", "next week", True),
        ("contains", "Lovelace", "love", False),
        ("contains", "Lovelace", "Love", True),
        ("contains", [1, "a"], 1.0, True),
        ("contains", ["2026-01-01"], "2026-01-01T00:00:00Z", True),
        ("contains", [[]], 0, False),
        ("contains", {"a": 1}, "a", True),
        ("not_contains", ["a"], "b", True),
        ("not_contains", "ab", "b", False),
        ("starts_with", "abc", "ab", True),
        ("ends_with", "abc", "ab", False),
        ("in", "a", ["a", "b"], True),
        ("in", 2, [1], False),
        ("in", "b", "abc", True),
        ("not_in", 2, [1], True),
        ("not_in", "a", ["a"], False),
        ("is_empty", 0, None, False),
        ("is_empty", False, None, False),
        ("is_empty", " ", None, False),
        ("is_not_empty", 0, None, True),
        ("is_true", True, None, True),
        ("is_true", False, None, False),
        ("is_false", False, None, True),
        ("matches", "order 66", r"\d+$", True),
        ("matches", "order 66", r"^\d+$", False),
        ("matches", "Über", "(?i)^ü", True),
    ],
)
def test_operators_hold_as_the_page_says(operator: str, left: Any, right: Any, holds: bool) -> None:
    assert compare(operator, left, right) is holds
    assert matches_record(one("a", operator, right), {"a": left}) is holds
    scope = {"left": left, "right": right}
    assert evaluate_group(one("{{ left }}", operator, "{{ right }}"), scope)[0] is holds


@pytest.mark.parametrize("empty", [None, "", [], {}])
@pytest.mark.parametrize("other", [0, False, "a", [None], 5])
@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_an_empty_operand_decides_and_never_fails(operator: str, other: object, empty: object) -> None:
    binary = {"not_equals", "not_contains", "not_in"}

    if OPERATORS[operator].takes_right:
        assert compare(operator, empty, other) is (operator in binary)
        assert compare(operator, other, empty) is (operator in binary)
        assert compare(operator, empty, None) is (operator in {"equals", "not_contains", "not_in"})
        assert compare(operator, "", empty) is (operator in {"equals", "not_contains", "not_in"})
    else:
        assert compare(operator, empty, other) is (operator == "is_empty")


ORDER = "two numbers, two timestamps or two texts"
HOLDER = "text and text, a list and anything, or an object and a key"
HELD = "anything and a list, text and text, or a key and an object"
FLAG = "true or false"


@pytest.mark.parametrize(
    ("operator", "left", "right", "takes", "given"),
    [
        ("gt", "5", 3, ORDER, "text and a number"),
        ("gte", "2026-01-01", 3, ORDER, "text and a number"),
        ("lte", 5, "3", ORDER, "a number and text"),
        ("gt", True, False, ORDER, f"{FLAG} and {FLAG}"),
        ("lt", [1], [2], ORDER, "a list and a list"),
        ("contains", 5, 5, HOLDER, "a number and a number"),
        ("contains", "5", 5, HOLDER, "text and a number"),
        ("contains", {"a": 1}, 1, HOLDER, "an object and a number"),
        ("not_contains", True, "a", HOLDER, f"{FLAG} and text"),
        ("in", 5, 5, HELD, "a number and a number"),
        ("not_in", 5, "5", HELD, "a number and text"),
        ("starts_with", 5, "5", "two texts", "a number and text"),
        ("ends_with", "5", ["5"], "two texts", "text and a list"),
        ("is_true", "true", None, FLAG, "text"),
        ("is_false", 0, None, FLAG, "a number"),
        ("matches", 5, "5", "two texts, the second a regular expression", "a number and text"),
    ],
)
def test_what_cannot_be_compared_fails_with_what_the_operator_takes(
    operator: str, left: Any, right: Any, takes: str, given: str
) -> None:
    with pytest.raises(ExpressionError) as caught:
        compare(operator, left, right)

    assert caught.value.code == "CONDITION_TYPES"
    assert str(caught.value) == f"'{operator}' takes {takes}: here is {given}"
    with pytest.raises(ExpressionError, match="takes"):
        matches_record(one("a", operator, right), {"a": left})


@pytest.mark.parametrize("pattern", ["(", r"(a)\1", "(?=a)", "a{1001}", "((a{100}){100}){100}", "a" * 1_001])
def test_a_wrong_or_huge_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compare("matches", "a", pattern)

    assert caught.value.code == "CONDITION_TYPES"


def test_a_pattern_takes_time_in_proportion_to_text_and_pattern_only() -> None:
    assert compare("matches", "x" * 250_000, "(x+x+)+y") is False
    with pytest.raises(ExpressionError) as caught:
        compare("matches", "ab" * 125_000, "[ab]*a[ab]{500}c")

    assert caught.value.code == "EXPRESSION_TOO_LARGE"


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([0.5, "", "a", "ab", "2026-01-01", "2026-01-01T00:00:00Z", "("]),
    st.lists(st.sampled_from([1, "a", None]), max_size=2),
    st.dictionaries(st.just("a"), st.just(1)),
)


@given(st.sampled_from(sorted(OPERATORS)), VALUES, VALUES)
def test_opposite_operators_never_agree_and_only_condition_types_is_raised(
    operator: str, left: Any, right: Any
) -> None:
    def outcome(name: str) -> bool | str:
        try:
            return compare(name, left, right)
        except ExpressionError as error:
            return error.code

    result = outcome(operator)
    assert result in (True, False, "CONDITION_TYPES")
    empty = any(value in (None, "", [], {}) for value in (left, right))
    for name, opposite in (("gt", "lte"), ("lt", "gte"), ("contains", "not_contains"), ("in", "not_in")):
        if operator == name and not empty:
            assert outcome(opposite) == (not result if isinstance(result, bool) else result)
    assert outcome("equals") is not outcome("not_equals")
    assert outcome("is_empty") is not outcome("is_not_empty")
