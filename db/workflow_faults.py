"""What a workflow may be called and hold: every fault of what a client gives, before anything is written."""

from collections.abc import Mapping
from typing import Any

from db.texts import is_storable
from engine.errors import Problem, Refused
from engine.reading import normalize
from engine.validation import validate

MAX_NAME = 200
MAX_DESCRIPTION = 10_000


def name_faults(name: str) -> list[Problem]:
    """Give what is wrong with a name."""
    if name.strip() and len(name) <= MAX_NAME and is_storable(name):
        return []
    return [Problem("VALUE_INVALID", f"A workflow's name has 1 to {MAX_NAME} characters.", ("name",))]


def description_faults(description: str | None) -> list[Problem]:
    """Give what is wrong with a description."""
    if description is None or (len(description) <= MAX_DESCRIPTION and is_storable(description)):
        return []
    message = f"A workflow's description has at most {MAX_DESCRIPTION} characters."
    return [Problem("VALUE_INVALID", message, ("description",))]


def checked_definition(
    definition: Mapping[str, Any], others: list[Problem], *, publish: bool
) -> dict[str, Any]:
    """Give a definition as versions keep it, with every default filled in.

    Args:
        definition: As written; a draft may have faults, but for those of its form and its size.
        others: What else is wrong with the request.
        publish: Whether it must be without faults.

    Raises:
        Refused: Every fault, `others` first.
    """
    faults = list(others)
    try:
        found = normalize(definition)
    except Refused as refusal:
        faults += refusal.problems if not publish else validate(definition)
        raise Refused(*faults) from refusal
    faults += validate(found) if publish else ()
    if faults:
        raise Refused(*faults)
    return found
