"""Workflows that the tests publish."""

from typing import Any


def log_companies(object_name: str, companies: int, rounds: int) -> dict[str, Any]:
    """Creates a record of the object for each company and each round: one that is written twice shows.

    A loop in a loop, with two activities in each turn of the inner one.
    """
    symbol = "loops.company.item.values.symbol"
    values = {
        "symbol": f"{{{{ {symbol} }}}}",
        "round": "{{ loop.item }}",
        "lower": "{{ activities.lower.value }}",
    }
    rounds_of_each = list(range(1, rounds + 1))
    return {
        "trigger": {"type": "MANUAL"},
        "activities": [
            {"key": "find", "type": "find_records", "config": {"object": "companies", "limit": companies}},
            {"key": "company", "type": "loop", "config": {"items": "{{ activities.find.records }}"}},
            {"key": "round", "type": "loop", "parent": "company", "config": {"items": rounds_of_each}},
            {
                "key": "lower",
                "type": "formula",
                "parent": "round",
                "config": {"expression": f"LOWER({symbol})"},
            },
            {
                "key": "keep",
                "type": "create_record",
                "parent": "round",
                "config": {"object": object_name, "values": values},
            },
        ],
        "edges": [
            {"from": "trigger", "to": "find"},
            {"from": "find", "to": "company"},
            {"from": "company", "exit": "each", "to": "round"},
            {"from": "round", "exit": "each", "to": "lower"},
            {"from": "lower", "to": "keep"},
        ],
    }


DIVIDE = {
    "trigger": {"type": "MANUAL", "config": {"inputs": {"by": {"type": "number", "required": True}}}},
    "activities": [
        {
            "key": "divide",
            "type": "formula",
            "name": "Divide",
            "config": {"expression": "12 / trigger.payload.by"},
        }
    ],
    "edges": [{"from": "trigger", "to": "divide"}],
}
"""Fails where it is given 0."""

PAUSE = {
    "trigger": {"type": "MANUAL"},
    "activities": [
        {"key": "pause", "type": "delay", "name": "Pause", "config": {"amount": 1, "unit": "hours"}}
    ],
    "edges": [{"from": "trigger", "to": "pause"}],
}
"""Waits for an hour."""
