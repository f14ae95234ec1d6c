"""Workflows that people look at in the tests."""

from itertools import pairwise
from typing import Any

ITEMS = 100
UNLUCKY = 42

HUNDRED: dict[str, Any] = {
    "trigger": {"type": "MANUAL"},
    "activities": [
        {
            "key": "each",
            "type": "loop",
            "name": "Each number",
            "config": {"items": list(range(1, ITEMS + 1)), "onFailure": "continue"},
        },
        {
            "key": "share",
            "type": "formula",
            "name": "Share",
            "parent": "each",
            "config": {"expression": f"loop.item / (loop.item - {UNLUCKY})"},
        },
        {
            "key": "whole",
            "type": "if_else",
            "name": "Large?",
            "parent": "each",
            "config": {
                "match": "all",
                "conditions": [{"left": "{{ activities.share.value }}", "operator": "gt", "right": 2}],
            },
        },
        {
            "key": "double",
            "type": "formula",
            "name": "Double",
            "parent": "each",
            "config": {"expression": "activities.share.value * 2"},
        },
    ],
    "edges": [
        {"from": "trigger", "to": "each"},
        {"from": "each", "exit": "each", "to": "share"},
        {"from": "share", "to": "whole"},
        {"from": "whole", "exit": "true", "to": "double"},
    ],
}
"""A loop of 100 turns, of which one fails; the others go one of two ways."""

GRID: dict[str, Any] = {
    "trigger": {"type": "MANUAL"},
    "activities": [
        {"key": "row", "type": "loop", "name": "Each row", "config": {"items": [1, 2, 3]}},
        {
            "key": "column",
            "type": "loop",
            "name": "Each column",
            "parent": "row",
            "config": {"items": [4, 5]},
        },
        {
            "key": "product",
            "type": "formula",
            "name": "Product",
            "parent": "column",
            "config": {"expression": "loops.row.item * loop.item"},
        },
    ],
    "edges": [
        {"from": "trigger", "to": "row"},
        {"from": "row", "exit": "each", "to": "column"},
        {"from": "column", "exit": "each", "to": "product"},
    ],
}
"""A loop in a loop."""

LONG: dict[str, Any] = {
    "trigger": {"type": "MANUAL"},
    "activities": [
        {
            "key": "each",
            "type": "loop",
            "name": "Each number",
            "config": {"items": list(range(1, 5001)), "limit": 5000},
        },
        {
            "key": "draw",
            "type": "random_number",
            "name": "Draw",
            "parent": "each",
            "config": {"min": 1, "max": 6},
        },
        {"key": "after", "type": "formula", "name": "Afterwards", "config": {"expression": "1"}},
    ],
    "edges": [
        {"from": "trigger", "to": "each"},
        {"from": "each", "exit": "each", "to": "draw"},
        {"from": "each", "to": "after"},
    ],
}
"""Runs for longer than a test looks at it, unless it is canceled."""

STEPS = [f"step{number}" for number in range(1, 121)]

WIDE: dict[str, Any] = {
    "trigger": {"type": "MANUAL"},
    "activities": [
        {"key": "each", "type": "loop", "name": "Each number", "config": {"items": [10, 20]}},
        *(
            {
                "key": key,
                "type": "formula",
                "name": key,
                "parent": "each",
                "config": {"expression": f"loop.item + {number}"},
            }
            for number, key in enumerate(STEPS, 1)
        ),
    ],
    "edges": [
        {"from": "trigger", "to": "each"},
        {"from": "each", "exit": "each", "to": STEPS[0]},
        *({"from": one, "to": other} for one, other in pairwise(STEPS)),
    ],
}
"""A loop whose turns hold more activities than the API gives at once."""
