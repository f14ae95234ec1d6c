"""The tables of triggers: what a published one waits for, by which keys calls are told apart, what came of a firing."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import SQLModel

from db.columns import json_column, key_column, text_column, time_column


def _given(column: str) -> dict[str, Any]:
    """Keep an index to the rows where a column has a value."""
    present = text(f"{column} IS NOT NULL")
    return {"sqlite_where": present, "postgresql_where": present}


class PublishedTrigger(SQLModel, table=True):
    """The trigger of a workflow's published version, as what may fire it looks for it.

    `object` is that of a trigger which watches records; `next_at` the next time of a schedule.
    """

    __tablename__ = "published_trigger"
    __table_args__ = (
        Index("trigger_watching", "workspace_id", "object", "type", **_given("object")),
        Index("trigger_due", "next_at", **_given("next_at")),
    )
    workflow_id: str = key_column(of="workflow.id")
    workspace_id: str = text_column()
    type: str = text_column()
    object: str | None = text_column(nullable=True)
    next_at: datetime | None = time_column(nullable=True)


class Hook(SQLModel, table=True):
    """The address of a workflow's webhook: its token lasts through all versions."""

    workflow_id: str = key_column(of="workflow.id")
    token: str = text_column(unique=True)


class HookKey(SQLModel, table=True):
    """A key by which a call of a webhook is known again: the run that the first one with it started."""

    __tablename__ = "hook_key"
    __table_args__ = (Index("hook_key_oldest", "at"),)
    workflow_id: str = key_column()
    key: str = key_column()
    run_id: str = text_column()
    at: datetime = time_column()


class TriggerEvaluation(SQLModel, table=True):
    """A firing that started no run, and why. One that did is the run's own row."""

    __tablename__ = "trigger_evaluation"
    __table_args__ = (
        Index("evaluation_of_workflow", "workflow_id", "at", "id"),
        Index("evaluation_oldest", "at"),
    )
    id: str = key_column()
    workspace_id: str = text_column()
    workflow_id: str = text_column()
    at: datetime = time_column()
    type: str = text_column()
    reason: str = text_column()
    detail: Any = json_column()
    run_id: str | None = text_column(nullable=True)
