from typing import Any

import pytest

from tests.engine.simulation import activity, edge, workflow
from tests.engine.validation.finding import faults, message


def one(kind: str, config: dict[str, Any], **more: Any) -> dict[str, Any]:
    return workflow([{"key": "a", "type": kind, "config": config, **more}], [edge("trigger", "a")])


@pytest.mark.parametrize(
    ("kind", "config", "where"),
    [
        ("formula", {}, "expression"),
        ("formula", {"expression": 5}, "expression"),
        ("formula", {"expression": "1", "round": 2}, "round"),
        ("loop", {"items": 5}, "items"),
        ("loop", {"items": [], "limit": 10_001}, "limit"),
        ("delay", {"amount": 5, "unit": "month"}, "unit"),
        ("delay_until", {"timestamp": "soon"}, "timestamp"),
        ("round_robin", {"members": []}, "members"),
        ("aggregate", {"items": [], "operation": "mean"}, "operation"),
        ("adjust_time", {"timestamp": "2026-11-22", "amount": 1, "unit": "decades"}, "unit"),
        ("adjust_time", {"timestamp": "2026-11-22", "amount": 1, "unit": "days", "timezone": "Berlin"}, "timezone"),
        ("random_number", {"min": 1, "max": "6"}, "max"),
        ("parse_json", {"text": "{}", "schema": {"properties": {"a": {"type": "strin"}}}}, "schema/properties/a/type"),
        ("parse_json", {"text": "{}", "schema": {"$ref": "https://example.com/schema.json"}}, "schema"),
        ("update_record", {"record": [], "values": {}}, "record"),
        ("create_or_update_record", {"object": "o", "matchOn": "a", "values": {"b": 1}}, "values"),
        ("http_request", {"url": "https://example.com/", "headers": {"X": {}}}, "headers/X"),
        ("if_else", {"match": "all"}, "conditions"),
        ("if_else", {"match": "all", "conditions": []}, "conditions"),
        ("if_else", {"match": "some", "conditions": [{"left": "{{ 1 }}", "operator": "is_true"}]}, "match"),
        ("if_else", {"match": "all", "conditions": [{"left": "{{ 1 }}", "operator": "is"}]}, "conditions/0/operator"),
        ("if_else", {"match": "all", "conditions": [{"left": "{{ 1 }}", "operator": "gt"}]}, "conditions/0/right"),
        ("if_else", {"match": "all", "conditions": [5]}, "conditions/0"),
        ("switch", {"cases": []}, "cases"),
        ("switch", {"cases": [{"match": "all", "conditions": [{"left": "{{ 1 }}", "operator": "is_true"}]}]}, "cases/0/exit"),
        ("find_records", {"object": "o", "conditions": {"match": "all"}}, "conditions/conditions"),
        ("find_records", {"object": "o", "sort": [{"by": "a", "way": "up"}]}, "sort/0/way"),
    ],
)  # fmt: skip
def test_each_fault_of_a_configuration_is_one_entry_where_it_stands(
    kind: str, config: dict[str, Any], where: str
) -> None:
    assert faults(one(kind, config)) == [("CONFIG_INVALID", f"activities/0/config/{where}")]


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        (
            "loop",
            {
                "items": "{{ trigger.payload.list }}",
                "limit": "{{ trigger.payload.n }}",
                "mode": "{{ 'parallel' }}",
            },
        ),
        ("delay", {"amount": "{{ trigger.payload.n }}", "unit": "{{ trigger.payload.unit }}"}),
        ("create_record", {"object": "{{ trigger.payload.o }}", "values": "{{ trigger.payload }}"}),
        ("delay_until", {"timestamp": "{{ trigger.payload.day }}"}),
        ("round_robin", {"members": "{{ trigger.payload.list }}"}),
        (
            "adjust_time",
            {
                "timestamp": "{{ trigger.payload.day }}",
                "amount": "{{ trigger.payload.n }}",
                "unit": "{{ trigger.payload.unit }}",
                "timezone": "{{ trigger.payload.zone }}",
            },
        ),
        ("adjust_time", {"timestamp": "2026-11-22", "amount": 1.5, "unit": "{{ trigger.payload.unit }}"}),
        ("random_number", {"min": 6, "max": "{{ trigger.payload.n }}", "integer": "{{ 1 == 1 }}"}),
        ("random_number", {"min": 0.5, "max": 1, "integer": "{{ 1 == 2 }}"}),
        ("parse_json", {"text": "{{ trigger.payload.text }}", "schema": "{{ trigger.payload.schema }}"}),
        ("parse_json", {"text": "{}", "schema": {"type": "{{ trigger.payload.type }}"}}),
        (
            "create_or_update_record",
            {"object": "o", "matchOn": "{{ trigger.payload.by }}", "values": {"a": 1}},
        ),
        (
            "create_or_update_record",
            {"object": "o", "matchOn": "a", "values": {"a": "{{ trigger.payload.a }}"}},
        ),
        ("update_record", {"record": {"id": "{{ trigger.payload.id }}"}, "values": {}}),
        (
            "http_request",
            {
                "url": "{{ trigger.payload.url }}",
                "method": "{{ 'GET' }}",
                "headers": {"X": "{{\n1 }}"},
                "query": "{{ trigger.payload.q }}",
            },
        ),
        (
            "find_records",
            {
                "object": "o",
                "sort": [{"by": "{{ trigger.payload.by }}", "direction": "{{ 'asc' }}"}],
                "limit": "{{ 5 }}",
            },
        ),
        (
            "aggregate",
            {"items": "{{ trigger.payload.list }}", "operation": "{{ 'sum' }}", "field": "{{ 'a' }}"},
        ),
    ],
)
def test_a_template_may_stand_for_any_type(kind: str, config: dict[str, Any]) -> None:
    assert faults(one(kind, config)) == []


def test_a_message_says_what_it_got_and_what_it_takes() -> None:
    assert message(one("loop", {"items": [], "mode": "paralel"})).startswith(
        "'mode' must be 'sequential' or 'parallel', but is 'paralel'."
    )
    assert message(one("formula", {"expresion": "1", "expression": "1"})) == (
        "There is no key 'expresion' here; there are expression. Did you mean 'expression'?"
    )


@pytest.mark.parametrize(
    ("kind", "config", "said"),
    [
        (
            "adjust_time",
            {"timestamp": "2026-11-22", "amount": 1.5, "unit": "years"},
            "This takes a whole `amount` of years.",
        ),
        ("random_number", {"min": 6, "max": 1}, "This takes a `min` that is not larger than `max`."),
        (
            "random_number",
            {"min": 0, "max": 0.5},
            "This takes a whole `min` and `max`, or `integer` false.",
        ),
    ],
)
def test_parts_that_do_not_go_together_are_one_entry_for_the_whole(
    kind: str, config: dict[str, Any], said: str
) -> None:
    assert faults(one(kind, config)) == [("CONFIG_INVALID", "activities/0/config")]
    assert message(one(kind, config)).startswith(said)


def test_every_fault_of_a_schema_is_an_entry_of_its_own() -> None:
    schema = {"type": "strin", "properties": {"a": {"pattern": "("}, "b": 5}}
    assert sorted(faults(one("parse_json", {"text": "{}", "schema": schema}))) == [
        ("CONFIG_INVALID", f"activities/0/config/schema/{where}")
        for where in ("properties/a/pattern", "properties/b", "type")
    ]


def test_the_inputs_that_the_trigger_declares_are_checked() -> None:
    data = one("formula", {"expression": "1"})
    data["trigger"] = {
        "type": "MANUAL",
        "config": {"inputs": {"n": {"type": "int"}, "m": {"type": "text", "default": 1}}},
    }
    assert faults(data) == [
        ("CONFIG_INVALID", "trigger/config/inputs/n/type"), ("CONFIG_INVALID", "trigger/config/inputs/m/default")
    ]  # fmt: skip


def test_faults_inside_the_cases_of_a_switch_are_found() -> None:
    condition = {"left": "{{ 1 }}", "operator": "is_true"}
    case = {"match": "all", "conditions": [condition]}
    config = {"cases": [{"exit": "a", **case}, {"exit": "a", **case}, {"exit": "default", **case}]}
    assert faults(one("switch", config)) == [
        ("CONFIG_INVALID", "activities/0/config/cases/1/exit"), ("CONFIG_INVALID", "activities/0/config/cases/2/exit")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("maxAttempts", 0), ("maxAttempts", 21), ("backoffSeconds", -1), ("backoffFactor", -0.5), ("backoffFactor", 1e9),
        ("maxBackoffSeconds", -1), ("maxBackoffSeconds", 1e12), ("timeoutSeconds", 0), ("timeoutSeconds", -5),
    ],
)  # fmt: skip
def test_a_retry_policy_beyond_what_can_be_waited_for_is_refused(name: str, value: float) -> None:
    data = workflow([activity("a", retry={name: value})], [edge("trigger", "a")])
    assert faults(data) == [("CONFIG_INVALID", f"activities/0/retry/{name}")]


def test_the_bounds_of_a_retry_policy_are_fine() -> None:
    low = {
        "maxAttempts": 1,
        "backoffSeconds": 0,
        "backoffFactor": 0,
        "maxBackoffSeconds": 0,
        "timeoutSeconds": 0.001,
    }
    high = {"maxAttempts": 20, "backoffSeconds": 86400, "backoffFactor": 10, "maxBackoffSeconds": 86400}
    for policy in (low, high):
        assert faults(workflow([activity("a", retry=policy)], [edge("trigger", "a")])) == []
