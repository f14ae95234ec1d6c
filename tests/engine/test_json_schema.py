from typing import Any

import pytest
from hypothesis import given

from engine.json_schema import MAX_FAULTS, document_faults, schema_faults
from engine.values import UnstorableValueError, clean
from tests.engine.json_values import json_values


def faults(schema: dict[str, Any]) -> list[tuple[str, str]]:
    return [("/".join(fault.path), fault.message) for fault in schema_faults(schema)]


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": ["string", "null"], "format": "email", "pattern": "^a+$"},
        {"$defs": {"tree": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}, "$ref": "#/$defs/tree"},
        {"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"a": True}},
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A thing", "x-own": 5},
    ],
)
def test_a_schema_in_order_has_no_faults(schema: dict[str, Any]) -> None:
    assert faults(schema) == []


def test_every_fault_of_a_schema_is_told_with_its_path_and_what_would_be_right() -> None:
    schema = {
        "type": "strin",
        "properties": {"a": 5, "b": {"pattern": "("}, "c": {"minimum": "x"}},
        "required": "a",
    }
    types = "array, boolean, integer, null, number, object, string, or a list of some of these"
    regular = "a regular expression without look-around and back-references"
    assert sorted(faults(schema)) == [
        ("properties/a", '\'schema.properties.a\' must be of types "boolean", "object"; it is 5.'),
        ("properties/b/pattern", f"'schema.properties.b.pattern' must be {regular}; it is '('."),
        ("properties/c/minimum", "'schema.properties.c.minimum' must be of type \"number\"; it is 'x'."),
        ("required", "'schema.required' must be of type \"array\"; it is 'a'."),
        ("type", f"'schema.type' must be {types}; it is 'strin'."),
    ]


def test_a_fault_of_an_older_draft_is_told_with_its_path() -> None:
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": {"a": {"type": "x"}},
    }
    assert [path for path, _ in faults(schema)] == ["definitions/a/type"]


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "http://127.0.0.1:9/schema.json"},
        {"$ref": "file:///etc/hostname"},
        {"$ref": "#/$defs/nowhere"},
        {"$schema": "https://example.com/own"},
    ],
)
def test_nothing_outside_a_schema_is_ever_read(schema: dict[str, Any]) -> None:
    ((path, message),) = faults(schema)
    assert path == ""
    assert "'$ref' reaches into the schema itself alone" in message


@pytest.mark.parametrize("pattern", ["(?=a)b", r"(a)\1", "(((a{100}){100}){100}){100}"])
def test_patterns_are_of_the_linear_time_kind(pattern: str) -> None:
    assert [path for path, _ in faults({"pattern": pattern})] == ["pattern"]
    assert document_faults({"pattern": "^(a+)+$"}, "a" * 5000 + "b") != []


def test_a_schema_has_a_size() -> None:
    assert faults({"enum": ["x" * 70_000]}) == [
        ("", "'schema' may have at most 64 KiB as JSON, not 70013 bytes.")
    ]


def test_a_document_has_at_most_so_many_faults() -> None:
    schema = {"items": {"type": "integer"}}
    found = document_faults(schema, ["x"] * 1000)
    assert [fault.path for fault in found] == [(str(index),) for index in range(MAX_FAULTS)]


@pytest.mark.parametrize(
    ("schema", "document", "message"),
    [
        ({"type": "object"}, [], 'The document must be of type "object"; it is a list.'),
        ({"required": ["b"]}, {}, 'The document: "b" is a required property.'),
        ({"properties": {"a": {"minimum": 3}}}, {"a": 1}, "'a' is less than the minimum of 3; it is 1."),
        ({"enum": ["a", "b"]}, "c", 'The document must be one of "a" or "b"; it is \'c\'.'),
        (
            {"properties": {"a": {}}, "additionalProperties": False},
            {"zz": 1},
            "The document: Additional properties are not allowed ('zz' was unexpected).",
        ),
        ({"properties": {"a": False}}, {"a": 1}, "'a' may not be there; it is 1."),
        ({"format": "date"}, "soon", "The document must be a \"date\"; it is 'soon'."),
    ],
)
def test_a_fault_says_what_would_be_right_and_what_is_there(
    schema: dict[str, Any], document: Any, message: str
) -> None:
    assert [fault.message for fault in document_faults(schema, document)] == [message]


def test_true_and_one_are_different_but_one_and_one_point_zero_the_same() -> None:
    assert document_faults({"const": 1}, 1.0) == []
    assert document_faults({"const": 1}, True) != []


@given(json_values(), json_values())
def test_no_schema_and_no_document_makes_it_raise(given_schema: Any, given_document: Any) -> None:
    try:
        schema, document = clean(given_schema), clean(given_document)
    except UnstorableValueError:
        return
    if isinstance(schema, dict) and not schema_faults(schema):
        document_faults(schema, document)
