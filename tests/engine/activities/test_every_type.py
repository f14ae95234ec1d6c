"""What holds of every activity type: those to come are held to it by being registered."""

from typing import Any

import pytest

from engine.activities import ACTIVITY_TYPES
from engine.activity import ActivityType, Failed, Looping
from engine.config_faults import check_written
from engine.model import Completion, Finding, Usage
from engine.ports import HttpResponse
from engine.validation import validate
from tests.engine.activities.fakes import World, attempt, failure, prepared
from tests.engine.research.fakes import FakeModel, FakeModels
from tests.engine.simulation import edge, workflow

GROUP: dict[str, Any] = {
    "match": "all",
    "conditions": [{"left": "{{ trigger.payload.n }}", "operator": "gt", "right": 3}],
}
EXAMPLES: dict[str, dict[str, Any]] = {
    "if_else": GROUP,
    "switch": {"cases": [{"exit": "many", **GROUP}]},
    "filter": GROUP,
    "loop": {"items": "{{ trigger.payload.list }}"},
    "delay": {"amount": "{{ trigger.payload.n }}", "unit": "minutes"},
    "delay_until": {"timestamp": "{{ trigger.payload.day }}"},
    "round_robin": {"members": "{{ trigger.payload.list }}"},
    "formula": {"expression": "trigger.payload.n + 1"},
    "aggregate": {"items": "{{ trigger.payload.list }}", "operation": "sum"},
    "adjust_time": {"timestamp": "{{ trigger.payload.day }}", "amount": 2, "unit": "months"},
    "random_number": {"min": 1, "max": "{{ trigger.payload.n }}"},
    "parse_json": {"text": "{{ trigger.payload.text }}", "schema": {"type": "object"}},
    "find_records": {"object": "companies", "conditions": {"match": "all", "conditions": []}},
    "create_record": {"object": "companies", "values": {"n": "{{ trigger.payload.n }}"}},
    "update_record": {"record": "rec_1", "values": {"n": "{{ trigger.payload.n }}"}},
    "create_or_update_record": {
        "object": "companies",
        "matchOn": "n",
        "values": {"n": "{{ trigger.payload.n }}"},
    },
    "http_request": {"url": "https://example.com/{{ trigger.payload.n }}"},
    "research_record": {"record": "rec_1", "questions": ["When was {{ trigger.payload.text }} founded?"]},
    "classify": {"input": "{{ trigger.payload.text }}", "labels": ["a", "b"]},
    "summarize": {"input": "{{ trigger.payload.text }}"},
    "prompt_completion": {"prompt": "Say {{ trigger.payload.n }}."},
}
SCOPE = {"trigger": {"payload": {"n": 5, "list": [1, 2], "day": "2026-12-24", "text": '{"a": 1}'}}}
every_type = pytest.mark.parametrize("kind", ACTIVITY_TYPES.values(), ids=lambda kind: kind.type)


def answering() -> World:
    usage = Usage(model="fake:model", requests=1)
    model = FakeModel(
        completes=lambda prompt: Completion(text="a", value={"labels": ["a"]}, usage=usage),
        researches=lambda task, tools: Finding(usage=usage),
    )
    return World(
        answer=HttpResponse(status=200, headers={}, body=b"", truncated=False),
        record={"id": "rec_1", "object": "companies", "values": {"name": "Acme"}},
        models=FakeModels(model),
    )


@every_type
def test_it_is_registered_under_its_name_and_described(kind: ActivityType) -> None:
    assert ACTIVITY_TYPES[kind.type] is kind
    assert kind.title
    assert kind.description.endswith(".")


@every_type
def test_every_field_of_its_schemas_is_described(kind: ActivityType) -> None:
    for model in (kind.config, kind.outputs):
        schema = model.model_json_schema(by_alias=True)
        for part in (schema, *schema.get("$defs", {}).values()):
            for name, field in part.get("properties", {}).items():
                assert field.get("description", "").endswith("."), f"{kind.type}: {name} has no description"


@every_type
def test_its_keys_are_camel_case(kind: ActivityType) -> None:
    for model in (kind.config, kind.outputs):
        for name in model.model_json_schema(by_alias=True)["properties"]:
            assert "_" not in name


@every_type
def test_it_refuses_a_key_that_it_does_not_know_and_names_those_it_does(kind: ActivityType) -> None:
    (fault,) = check_written(kind.config, {**EXAMPLES[kind.type], "suprise": 1})
    assert fault.path == ("suprise",)
    assert fault.message.startswith("There is no key 'suprise' here; there are ")


@every_type
def test_its_exits_end_with_error_and_hold_no_name_twice(kind: ActivityType) -> None:
    exits = kind.exits_for(EXAMPLES[kind.type])
    assert exits[-1] == "error"
    assert len(set(exits)) == len(exits)
    assert set(kind.exits) <= set(exits)


@every_type
def test_its_exits_can_be_told_of_any_configuration(kind: ActivityType) -> None:
    assert kind.exits_for({"cases": [1, {}, {"exit": 2}, {"exit": "error"}]})[-1] == "error"
    assert kind.exits_for({"cases": "{{ x }}"})[-1] == "error"


@every_type
def test_its_example_can_be_published(kind: ActivityType) -> None:
    one = {"key": "it", "type": kind.type, "config": EXAMPLES[kind.type]}
    assert validate(workflow([one], [edge("trigger", "it")])) == []


@every_type
def test_its_unrendered_keys_are_keys_of_its_configuration(kind: ActivityType) -> None:
    names = {field.alias or name for name, field in kind.config.model_fields.items()}
    assert kind.unrendered <= names
    assert kind.expressions <= kind.unrendered


@every_type
def test_it_is_performed_by_a_worker_or_gives_items(kind: ActivityType) -> None:
    assert (kind.perform is None) == (kind.items is not None)


@every_type
def test_two_attempts_on_the_same_do_the_same(kind: ActivityType) -> None:
    if kind.items is not None:
        config = prepared(kind.type, EXAMPLES[kind.type], SCOPE).config
        assert kind.items(config) == kind.items(config)
        return
    first, second = (attempt(kind.type, EXAMPLES[kind.type], SCOPE, answering()) for _ in range(2))
    assert not isinstance(first, Failed)
    assert first == second


@every_type
def test_what_it_gives_fits_its_output_model(kind: ActivityType) -> None:
    if kind.items is not None:
        assert isinstance(kind.items(prepared(kind.type, EXAMPLES[kind.type], SCOPE).config), Looping)
        return
    outcome = attempt(kind.type, EXAMPLES[kind.type], SCOPE, answering())
    outputs = getattr(outcome, "outputs", None)
    if outputs is not None:
        names = {field.alias or name for name, field in kind.outputs.model_fields.items()}
        assert set(outputs) == names
        kind.outputs.model_validate(outputs)


TEMPLATED = [kind for kind in EXAMPLES if kind not in ("if_else", "switch", "filter", "find_records")]
"""The examples that need a value; in a condition, one bare path that is missing is empty."""


@pytest.mark.parametrize("kind", TEMPLATED)
def test_a_missing_value_fails_it_with_the_path_and_is_never_retried(kind: str) -> None:
    error = failure(kind, EXAMPLES[kind], {"trigger": {"payload": {}}}, answering())
    assert error.detail is not None
    assert "VALUE_MISSING" in (error.code, error.detail.get("cause"))
    assert error.detail["path"].startswith("trigger.payload.")
    assert not error.retryable
