"""Create record: a new record of an object."""

from typing import Any

from pydantic import Field

from engine.activity import ActivityContext, ActivityType, Category, RecordAction, RecordWrite
from engine.config import Config, ObjectName, Outputs, Values


class CreateRecordConfig(Config):
    """What to create."""

    object: ObjectName = Field(description="The object that the record is of, such as `companies`.")
    values: Values = Field(description="The record's values by the names of its attributes.")


class CreateRecordOutputs(Outputs):
    """The record as it was created."""

    record: dict[str, Any] = Field(
        description="The record: id, object, values, createdAt, createdBy, updatedAt, updatedBy."
    )


def perform(config: CreateRecordConfig, context: ActivityContext) -> RecordWrite:
    """Have the record created in the transaction that completes this."""
    del context
    return RecordWrite(action=RecordAction.CREATE, object=config.object, values=config.values)


CREATE_RECORD = ActivityType(
    type="create_record",
    title="Create record",
    description="Creates a record of an object: once, whatever crashes.",
    category=Category.RECORDS,
    config=CreateRecordConfig,
    outputs=CreateRecordOutputs,
    perform=perform,
)
