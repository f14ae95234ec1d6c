from engine.activity import Completed
from tests.engine.activities.fakes import attempt, completed, failure

SCOPE = {"trigger": {"payload": {"founded": 1901, "amount": 12, "tags": ["a"]}}}


def test_it_gives_the_value_and_the_variables_that_it_read() -> None:
    assert attempt("formula", {"expression": "2026 - trigger.payload.founded"}, SCOPE) == Completed(
        outputs={"value": 125},
        result={
            "expression": "2026 - trigger.payload.founded",
            "variables": {"trigger.payload.founded": 1901},
        },
    )


def test_one_that_cannot_be_computed_names_the_cause_the_column_and_what_it_had_read() -> None:
    error = failure("formula", {"expression": "trigger.payload.amount + trigger.payload.amnt"}, SCOPE)
    assert error.code == "FORMULA_INVALID"
    assert error.message.startswith("'amnt' is missing here: there are amount, founded, tags")
    assert error.detail is not None
    assert error.detail["cause"] == "VALUE_MISSING"
    assert error.detail["expression"] == "trigger.payload.amount + trigger.payload.amnt"
    assert error.detail["position"] == 42
    assert error.detail["variables"] == {"trigger.payload.amount": 12}
    assert "amount" in (error.hint or "")
    assert not error.retryable


def test_a_division_by_zero_is_its_cause() -> None:
    error = failure("formula", {"expression": "1 / 0"})
    assert (error.code, (error.detail or {})["cause"]) == ("FORMULA_INVALID", "DIVISION_BY_ZERO")


def test_types_that_do_not_fit_are_its_cause() -> None:
    error = failure("formula", {"expression": "trigger.payload.tags + 1"}, SCOPE)
    assert (error.code, (error.detail or {})["cause"]) == ("FORMULA_INVALID", "EXPRESSION_TYPES")


def test_large_variables_are_shown_by_their_beginning() -> None:
    scope = {"trigger": {"payload": {"items": [{"text": "x" * 100} for _ in range(1000)]}}}
    outcome = completed("formula", {"expression": "COUNT(trigger.payload.items)"}, scope)
    assert outcome.outputs == {"value": 1000}
    assert outcome.result is not None
    variables = outcome.result["variables"]
    assert isinstance(variables, dict)
    assert variables["trigger.payload.items"]["$list"]["count"] == 1000


def test_variables_beyond_the_room_are_only_named() -> None:
    scope = {"trigger": {"payload": {f"t{number}": "x" * 15_000 for number in range(6)}}}
    expression = " + ".join(f"LEN(trigger.payload.t{number})" for number in range(6))
    result = completed("formula", {"expression": expression}, scope).result
    assert result is not None
    variables = result["variables"]
    assert isinstance(variables, dict)
    assert [value == "…" for value in variables.values()] == [False] * 4 + [True] * 2
