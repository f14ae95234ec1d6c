"""The tables of triggers: what a published one waits for, by which keys calls are told apart, what came of a firing."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Text, text
from sqlmodel import Field, SQLModel

from db.json_type import json_value
from db.times import UtcDateTime


def _key(*, of_workflow: bool = False) -> Any:
    references = (ForeignKey("workflow.id"),) if of_workflow else ()
    return Field(sa_column=Column(Text, *references, primary_key=True))


def _text(*, nullable: bool = False) -> Any:
    return Field(sa_column=Column(Text, nullable=nullable))


def _time(*, nullable: bool = False) -> Any:
    return Field(sa_column=Column(UtcDateTime, nullable=nullable))


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
    workflow_id: str = _key(of_workflow=True)
    workspace_id: str = _text()
    type: str = _text()
    object: str | None = _text(nullable=True)
    next_at: datetime | None = _time(nullable=True)


class Hook(SQLModel, table=True):
    """The address of a workflow's webhook: its token lasts through all versions."""

    workflow_id: str = _key(of_workflow=True)
    token: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class HookKey(SQLModel, table=True):
    """A key by which a call of a webhook is known again: the run that the first one with it started."""

    __tablename__ = "hook_key"
    __table_args__ = (Index("hook_key_oldest", "at"),)
    workflow_id: str = _key()
    key: str = _key()
    run_id: str = _text()
    at: datetime = _time()


class TriggerEvaluation(SQLModel, table=True):
    """A firing that started no run, and why. One that did is the run's own row."""

    __tablename__ = "trigger_evaluation"
    __table_args__ = (
        Index("evaluation_of_workflow", "workflow_id", "at", "id"),
        Index("evaluation_oldest", "at"),
    )
    id: str = _key()
    workspace_id: str = _text()
    workflow_id: str = _text()
    at: datetime = _time()
    type: str = _text()
    reason: str = _text()
    detail: Any = Field(sa_column=Column(json_value(), nullable=True))
    run_id: str | None = _text(nullable=True)
