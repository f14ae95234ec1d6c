"""Writes the block library's page, docs/blocks.md, from the registered activity types: `python -m playhead.block_docs`."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.activities import ACTIVITY_TYPES
from engine.activity import ActivityType
from engine.credits import TARIFFS, price

INTRODUCTION = """\
# The block library

What an activity of a workflow can be. This page is written from the registered types by `python -m playhead.block_docs`.

Any text in a configuration may hold `{{ expressions }}`: see [expressions](expressions.md). Text that is one `{{ … }}` and
nothing else gives the value with its type, so a template may stand for a number or a list too. A key whose type reads
*expression* takes one without braces. The operators of conditions are on that page too.

Every activity can be left by the exit `error` where an edge leads on from it; without one, a failure fails its iteration or
its run. Credits are those of the tariff `classic`, for an execution that completed; a failed one costs nothing.
"""

SCALARS = {"string": "text", "number": "number", "boolean": "boolean", "null": "null", "object": "object"}

_GROUP: Mapping[str, Any] = {
    "match": "all",
    "conditions": [{"left": "{{ trigger.payload.employees }}", "operator": "gte", "right": 1000}],
}
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "if_else": _GROUP,
    "switch": {"cases": [{"exit": "large", **_GROUP}]},
    "filter": {
        "match": "any",
        "conditions": [{"left": "{{ trigger.payload.region }}", "operator": "in", "right": ["EU", "UK"]}],
    },
    "loop": {"items": "{{ trigger.payload.companies }}", "collect": "{{ loop.item.name }}"},
    "delay": {"amount": 2, "unit": "days"},
    "delay_until": {"timestamp": "{{ trigger.payload.renewalDate }}"},
    "round_robin": {"members": ["ann@example.com", "bob@example.com", "cleo@example.com"]},
    "formula": {"expression": "ROUND(trigger.payload.revenue / trigger.payload.employees, 2)"},
    "aggregate": {"items": "{{ trigger.payload.companies }}", "field": "revenue", "operation": "sum"},
    "adjust_time": {
        "timestamp": "{{ trigger.payload.renewalDate }}",
        "amount": -1,
        "unit": "months",
        "timezone": "Europe/Berlin",
    },
    "random_number": {"min": 1, "max": 6},
    "parse_json": {
        "text": "{{ trigger.payload.answer }}",
        "schema": {
            "type": "object",
            "properties": {"score": {"type": "number", "minimum": 0, "maximum": 1}},
            "required": ["score"],
        },
    },
    "find_records": {
        "object": "companies",
        "conditions": {
            "match": "all",
            "conditions": [{"left": "sector", "operator": "equals", "right": "{{ trigger.payload.sector }}"}],
        },
        "sort": [{"by": "name", "direction": "asc"}],
        "limit": 100,
    },
    "create_record": {"object": "reviews", "values": {"company": "{{ trigger.payload.name }}", "stars": 5}},
    "update_record": {"record": "{{ trigger.payload.recordId }}", "values": {"reviewed": True}},
    "create_or_update_record": {
        "object": "companies",
        "matchOn": "symbol",
        "values": {"symbol": "{{ trigger.payload.symbol }}", "name": "{{ trigger.payload.name }}"},
    },
    "http_request": {
        "method": "POST",
        "url": "https://example.com/companies",
        "body": {"name": "{{ trigger.payload.name }}"},
    },
    "research_record": {
        "record": "{{ trigger.record }}",
        "questions": ["When was it founded?", "Who leads it?"],
        "startUrls": ["https://example.com/about"],
    },
    "classify": {
        "input": "{{ trigger.payload.message }}",
        "labels": ["billing", "technical", "sales"],
        "instructions": "billing: invoice payment refund\ntechnical: error crash login\nsales: price offer demo",
    },
    "summarize": {"input": "{{ trigger.payload.message }}", "instructions": "Two sentences, for a manager."},
    "prompt_completion": {
        "prompt": "What does {{ trigger.payload.name }} sell? Answer in five words.",
        "outputSchema": {
            "type": "object",
            "properties": {"products": {"type": "array", "items": {"type": "string"}}},
            "required": ["products"],
        },
    },
}
"""A configuration of each type, fit to be published."""


def block_docs() -> str:
    """Give the page as Markdown."""
    return "\n".join([INTRODUCTION, *(line for kind in ACTIVITY_TYPES.values() for line in _block(kind))])


def _block(kind: ActivityType) -> Iterator[str]:
    yield f"## {kind.title}\n"
    yield f"`{kind.type}`: {kind.description}\n"
    yield from _table("configuration", kind.config.model_json_schema(by_alias=True), kind.expressions)
    yield ""
    yield from _table("output", kind.outputs.model_json_schema(by_alias=True), frozenset())
    yield f"\n{_facts(kind)}\n"
    yield f"```json\n{json.dumps(EXAMPLES[kind.type], indent=2, ensure_ascii=False)}\n```\n"


def _facts(kind: ActivityType) -> str:
    own = "that of each case, " if kind.exits_of is not None else ""
    exits = ", ".join(f"`{name}`" for name in kind.exits)
    cost = price(TARIFFS["classic"], kind)
    where = " where it takes an edge, else 0" if kind.conditional else f" a {kind.unit}" if kind.unit else ""
    attempts = f" Attempts: {kind.max_attempts} unless said otherwise." if kind.max_attempts > 1 else ""
    return f"Exits: {own}{exits}. Credits: {cost}{where}.{attempts}"


def _table(title: str, schema: Mapping[str, Any], expressions: frozenset[str]) -> Iterator[str]:
    yield f"| {title} | type | |"
    yield "| --- | --- | --- |"
    yield from _rows("", schema, schema.get("$defs", {}), expressions)


def _rows(
    prefix: str, schema: Mapping[str, Any], parts: Mapping[str, Any], expressions: frozenset[str]
) -> Iterator[str]:
    """Give a row for each field, and after a list of objects one for each field of those."""
    for name, field in schema["properties"].items():
        takes = "*expression*" if name in expressions else _takes(field, parts)
        yield f"| `{prefix}{name}` | {takes} | {field['description']}{_default(name, field, schema)} |"
        inner = field.get("items", {}).get("$ref")
        if inner is not None:
            yield from _rows(f"{prefix}{name}[].", parts[inner.rpartition("/")[2]], parts, frozenset())


def _default(name: str, field: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    default = field.get("default")
    if default is not None and default != "":
        return f" Default: `{default}`."
    return (
        " Required."
        if schema.get("additionalProperties") is False and name in schema.get("required", ())
        else ""
    )


def _takes(field: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
    """Say in a few words what a JSON Schema takes."""
    if "$ref" in field:
        return _takes(parts[field["$ref"].rpartition("/")[2]], parts)
    if "enum" in field:
        return ", ".join(f"`{one}`" for one in field["enum"])
    if "anyOf" in field:
        return " or ".join(
            dict.fromkeys(_takes(one, parts) for one in field["anyOf"] if one.get("type") != "null")
        )
    kind = field.get("type")
    if kind == "array":
        inner = _takes(field.get("items", {}), parts)
        return "list" if inner == "anything" else f"list of {inner}s"
    if kind in ("integer", "number"):
        return ("whole number" if kind == "integer" else "number") + _range(field)
    return SCALARS[kind] if isinstance(kind, str) else "anything"


def _range(field: Mapping[str, Any]) -> str:
    lowest, highest = field.get("minimum"), field.get("maximum")
    if lowest is not None and highest is not None:
        return f", {lowest} to {highest}"
    above = field.get("exclusiveMinimum")
    low = f" from {lowest}" if lowest is not None else f" above {above}" if above is not None else ""
    return f"{low}{f' up to {highest}' if highest is not None else ''}"


if __name__ == "__main__":
    print(block_docs(), end="")
