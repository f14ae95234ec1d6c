from typing import Any

from engine.values import MAX_VALUE_BYTES, size
from tests.engine.activities.fakes import prepared

SCOPE: dict[str, Any] = {
    "trigger": {
        "payload": {"name": "Ada", "n": 3, "tags": ["a", "b"], "long": "x" * 200_000, "text": "x" * 20_000}
    }
}


def test_everything_is_rendered_and_validated() -> None:
    ready = prepared(
        "create_record", {"object": "people", "values": {"who": "{{ trigger.payload.name }}"}}, SCOPE
    )
    assert ready.error is None
    assert ready.inputs == {"object": "people", "values": {"who": "Ada"}}
    assert ready.config is not None
    assert ready.config.model_dump() == {"object": "people", "values": {"who": "Ada"}}


def test_the_inputs_keep_the_order_in_which_they_were_written() -> None:
    config = {"body": "{{ trigger.payload.n }}", "url": "https://example.com/", "method": "POST"}
    inputs = prepared("http_request", config, SCOPE).inputs
    assert isinstance(inputs, dict)
    assert list(inputs) == ["body", "url", "method"]


def test_an_expression_stays_as_written() -> None:
    ready = prepared("formula", {"expression": "trigger.payload.n + trigger.payload.nothing"}, SCOPE)
    assert ready.error is None
    assert ready.inputs == {"expression": "trigger.payload.n + trigger.payload.nothing"}


def test_conditions_are_shown_with_what_can_be_worked_out_and_never_fail_here() -> None:
    conditions = [
        {"left": "{{ trigger.payload.n + 1 }}", "operator": "gt", "right": 3},
        {
            "left": "{{ trigger.payload.nothing }}",
            "operator": "equals",
            "right": "{{ trigger.payload.nothing + 1 }}",
        },
        {
            "match": "any",
            "conditions": [
                {"left": "{{ 1 / 0 }}", "operator": "in", "right": ["{{ trigger.payload.name }}", "x"]}
            ],
        },
    ]
    ready = prepared("if_else", {"match": "all", "conditions": conditions}, SCOPE)
    assert ready.error is None
    assert ready.inputs == {
        "match": "all",
        "conditions": [
            {"left": 4, "operator": "gt", "right": 3},
            {"left": None, "operator": "equals", "right": {"$error": "VALUE_MISSING"}},
            {
                "match": "any",
                "conditions": [
                    {"left": {"$error": "DIVISION_BY_ZERO"}, "operator": "in", "right": ["Ada", "x"]}
                ],
            },
        ],
    }


def test_many_large_operands_are_shown_within_bounds() -> None:
    condition = {"left": "{{ trigger.payload.text }}", "operator": "is_empty"}
    ready = prepared("filter", {"match": "all", "conditions": [condition] * 200}, SCOPE)
    assert ready.error is None
    assert size(ready.inputs) < MAX_VALUE_BYTES


def test_the_conditions_reach_perform_as_written() -> None:
    config = {
        "match": "all",
        "conditions": [{"left": "{{ trigger.payload.n }}", "operator": "gt", "right": 3}],
    }
    ready = prepared("if_else", config, SCOPE)
    assert ready.config is not None
    assert ready.config.model_dump() == config


def test_the_first_template_that_fails_decides_the_error_and_all_are_told() -> None:
    config = {
        "object": "people",
        "values": {"a": "{{ trigger.payload.nam }}", "b": "{{ trigger.payload.n }}", "c": ["x {{ 1 / 0 }}"]},
    }
    ready = prepared("create_record", config, SCOPE)
    assert ready.config is None
    assert ready.inputs == {
        "object": "people", "values": {"a": {"$error": "VALUE_MISSING"}, "b": 3, "c": [{"$error": "DIVISION_BY_ZERO"}]}
    }  # fmt: skip
    assert ready.error is not None
    assert (ready.error.code, ready.error.retryable) == ("VALUE_MISSING", False)
    assert ready.error.message.startswith("values.a: 'nam' is missing here")
    detail = ready.error.detail
    assert detail is not None
    assert (detail["configPath"], detail["path"], detail["missing"]) == (
        ["values", "a"], "trigger.payload.nam", "nam"
    )  # fmt: skip
    assert (detail["expression"], detail["position"]) == ("trigger.payload.nam", 20)
    assert [(one["configPath"], one["code"]) for one in detail["failed"]] == [
        (["values", "a"], "VALUE_MISSING"), (["values", "c", "0"], "DIVISION_BY_ZERO")
    ]  # fmt: skip


def test_a_rendered_value_that_does_not_fit_names_the_field_what_it_got_and_what_it_takes() -> None:
    ready = prepared(
        "delay", {"amount": "{{ trigger.payload.name }}", "unit": "{{ trigger.payload.n }}"}, SCOPE
    )
    assert ready.config is None
    assert ready.error is not None
    assert (ready.error.code, ready.error.retryable) == ("CONFIG_INVALID", False)
    assert ready.error.message == (
        "'amount' must be a number, but is 'Ada'. How many units to wait; fractions are fine. (And 1 more.)"
    )
    assert [one["configPath"] for one in (ready.error.detail or {})["faults"]] == [["amount"], ["unit"]]
    assert ready.inputs == {"amount": "Ada", "unit": 3}


def test_an_input_beyond_256_kib_fails_it_and_is_shown_shortened() -> None:
    config = {"object": "o", "values": {"a": "{{ trigger.payload.long }}", "b": "{{ trigger.payload.long }}"}}
    ready = prepared("create_record", config, SCOPE)
    assert ready.error is not None
    assert ready.error.code == "VALUE_TOO_LARGE"
    assert ready.error.message.startswith("'values' as rendered is larger than the 256 KiB")
    assert ready.inputs == {"object": "o", "values": {"$object": {"count": 2, "keys": ["a", "b"]}}}


def test_inputs_that_are_too_large_together_fail_it() -> None:
    config = {"object": "{{ trigger.payload.long }}", "values": {"a": "{{ trigger.payload.long }}"}}
    ready = prepared("create_record", config, SCOPE)
    assert ready.error is not None
    assert ready.error.code == "VALUE_TOO_LARGE"
    assert size(ready.inputs) <= MAX_VALUE_BYTES


def test_what_is_kept_stays_small_where_rendering_failed_too() -> None:
    config = {
        "object": "{{ trigger.nothing }}",
        "values": dict.fromkeys("abc", "{{ trigger.payload.long }}"),
    }
    ready = prepared("create_record", config, SCOPE)
    assert ready.error is not None
    assert ready.error.code == "VALUE_MISSING"
    assert size(ready.inputs) <= MAX_VALUE_BYTES


def test_only_a_loops_items_may_have_more_than_256_kib() -> None:
    scope = {"trigger": {"payload": {"list": ["x" * 1000] * 1000}}}
    ready = prepared("loop", {"items": "{{ trigger.payload.list }}"}, scope)
    assert ready.error is None
    error = prepared("aggregate", {"items": "{{ trigger.payload.list }}", "operation": "count"}, scope).error
    assert error is not None
    assert error.code == "VALUE_TOO_LARGE"
