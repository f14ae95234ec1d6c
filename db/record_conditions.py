"""Which records a condition group can hold for: what the index of values decides exactly, and no more."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select

from db.record_index import having
from db.record_keys import key_of
from engine.conditions import Group
from engine.expression.paths import parse_path

_NEVER_FAIL = frozenset({"equals", "not_equals", "is_empty", "is_not_empty"})


def candidates(workspace_id: str, object_name: str, group: Group) -> Select[str] | None:
    """Select the ids of the records that a group can hold for; None where that is any.

    Records that are left out would have been found not to hold, without failing: conditions are evaluated in
    order, so only one that stands behind none that can fail may leave records out.
    """
    if group["match"] != "all":
        return None
    for condition in group["conditions"]:
        found = _decided(condition)
        if found is not None:
            return having(workspace_id, object_name, *found)
        if condition.get("operator") not in _NEVER_FAIL:
            return None
    return None


def _decided(condition: Mapping[str, Any]) -> tuple[str, list[str]] | None:
    """Give the attribute of a condition and the keys of which it needs one; None for another kind."""
    operator, right = condition.get("operator"), condition.get("right")
    if operator == "equals":
        keys = [key_of(right)]
    elif operator == "in" and isinstance(right, list):
        keys = [key_of(one) for one in right]
    else:
        return None
    path = parse_path(condition["left"])
    attribute = path[0]
    known = [key for key in keys if key is not None]
    if len(path) != 1 or not isinstance(attribute, str) or not known or len(known) < len(keys):
        return None
    return attribute, known
