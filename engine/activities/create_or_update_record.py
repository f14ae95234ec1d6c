"""Create or update record: changes the record with a certain value of an attribute, or creates it."""

from typing import Any

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from engine.activity import ActivityContext, ActivityType, Category, RecordAction, RecordWrite
from engine.config import Config, ObjectName, Outputs, Values
from engine.templates import has_template


class CreateOrUpdateRecordConfig(Config):
    """Which record is meant, and its values."""

    object: ObjectName = Field(description="The object that the record is of, such as `companies`.")
    match_on: str = Field(
        min_length=1,
        description="The attribute that decides which record is meant: one whose value equals that in "
        "`values`.",
    )
    values: Values = Field(
        description="The values by the names of attributes, `matchOn` among them; of a record that is "
        "there already, "
        "the other attributes stay."
    )

    @field_validator("values")
    @classmethod
    def _has_match(cls, values: Values, info: ValidationInfo) -> Values:
        match_on: str | None = info.data.get("match_on")
        if match_on is None or has_template(match_on):
            return values
        if not isinstance(values.get(match_on), str | int | float):
            raise PydanticCustomError(
                "match_value",
                "takes a text, a number or a boolean for '{match_on}', the attribute to match on",
                {"match_on": match_on},
            )
        return values


class CreateOrUpdateRecordOutputs(Outputs):
    """The record as it was afterwards."""

    record: dict[str, Any] = Field(
        description="The record: id, object, values, createdAt, createdBy, updatedAt, updatedBy."
    )
    created: bool = Field(description="Whether the record is new.")


def perform(config: CreateOrUpdateRecordConfig, context: ActivityContext) -> RecordWrite:
    """Have the record created or changed in the transaction that completes this."""
    del context
    return RecordWrite(
        action=RecordAction.CREATE_OR_UPDATE,
        object=config.object,
        match_on=config.match_on,
        values=config.values,
    )


CREATE_OR_UPDATE_RECORD = ActivityType(
    type="create_or_update_record",
    title="Create or update record",
    description="Changes the record whose attribute has a certain value, or creates it where there is "
    "none: once, "
    "whatever crashes.",
    category=Category.RECORDS,
    config=CreateOrUpdateRecordConfig,
    outputs=CreateOrUpdateRecordOutputs,
    perform=perform,
)
