"""RECORD_CREATED and RECORD_UPDATED: which changes of records start a workflow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from engine.branching import CONDITION_SCHEMA, Cases
from engine.conditions import check_group
from engine.config import Config, ObjectName, PathText
from engine.equality import same
from engine.expression import ExpressionError
from engine.expression.paths import MISSING, parse_path, read_path
from engine.triggers.config_check import TriggerFaults, model_faults
from engine.values import JsonValue

CONDITIONS = "conditions"

_LIST_SCHEMA: dict[str, Any] = {"type": "array", "items": CONDITION_SCHEMA}
_GROUP_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"match": {"enum": ["all", "any"]}, "conditions": _LIST_SCHEMA},
    "required": ["match", "conditions"],
}

Conditions = Annotated[Any, WithJsonSchema({"anyOf": [_GROUP_SCHEMA, _LIST_SCHEMA, {"type": "null"}]})]
"""A condition group as written, or a list of which all must hold; `check_group` looks into it."""


class RecordCreatedConfig(Config):
    """Which new records start the workflow."""

    object: ObjectName = Field(description="The object that is watched, such as `companies`.")
    conditions: Conditions = Field(
        default=None,
        description="A condition group (or a list, of which all must hold) over `trigger`, such as "
        "`{{ trigger.record.values.score }}`; every record where left out.",
    )


class RecordUpdatedConfig(RecordCreatedConfig):
    """Which changes of records start the workflow."""

    attributes: Annotated[list[PathText], Field(min_length=1)] | None = Field(
        default=None, description="Only a change of one of these attributes counts; of any where left out."
    )


def created_faults(config: Mapping[str, Any]) -> TriggerFaults:
    """Find what is wrong with the configuration of RECORD_CREATED."""
    yield from model_faults(RecordCreatedConfig, config)
    yield from _condition_faults(config)


def updated_faults(config: Mapping[str, Any]) -> TriggerFaults:
    """Find what is wrong with the configuration of RECORD_UPDATED."""
    yield from model_faults(RecordUpdatedConfig, config)
    yield from _condition_faults(config)


def _condition_faults(config: Mapping[str, Any]) -> TriggerFaults:
    written = config.get(CONDITIONS)
    if written is None:
        return
    skipped = 1 if isinstance(written, list) else 0
    for path, message in check_group(_as_group(written)):
        yield (CONDITIONS, *(str(part) for part in path[skipped:])), f"{message}."


def _as_group(conditions: Any) -> Any:
    return {"match": "all", "conditions": conditions} if isinstance(conditions, list) else conditions


def concerns(config: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Say whether a change of a record's values touches what is watched.

    Args:
        config: The configuration of a published RECORD_UPDATED.
        before: The values before.
        after: The values now.
    """
    watched = config.get("attributes")
    if watched is None:
        return True
    return any(_changed(parse_path(attribute), before, after) for attribute in watched)


def _changed(attribute: tuple[str | int, ...], before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    one, other = read_path(before, attribute), read_path(after, attribute)
    return not same(None if one is MISSING else one, None if other is MISSING else other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Whether a trigger's conditions hold.

    Attributes:
        holds: Whether they do; false where they cannot be evaluated.
        shown: {match, matched, conditions: the verdicts}, with `error` where they cannot be evaluated; None
            where there are no conditions.
    """

    holds: bool
    shown: dict[str, JsonValue] | None


def judge(config: Mapping[str, Any], names: Mapping[str, Any]) -> Judged:
    """Say whether the conditions hold; what cannot be evaluated does not hold, and shows why.

    Args:
        config: The configuration of a published trigger.
        names: What stands under `trigger`.
    """
    group = _as_group(config.get(CONDITIONS))
    if group is None:
        return Judged(holds=True, shown=None)
    cases = Cases({"trigger": names})
    try:
        holds = cases.holds("", group)
    except ExpressionError as failure:
        facts = {name: value for name, value in failure.detail.items() if name != "cases"}
        error = {"code": failure.code, "message": failure.message, "detail": facts, "hint": failure.hint}
        return Judged(holds=False, shown={**_shown(cases), "error": error})
    return Judged(holds=holds, shown=_shown(cases))


def _shown(cases: Cases) -> dict[str, Any]:
    decided: Any = cases.result()["cases"]
    return {name: value for name, value in decided[0].items() if name != "exit"}
