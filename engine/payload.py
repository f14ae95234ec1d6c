"""Payloads: checked against the inputs that a MANUAL trigger declares, and filled in by their defaults."""

from collections.abc import Mapping
from copy import deepcopy
from difflib import get_close_matches
from typing import Any

from engine.errors import Problem, Refused
from engine.form import shown
from engine.manual_inputs import INPUT_TYPES, INPUTS
from engine.values import JsonValue, UnstorableValueError, clean, size

MAX_PAYLOAD_BYTES = 1024 * 1024
ROOT = ("payload",)


def check_payload(trigger_config: Mapping[str, Any], payload: object) -> dict[str, JsonValue]:
    """Give the payload as the run keeps it: clean, its declared inputs checked, their defaults filled in.

    A declared input that is left out or null takes its default; one without a default stays as it is given.
    What is not declared passes through.

    Args:
        trigger_config: The configuration of a published MANUAL trigger.
        payload: What was given.

    Raises:
        Refused: PAYLOAD_INVALID for each fault, with its path from "payload".
    """
    found = clean_payload(payload)
    declarations: Mapping[str, Any] = trigger_config.get(INPUTS) or {}
    for name, declared in declarations.items():
        if found.get(name) is None and declared.get("default") is not None:
            found[name] = deepcopy(declared["default"])
    problems = [_fault(name, declared, found) for name, declared in declarations.items()]
    told = [problem for problem in problems if problem is not None]
    if told:
        raise Refused(*told)
    return found


def clean_payload(payload: object) -> dict[str, JsonValue]:
    """Give a payload as a run can keep it: an object, clean, 1 MiB at most.

    Raises:
        Refused: PAYLOAD_INVALID, with its path from "payload".
    """
    try:
        found = clean(payload)
    except UnstorableValueError as error:
        where = (str(part) for part in error.path)
        raise Refused(_invalid(f"A payload is JSON: {error.reason}.", *where)) from None
    if not isinstance(found, dict):
        raise Refused(_invalid(f"A payload is an object, not {shown(found)}."))
    if size(found) > MAX_PAYLOAD_BYTES:
        raise Refused(_invalid("A payload may have at most 1 MiB as JSON."))
    return found


def _invalid(message: str, *path: str) -> Problem:
    return Problem("PAYLOAD_INVALID", message, (*ROOT, *path))


def _fault(name: str, declared: Mapping[str, Any], payload: Mapping[str, JsonValue]) -> Problem | None:
    value, kind = payload.get(name), INPUT_TYPES[declared["type"]]
    if value is not None:
        return (
            None if kind.fits(value) else _invalid(f"'{name}' takes {kind.takes}, not {shown(value)}.", name)
        )
    if not declared.get("required"):
        return None
    close = get_close_matches(name, [other for other in payload if other != name], 1)
    given = f" There is '{close[0]}', which is not declared so." if close else ""
    return _invalid(f"'{name}' is required: it takes {kind.takes}.{given}", name)
