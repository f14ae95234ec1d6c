from typing import Any

import pytest

from engine.activities.switch import check, exits_of
from engine.activity import Completed
from tests.engine.activities.fakes import attempt, failure


def case(exit_name: str, least: int) -> dict[str, Any]:
    condition = {"left": "{{ trigger.payload.n }}", "operator": "gte", "right": least}
    return {"exit": exit_name, "match": "all", "conditions": [condition]}


CONFIG = {"cases": [case("huge", 1000), case("big", 100), case("some", 1)]}


@pytest.mark.parametrize(("number", "exit_name"), [(5000, "huge"), (500, "big"), (1, "some"), (0, "default")])
def test_it_goes_by_the_first_case_that_holds_else_by_default(number: int, exit_name: str) -> None:
    outcome = attempt("switch", CONFIG, {"trigger": {"payload": {"n": number}}})
    assert isinstance(outcome, Completed)
    assert (outcome.exit, outcome.outputs) == (exit_name, {"exit": exit_name})


def test_cases_after_the_one_that_held_are_shown_as_not_evaluated() -> None:
    outcome = attempt("switch", CONFIG, {"trigger": {"payload": {"n": 500}}})
    assert isinstance(outcome, Completed)
    assert outcome.result is not None
    cases = outcome.result["cases"]
    assert isinstance(cases, list)
    assert [(one["exit"], one["matched"]) for one in cases] == [
        ("huge", False),
        ("big", True),
        ("some", None),
    ]
    assert [one["conditions"][0]["evaluated"] for one in cases] == [True, True, False]


def test_a_case_that_cannot_be_decided_fails_it_with_the_cases_before() -> None:
    error = failure("switch", CONFIG, {"trigger": {"payload": {"n": "many"}}})
    assert error.code == "CONDITION_TYPES"
    assert [one["exit"] for one in (error.detail or {})["cases"]] == ["huge"]


def test_its_exits_are_those_of_its_cases_then_default_and_error() -> None:
    assert exits_of(CONFIG) == ("huge", "big", "some", "default", "error")
    assert exits_of({}) == ("default", "error")


def test_exits_that_are_taken_are_refused() -> None:
    cases = [case("a", 1), case("a", 2), case("default", 3), case("error", 4), case("{{ x }}", 5)]
    problems = check({"cases": cases})
    assert [(problem.path, problem.message) for problem in problems] == [
        (("cases", "1", "exit"), "'a' is the exit of an earlier case; each case needs its own."),
        (("cases", "2", "exit"), "'default' is an exit of every Switch; a case needs one of its own."),
        (("cases", "3", "exit"), "'error' is an exit of every Switch; a case needs one of its own."),
        (("cases", "4", "exit"), "An exit is a name, not a template: edges name it before anything runs."),
    ]


def test_faults_inside_the_conditions_of_a_case_are_found() -> None:
    broken = {"exit": "a", "match": "all", "conditions": [{"left": "{{ 1 }}", "operator": "eq", "right": 1}]}
    (problem,) = check({"cases": [broken]})
    assert problem.path == ("cases", "0", "conditions", "0", "operator")
