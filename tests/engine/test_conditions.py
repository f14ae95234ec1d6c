from typing import Any

import pytest

from engine.conditions import (
    Verdict,
    evaluate_group,
    filled,
    matches_record,
    references,
    render_group,
    unevaluated,
)
from engine.expression import ExpressionError

SCOPE: dict[str, Any] = {
    "trigger": {"payload": {"n": 5, "name": "Ada", "tags": ["vip"], "none": None, "text": "5"}}
}


def one(left: str, operator: str, right: Any = None, match: str = "all") -> dict[str, Any]:
    return {"match": match, "conditions": [{"left": left, "operator": operator, "right": right}]}


def test_each_condition_gets_a_verdict_with_operands_as_written_and_as_they_were() -> None:
    group = {
        "match": "all",
        "conditions": [
            {"left": "{{ trigger.payload.n }}", "operator": "gt", "right": 3},
            {"left": "Hi {{ trigger.payload.name }}", "operator": "in", "right": ["{{ 'Hi Ada' }}", 1]},
            {"left": "{{ trigger.payload.gone }}", "operator": "is_empty"},
            {"left": "{{ trigger.payload.none }}", "operator": "equals", "right": None},
        ],
    }

    holds, verdicts = evaluate_group(group, SCOPE)

    assert holds
    assert verdicts == [
        Verdict(
            path="conditions.0",
            left="{{ trigger.payload.n }}",
            operator="gt",
            right="3",
            left_value=5,
            right_value=3,
            holds=True,
            evaluated=True,
        ),
        Verdict(
            path="conditions.1",
            left="Hi {{ trigger.payload.name }}",
            operator="in",
            right="""["{{ 'Hi Ada' }}",1]""",
            left_value="Hi Ada",
            right_value=["Hi Ada", 1],
            holds=True,
            evaluated=True,
        ),
        Verdict(
            path="conditions.2",
            left="{{ trigger.payload.gone }}",
            operator="is_empty",
            right=None,
            left_value=None,
            right_value=None,
            holds=True,
            evaluated=True,
        ),
        Verdict(
            path="conditions.3",
            left="{{ trigger.payload.none }}",
            operator="equals",
            right="null",
            left_value=None,
            right_value=None,
            holds=True,
            evaluated=True,
        ),
    ]
    assert verdicts[0].as_data() == {
        "path": "conditions.0",
        "left": "{{ trigger.payload.n }}",
        "operator": "gt",
        "right": "3",
        "leftValue": 5,
        "rightValue": 3,
        "holds": True,
        "evaluated": True,
    }


def leaf(holds: bool | None) -> dict[str, Any]:
    """A condition that holds, does not hold, or (None) would fail if it were evaluated."""
    left = "{{ gone + 1 }}" if holds is None else "{{ 1 > 2 }}" if holds is False else "{{ 1 < 2 }}"
    return {"left": left, "operator": "is_true"}


@pytest.mark.parametrize(
    ("match", "leaves", "holds", "verdicts"),
    [
        ("all", [True, True], True, [True, True]),
        ("all", [True, False, None], False, [True, False, None]),
        ("any", [False, False], False, [False, False]),
        ("any", [False, True, None], True, [False, True, None]),
        ("all", [], True, []),
        ("any", [], False, []),
    ],
)
def test_conditions_are_evaluated_until_their_group_is_decided(
    match: str, leaves: list[bool | None], holds: bool, verdicts: list[bool | None]
) -> None:
    result, found = evaluate_group({"match": match, "conditions": [leaf(each) for each in leaves]}, SCOPE)

    assert result is holds
    assert [verdict.holds for verdict in found] == verdicts
    assert [verdict.evaluated for verdict in found] == [each is not None for each in verdicts]
    assert all(verdict.left_value is None for verdict in found if not verdict.evaluated)


def test_groups_stand_in_groups() -> None:
    group = {
        "match": "any",
        "conditions": [
            leaf(False),
            {
                "match": "all",
                "conditions": [leaf(True), {"match": "any", "conditions": [leaf(True), leaf(None)]}],
            },
            {"match": "all", "conditions": [leaf(None)]},
        ],
    }

    holds, verdicts = evaluate_group(group, SCOPE)

    assert holds
    assert [(verdict.path, verdict.holds) for verdict in verdicts] == [
        ("conditions.0", False),
        ("conditions.1.conditions.0", True),
        ("conditions.1.conditions.1.conditions.0", True),
        ("conditions.1.conditions.1.conditions.1", None),
        ("conditions.2.conditions.0", None),
    ]


def test_a_group_never_evaluated_has_a_verdict_on_each_condition() -> None:
    group = {"match": "all", "conditions": [leaf(None), {"match": "any", "conditions": [leaf(True)]}]}

    assert [(verdict.path, verdict.holds, verdict.evaluated) for verdict in unevaluated(group)] == [
        ("conditions.0", None, False),
        ("conditions.1.conditions.0", None, False),
    ]


def test_a_bare_path_that_is_missing_is_empty_and_anything_else_fails() -> None:
    payload = "trigger.payload"
    for path in (f"{payload}.gone", f"{payload}.gone.deeper", f"{payload}.name.first", "gone"):
        left = f"{{{{ {path} }}}}"
        assert evaluate_group(one(left, "is_empty"), SCOPE)[0], left
        assert not evaluate_group(one(left, "gt", 3), SCOPE)[0], left
        assert not evaluate_group(one("{{ trigger.payload.n }}", "gt", left), SCOPE)[0], left
    for left in (
        "{{ trigger.payload.gone + 0 }}",
        " {{ trigger.payload.gone }}",
        "{{ [trigger.payload.gone] }}",
    ):
        with pytest.raises(ExpressionError) as caught:
            evaluate_group(one(left, "is_empty"), SCOPE)
        assert caught.value.code == "VALUE_MISSING", left


def test_a_failure_brings_the_verdicts_so_far_and_names_its_condition() -> None:
    group = {
        "match": "all",
        "conditions": [leaf(True), one("{{ trigger.payload.text }}", "gt", 3)],
    }

    with pytest.raises(ExpressionError) as caught:
        evaluate_group(group, SCOPE)

    assert caught.value.code == "CONDITION_TYPES"
    assert caught.value.hint == "NUMBER(text) reads text as a number, DEFAULT(x, 0) stands in for null"
    assert caught.value.detail == {
        "condition": "conditions.1.conditions.0",
        "operator": "gt",
        "left": "{{ trigger.payload.text }}",
        "right": 3,
    }
    assert [(verdict.holds, verdict.evaluated) for verdict in caught.value.verdicts] == [
        (True, True),
        (None, True),
    ]
    assert (caught.value.verdicts[1].left_value, caught.value.verdicts[1].right_value) == ("5", 3)


def test_an_operand_that_fails_is_marked_in_its_verdict() -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate_group(one("{{ trigger.payload.n }}", "gt", "{{ 1 / 0 }}"), SCOPE)

    verdict = caught.value.verdicts[0]
    assert (verdict.left_value, verdict.right_value) == (5, {"$error": "DIVISION_BY_ZERO"})
    assert caught.value.detail["condition"] == "conditions.0"
    assert caught.value.detail["expression"] == "1 / 0"


def test_large_operands_are_shown_by_their_beginning() -> None:
    scope = {"list": list(range(9_000))}

    _, verdicts = evaluate_group(one("{{ list }}", "contains", 5), scope)

    assert verdicts[0].left_value == {"$list": {"count": 9_000, "first": list(range(10))}}


def test_a_group_is_filled_in_as_far_as_it_was_evaluated() -> None:
    group = {
        "match": "any",
        "exit": "big",
        "conditions": [
            {"left": "{{ trigger.payload.n }}", "operator": "lt", "right": "{{ 1 + 1 }}"},
            {
                "match": "all",
                "conditions": [{"left": "{{ trigger.payload.name }}", "operator": "is_not_empty"}],
            },
            {"left": "{{ trigger.payload.tags }}", "operator": "contains", "right": "x"},
        ],
    }

    _, verdicts = evaluate_group(group, SCOPE)

    assert filled(group, verdicts) == {
        "match": "any",
        "exit": "big",
        "conditions": [
            {"left": 5, "operator": "lt", "right": 2},
            {"match": "all", "conditions": [{"left": "Ada", "operator": "is_not_empty"}]},
            {"left": "{{ trigger.payload.tags }}", "operator": "contains", "right": "x"},
        ],
    }


def test_references_are_those_of_both_sides() -> None:
    inner = one("{{ a.b }}", "equals", ["{{ c.d }}"])
    group = {"match": "all", "conditions": [inner, {"left": "e {{ f }}", "operator": "is_empty"}]}

    assert references(group) == {("a", "b"), ("c", "d"), ("f",)}


def test_a_search_has_its_right_sides_filled_in() -> None:
    group = {
        "match": "all",
        "conditions": [
            {"left": "sector", "operator": "equals", "right": "{{ trigger.payload.name }}"},
            {
                "match": "any",
                "conditions": [
                    {"left": "score", "operator": "gt", "right": "{{ trigger.payload.gone }}"},
                    {"left": "score", "operator": "gt", "right": "{{ 1 / 0 }}"},
                    {"left": "note", "operator": "is_empty"},
                ],
            },
        ],
    }

    rendered = render_group(group, SCOPE)

    assert rendered.value == {
        "match": "all",
        "conditions": [
            {"left": "sector", "operator": "equals", "right": "Ada"},
            {
                "match": "any",
                "conditions": [
                    {"left": "score", "operator": "gt", "right": None},
                    {"left": "score", "operator": "gt", "right": {"$error": "DIVISION_BY_ZERO"}},
                    {"left": "note", "operator": "is_empty"},
                ],
            },
        ],
    }
    assert [(path, error.code) for path, error in rendered.errors] == [
        (("conditions", 1, "conditions", 1, "right"), "DIVISION_BY_ZERO")
    ]


def test_a_record_is_held_against_a_group_over_its_attributes() -> None:
    record = {"name": "Acme", "score": 7, "address": {"city": "Paris"}, "tags": ["a", "b"], "my field": True}

    def found(left: str, operator: str, right: Any = None) -> bool:
        return matches_record(one(left, operator, right), record)

    assert found("score", "gt", 5)
    assert found("address.city", "equals", "Paris")
    assert found("tags[-1]", "equals", "b")
    assert found("my field", "is_true")
    assert found("gone", "is_empty")
    assert found("gone.deeper", "not_equals", 1)
    assert not found("gone", "gt", 1)
    assert matches_record({"match": "all", "conditions": []}, record)
    assert not matches_record({"match": "any", "conditions": []}, record)
    assert matches_record(
        {"match": "any", "conditions": [one("score", "gt", 9), one("score", "lt", 9)]}, record
    )
