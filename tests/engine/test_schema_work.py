"""Holding a document against a JSON Schema takes a bounded time, whatever the schema asks for."""

from typing import Any

import pytest
from hypothesis import given, settings

from engine.json_schema import document_faults, schema_faults
from engine.schema_work import is_too_much
from tests.engine.json_values import json_values

TOO_LONG = (
    "The document cannot be held against 'schema': it would take too long. Let it refer to less of itself."
)


def doubling(depth: int, how: str, reference: str = "#/$defs/a{}") -> dict[str, Any]:
    """A schema of a few hundred bytes that looks at one value 2 to the power of the depth times."""
    parts: dict[str, Any] = {
        f"a{level}": {
            "$anchor": f"a{level}", "$id": f"a{level}", how: [{"$ref": reference.format(level + 1)}] * 2
        }
        for level in range(depth)
    }  # fmt: skip
    parts[f"a{depth}"] = {"$anchor": f"a{depth}", "$id": f"a{depth}", "type": "string"}
    return {"$id": "https://example.com/all", "$ref": reference.format(0), "$defs": parts}


def nested(depth: int) -> Any:
    value: Any = 5
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("how", ["allOf", "anyOf", "oneOf"])
@pytest.mark.parametrize("reference", ["https://example.com/all#/$defs/a{}", "a{}"])
def test_a_schema_that_doubles_itself_is_not_begun(how: str, reference: str) -> None:
    schema = doubling(60, how, reference)
    assert schema_faults(schema) == []
    assert [fault.message for fault in document_faults(schema, "text")] == [TOO_LONG]


@pytest.mark.parametrize(
    "schema",
    [
        {"items": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}},
        {"items": {"$ref": "#"}, "contains": {"$ref": "#"}},
        {"prefixItems": [{"$ref": "#"}], "contains": {"$ref": "#"}},
        {"$anchor": "whole", "items": {"anyOf": [{"$ref": "#whole"}, {"$ref": "#whole"}, {"type": "null"}]}},
        {"$dynamicAnchor": "x", "items": {"oneOf": [{"$dynamicRef": "#x"}, {"$dynamicRef": "#x"}]}},
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "items": {"not": {"not": {"if": {"$ref": "#"}, "then": {"$ref": "#"}}}},
        },
    ],
)
def test_one_that_doubles_with_each_level_of_the_document_is_held_against_flat_ones_alone(
    schema: dict[str, Any],
) -> None:
    assert schema_faults(schema) == []
    assert not is_too_much(schema, nested(5))
    assert is_too_much(schema, nested(100))


def test_parts_that_look_for_what_no_other_looked_at_count_twice_at_each_level() -> None:
    schema: dict[str, Any] = {"properties": {"a": True}}
    for _ in range(40):
        schema = {"allOf": [schema], "unevaluatedProperties": False}
    assert is_too_much(schema, {"a": 1})


def test_a_schema_that_is_only_about_itself_is_not_begun() -> None:
    assert is_too_much({"allOf": [{"$ref": "#"}]}, 5)


@pytest.mark.parametrize("count", [10, 4_000])
def test_a_tree_of_records_may_be_as_deep_and_as_wide_as_it_is(count: int) -> None:
    schema = {
        "$ref": "#/$defs/node",
        "$defs": {
            "name": {"type": "string", "maxLength": 50},
            "node": {
                "type": "object",
                "properties": {
                    "name": {"$ref": "#/$defs/name"},
                    "left": {"$ref": "#/$defs/node"},
                    "right": {"$ref": "#/$defs/node"},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                },
                "required": ["name"],
                "additionalProperties": False,
            },
        },
    }
    tree: dict[str, Any] = {"name": "leaf", "children": [{"name": f"n{number}"} for number in range(count)]}
    for level in range(50):
        tree = {"name": str(level), "left": tree, "right": {"name": "r"}}
    assert document_faults(schema, tree) == []
    tree["right"]["nam"] = 1
    assert document_faults(schema, tree) != []


def test_of_a_large_document_the_first_place_alone_is_told() -> None:
    schema = {"items": {"type": "string"}}
    assert len(document_faults(schema, list(range(100)))) == 20
    (fault,) = document_faults(schema, list(range(50_000)))
    assert fault.message == "'0' must be of type \"string\"; it is 0."


def test_what_has_no_references_is_bounded_by_its_own_size() -> None:
    wide = {"items": {"anyOf": [{"const": number} for number in range(2_000)]}}
    assert not is_too_much(wide, list(range(10_000)))
    assert is_too_much(wide, list(range(60_000)))


@settings(max_examples=300, deadline=None)
@given(json_values(), json_values())
def test_whatever_stands_in_a_schema_can_be_counted(part: Any, document: Any) -> None:
    schema = dict.fromkeys(("allOf", "items", "$ref", "not", "properties", "$id", "dependencies"), part)
    is_too_much({**schema, "$defs": {"a": part}}, document)
