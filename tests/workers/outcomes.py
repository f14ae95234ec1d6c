"""What the activities of random workflows come to: decided by their own keys, the same in every iteration."""

import random
from typing import Any


def with_outcomes(definition: dict[str, Any], seed: int, failures: float) -> dict[str, Any]:
    """Give the workflow with configurations that fail, branch and stop as the seed says; waits become Formulas."""
    made = []
    for given in definition["activities"]:
        one = dict(given)
        choose = random.Random(f"{seed}{one['key']}")
        if one["type"] == "delay":
            one["type"], one["config"] = "formula", {"expression": "1"}
        if one["type"] == "formula" and choose.random() < failures:
            one["config"] = {"expression": choose.choice(["1 / 0", "trigger.payload.nothing"])}
        if one["type"] in ("if_else", "filter"):
            left = f"{{{{ {choose.randint(0, 1)} }}}}"
            conditions = [{"left": left, "operator": "equals", "right": 1}]
            one["config"] = {"match": "all", "conditions": conditions}
        made.append(one)
    return {**definition, "activities": made}


def outcome(path: str, one: dict[str, Any]) -> str | None:
    """Give the exit that such an activity takes."""
    del path
    if one["type"] not in ("if_else", "filter"):
        return "next"
    holds = one["config"]["conditions"][0]["left"] == "{{ 1 }}"
    if one["type"] == "if_else":
        return "true" if holds else "false"
    return "next" if holds else None
