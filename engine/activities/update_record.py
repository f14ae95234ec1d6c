"""Update record: changes some values of a record."""

from typing import Any

from pydantic import Field

from engine.activity import ActivityContext, ActivityType, Category, RecordAction, RecordWrite
from engine.config import Config, Outputs, RecordReference, Values


class UpdateRecordConfig(Config):
    """Which record to change, and how."""

    record: RecordReference = Field(description="The record to change: its id, or a record.")
    values: Values = Field(
        description="The new values by the names of attributes; the other attributes stay, null empties one."
    )


class UpdateRecordOutputs(Outputs):
    """The record as it was afterwards."""

    record: dict[str, Any] = Field(
        description="The record: id, object, values, createdAt, createdBy, updatedAt, updatedBy."
    )


def perform(config: UpdateRecordConfig, context: ActivityContext) -> RecordWrite:
    """Have the record changed in the transaction that completes this."""
    del context
    return RecordWrite(action=RecordAction.UPDATE, record_id=config.record, values=config.values)


UPDATE_RECORD = ActivityType(
    type="update_record",
    title="Update record",
    description="Changes the values that it names of one record and leaves the others: once, whatever "
    "crashes.",
    category=Category.RECORDS,
    config=UpdateRecordConfig,
    outputs=UpdateRecordOutputs,
    perform=perform,
)
