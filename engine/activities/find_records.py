"""Find records: the records of an object that hold some conditions."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, WithJsonSchema

from engine.activity import ActivityContext, ActivityType, Category, Completed
from engine.branching import CONDITION_SCHEMA
from engine.conditions import check_group, render_group
from engine.config import Config, ObjectName, Outputs, PathText, WholeNumber
from engine.errors import Problem

_LIST_SCHEMA: dict[str, Any] = {"type": "array", "items": CONDITION_SCHEMA}
_GROUP_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"match": {"enum": ["all", "any"]}, "conditions": _LIST_SCHEMA},
    "required": ["match", "conditions"],
}

Group = Annotated[Any, WithJsonSchema({"anyOf": [_GROUP_SCHEMA, _LIST_SCHEMA, {"type": "null"}]})]
"""A condition group over attributes as written; `check` looks into it."""


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class SortBy(Config):
    """One attribute to sort by."""

    by: PathText = Field(description="The attribute, such as `score` or `address.city`.")
    direction: Annotated[Literal["asc", "desc"], BeforeValidator(_lower)] = Field(
        default="asc", description="The smallest first, or the largest."
    )


class FindRecordsConfig(Config):
    """Which records to find."""

    object: ObjectName = Field(description="The object that the records are of, such as `companies`.")
    conditions: Group = Field(
        default=None,
        description="A condition group (or a list, of which all must hold) whose `left` sides are "
        "attributes, such as "
        "`score`, and whose `right` sides are values or templates; all records where left out.",
    )
    sort: list[SortBy] = Field(
        default_factory=list,
        description="What to sort by, the first before the next; by creation where left out.",
    )
    limit: WholeNumber = Field(default=20, ge=1, le=100, description="The most records to give.")


class FindRecordsOutputs(Outputs):
    """What was found."""

    records: list[dict[str, Any]] = Field(
        description="The records: id, object, values, createdAt, createdBy, updatedAt, updatedBy."
    )
    count: int = Field(description="How many there are among `records`.")


def _as_group(conditions: Any) -> Mapping[str, Any] | None:
    return {"match": "all", "conditions": conditions} if isinstance(conditions, list) else conditions


def perform(config: FindRecordsConfig, context: ActivityContext) -> Completed:
    """Find the records."""
    sort = [{"by": one.by, "direction": one.direction} for one in config.sort]
    found = context.ports.records.find(config.object, _rendered(config, context), sort, config.limit)
    return Completed(outputs={"records": [dict(record) for record in found], "count": len(found)})


def _rendered(config: FindRecordsConfig, context: ActivityContext) -> Mapping[str, Any] | None:
    written = _as_group(config.conditions)
    if written is None:
        return None
    rendered = render_group(written, context.scope)
    for path, error in rendered.errors:
        raise error.add(configPath=["conditions", *(str(part) for part in path)])
    return cast(Mapping[str, Any], rendered.value)


def check(config: Mapping[str, Any]) -> list[Problem]:
    """Find faults of the conditions."""
    written = config.get("conditions")
    if written is None:
        return []
    skipped = 1 if isinstance(written, list) else 0
    return [
        Problem("CONFIG_INVALID", f"{message}.", ("conditions", *(str(part) for part in path[skipped:])))
        for path, message in check_group(_as_group(written), left="attribute")
    ]


FIND_RECORDS = ActivityType(
    type="find_records",
    title="Find records",
    description="Finds the records of an object that hold some conditions, sorted, up to a limit.",
    category=Category.RECORDS,
    config=FindRecordsConfig,
    outputs=FindRecordsOutputs,
    perform=perform,
    unrendered=frozenset({"conditions"}),
    check=check,
)
