"""What the activities of random workflows come to: decided by their own keys, the same in every iteration."""

import random
from typing import Any


def with_outcomes(
    definition: dict[str, Any], seed: int, failures: float, *, waiting: bool = False
) -> dict[str, Any]:
    """Give the workflow with configurations that fail, branch and stop as the seed says.

    Args:
        definition: A random workflow.
        seed: Chooses.
        failures: The share of Formulas that fail.
        waiting: Whether waits are waits, at once over, and some Formulas requests that may be made again; else
            both are Formulas.
    """
    made = []
    for given in definition["activities"]:
        one = dict(given)
        choose = random.Random(f"{seed}{one['key']}")
        if one["type"] == "delay":
            one["config"] = {"amount": 0, "unit": "seconds"}
            if not waiting:
                one["type"], one["config"] = "formula", {"expression": "1"}
        if one["type"] == "formula":
            _formula(one, choose, failures, waiting=waiting)
        if one["type"] in ("if_else", "filter"):
            one["config"] = _group(choose)
        if one["type"] == "switch":
            one["config"] = {"cases": [{"exit": exit_name, **_group(choose)} for exit_name in ("a", "b")]}
        made.append(one)
    return {**definition, "activities": made}


def _formula(one: dict[str, Any], choose: random.Random, failures: float, *, waiting: bool) -> None:
    if choose.random() < failures:
        one["config"] = {"expression": choose.choice(["1 / 0", "trigger.payload.nothing"])}
    elif waiting and choose.random() < 0.3:
        one["type"], one["config"] = "http_request", {"url": "https://example.com/"}
        one["retry"] = {"maxAttempts": 3, "backoffSeconds": 0}


def _group(choose: random.Random) -> dict[str, Any]:
    left = f"{{{{ {choose.randint(0, 1)} }}}}"
    return {"match": "all", "conditions": [{"left": left, "operator": "equals", "right": 1}]}


def outcome(path: str, one: dict[str, Any]) -> str | None:
    """Give the exit that such an activity takes."""
    del path
    if one["type"] == "switch":
        return next((case["exit"] for case in one["config"]["cases"] if _holds(case)), "default")
    if one["type"] == "if_else":
        return "true" if _holds(one["config"]) else "false"
    return None if one["type"] == "filter" and not _holds(one["config"]) else "next"


def _holds(group: dict[str, Any]) -> bool:
    return bool(group["conditions"][0]["left"] == "{{ 1 }}")
