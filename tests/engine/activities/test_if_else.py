from typing import Any

import pytest

from engine.activity import Completed
from tests.engine.activities.fakes import attempt, failure

CONFIG: dict[str, Any] = {
    "match": "all",
    "conditions": [
        {"left": "{{ trigger.payload.age }}", "operator": "gte", "right": 100},
        {"left": "{{ trigger.payload.region }}", "operator": "equals", "right": "EU"},
    ],
}


def scope(**payload: Any) -> dict[str, Any]:
    return {"trigger": {"payload": payload}}


@pytest.mark.parametrize(
    ("age", "region", "exit_name"), [(120, "EU", "true"), (120, "US", "false"), (99, "EU", "false")]
)
def test_it_goes_by_true_where_its_conditions_hold_else_by_false(
    age: int, region: str, exit_name: str
) -> None:
    outcome = attempt("if_else", CONFIG, scope(age=age, region=region))
    assert isinstance(outcome, Completed)
    assert (outcome.exit, outcome.outputs) == (exit_name, {"exit": exit_name})


def test_its_result_shows_each_operand_as_written_and_as_it_was() -> None:
    outcome = attempt("if_else", CONFIG, scope(age=120, region="US"))
    assert isinstance(outcome, Completed)
    assert outcome.result == {
        "cases": [
            {
                "exit": "true",
                "match": "all",
                "matched": False,
                "conditions": [
                    {
                        "path": "conditions.0",
                        "left": "{{ trigger.payload.age }}",
                        "operator": "gte",
                        "right": "100",
                        "leftValue": 120,
                        "rightValue": 100,
                        "holds": True,
                        "evaluated": True,
                    },
                    {
                        "path": "conditions.1",
                        "left": "{{ trigger.payload.region }}",
                        "operator": "equals",
                        "right": "EU",
                        "leftValue": "US",
                        "rightValue": "EU",
                        "holds": False,
                        "evaluated": True,
                    },
                ],
            }
        ]
    }


def test_what_was_not_needed_to_decide_is_shown_as_not_evaluated() -> None:
    outcome = attempt("if_else", CONFIG, scope(age=1, region="EU"))
    assert isinstance(outcome, Completed)
    assert outcome.result is not None
    cases = outcome.result["cases"]
    assert isinstance(cases, list)
    second = cases[0]["conditions"][1]
    assert (second["evaluated"], second["holds"], second["leftValue"]) == (False, None, None)


def test_an_operator_without_a_right_side_shows_none() -> None:
    config = {"match": "all", "conditions": [{"left": "{{ trigger.payload.x }}", "operator": "is_empty"}]}
    outcome = attempt("if_else", config, scope())
    assert isinstance(outcome, Completed)
    assert outcome.exit == "true"
    assert outcome.result is not None
    cases = outcome.result["cases"]
    assert isinstance(cases, list)
    assert cases[0]["conditions"][0]["right"] is None


def test_what_cannot_be_compared_fails_and_shows_how_far_it_came() -> None:
    error = failure("if_else", CONFIG, scope(age="old", region="EU"))
    assert error.code == "CONDITION_TYPES"
    assert error.detail is not None
    assert error.detail["condition"] == "conditions.0"
    (case,) = error.detail["cases"]
    assert case["matched"] is None
    assert (case["conditions"][0]["leftValue"], case["conditions"][0]["holds"]) == ("old", None)
    assert not error.retryable


def test_large_operands_are_shown_shortened_and_within_bounds() -> None:
    condition = {"left": "{{ trigger.payload.text }}", "operator": "is_empty"}
    config = {"match": "any", "conditions": [condition] * 30}
    outcome = attempt("if_else", config, scope(text="x" * 15_000))
    assert isinstance(outcome, Completed)
    assert outcome.result is not None
    cases = outcome.result["cases"]
    assert isinstance(cases, list)
    values = [verdict["leftValue"] for verdict in cases[0]["conditions"]]
    assert values[0] == "x" * 15_000
    assert values[-1] == "…"
