from typing import Any

import orjson
import pytest
from hypothesis import given

from engine.values import UnstorableValueError, clean
from tests.engine.activities.fakes import completed, failure
from tests.engine.json_values import json_values

ORDER = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {"type": "object", "properties": {"price": {"type": "number"}}, "required": ["sku"]},
        },
        "day": {"type": "string", "format": "date"},
    },
    "required": ["items"],
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, 2.5, null, true, "é"]}', {"a": [1, 2.5, None, True, "é"]}),
        (" 5 ", 5),
        ('"a\\u0000b"', "a\ufffdb"),
        ("null", None),
        ('{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_the_value_comes_out_with_its_type(text: str, value: Any) -> None:
    assert completed("parse_json", {"text": text}).outputs == {"value": value}


@given(json_values())
def test_whatever_can_be_kept_comes_out_as_it_was(value: Any) -> None:
    try:
        kept = clean(value)
    except UnstorableValueError:
        return
    scope = {"trigger": {"payload": {"text": orjson.dumps(kept).decode()}}}
    outcome = completed("parse_json", {"text": "{{ trigger.payload.text }}"}, scope)
    assert outcome.outputs == {"value": kept}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", (1, 1)),
        ("{'a': 1}", (1, 2)),
        ('{"a": 1,\n "b": oops}', (2, 7)),
        ("[1] 2", (1, 5)),
        ("NaN", (1, 1)),
    ],
)
def test_a_text_that_is_no_json_fails_it_with_the_place(text: str, where: tuple[int, int]) -> None:
    error = failure("parse_json", {"text": text})
    assert (error.code, error.retryable) == ("JSON_INVALID", False)
    assert error.detail is not None
    assert (error.detail["line"], error.detail["column"]) == where
    assert error.message.startswith("The text is no JSON: ")
    assert error.message.endswith(f" (line {where[0]}, column {where[1]}).")


def test_the_place_is_shown_with_what_is_around_it() -> None:
    error = failure("parse_json", {"text": '{"name": "Ada", "age": thirty, "more": 1, "and": "so on"}'})
    assert error.detail is not None
    assert error.detail["around"] == 'ame": "Ada", "age": thirty, "more": 1, "'


def test_what_could_not_be_kept_is_refused() -> None:
    error = failure("parse_json", {"text": "[" * 200 + "]" * 200})
    assert (error.code, error.message.endswith("nested more than 128 deep.")) == ("JSON_INVALID", True)
    assert failure("parse_json", {"text": "[" * 100_000}).code == "JSON_INVALID"


def test_a_document_that_fits_the_schema_is_given_whole() -> None:
    text = '{"items": [{"sku": "a", "price": 2}], "day": "2026-11-22", "more": {}}'
    assert completed("parse_json", {"text": text, "schema": ORDER}).outputs["value"] == orjson.loads(text)


def test_a_document_that_does_not_fit_fails_it_with_the_path_of_each_fault() -> None:
    text = '{"items": [{"sku": "a"}, {"price": "two"}], "day": "soon"}'
    error = failure("parse_json", {"text": text, "schema": ORDER})
    assert (error.code, error.retryable) == ("SCHEMA_MISMATCH", False)
    assert error.detail is not None
    found = {tuple(fault["path"]): fault["message"] for fault in error.detail["faults"]}
    assert found == {
        ("items", "1", "price"): "'items.1.price' must be of type \"number\"; it is 'two'.",
        ("items", "1"): "'items.1': \"sku\" is a required property.",
        ("day",): "'day' must be a \"date\"; it is 'soon'.",
    }
    assert tuple(error.detail["path"]) in found
    assert error.message == f"{found[tuple(error.detail['path'])]} (And 2 more.)"


def test_a_schema_that_templates_made_faulty_fails_it_as_configuration() -> None:
    config = {"text": "{}", "schema": {"type": "{{ trigger.payload.type }}"}}
    error = failure("parse_json", config, {"trigger": {"payload": {"type": "strin"}}})
    assert error.code == "CONFIG_INVALID"
    assert error.message.startswith("'schema.type' must be array, boolean, ")
    assert error.detail is not None
    assert error.detail["faults"][0]["configPath"] == ["schema", "type"]


def test_a_whole_schema_may_come_from_a_template() -> None:
    config = {"text": "5", "schema": "{{ trigger.payload.schema }}"}
    scope = {"trigger": {"payload": {"schema": {"type": "integer"}}}}
    assert completed("parse_json", config, scope).outputs == {"value": 5}


@pytest.mark.parametrize("config", [{"text": {}}, {"text": "1", "schema": [1]}, {"text": "1", "schema": "x"}])
def test_what_is_no_text_or_no_schema_is_refused(config: dict[str, Any]) -> None:
    assert failure("parse_json", config).code == "CONFIG_INVALID"
