"""The tables. Rows stay in `db/`: what leaves it is a frozen record. Times are UTC; JSON holds plain values.

What hangs on a run names it without a foreign key: `finish` alone writes these rows, after it has found the run, and the
check of each row would cost as much as the row.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db.json_type import json_value
from db.times import UtcDateTime

SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}

ROOM_FOR_UPDATES = {"postgresql_with": {"fillfactor": 70}}
"""PostgreSQL leaves room on each page, so that a row that changes often stays on its own."""


def _id() -> Any:
    return Field(sa_column=Column("id", Text, primary_key=True))


def _ref(target: str, *, nullable: bool = False, index: bool = False) -> Any:
    return Field(sa_column=Column(Text, ForeignKey(target), nullable=nullable, index=index))


def _text(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(sa_column=Column(Text, nullable=nullable, index=index))


def _time(*, nullable: bool = False) -> Any:
    return Field(sa_column=Column(UtcDateTime, nullable=nullable))


def _json(*, nullable: bool = True) -> Any:
    return Field(sa_column=Column(json_value(), nullable=nullable))


class Workspace(SQLModel, table=True):
    """What a caller can reach belongs to one."""

    id: str = _id()
    name: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    created_at: datetime = _time()


class ApiKey(SQLModel, table=True):
    """A key, stored as a hash; shown once when it is made. `role` is what its holder may do."""

    __tablename__ = "api_key"
    id: str = _id()
    workspace_id: str = _ref("workspace.id", index=True)
    name: str = _text()
    hash: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    role: str = _text()
    created_at: datetime = _time()
    expires_at: datetime | None = _time(nullable=True)
    revoked_at: datetime | None = _time(nullable=True)
    last_used_at: datetime | None = _time(nullable=True)


class Workflow(SQLModel, table=True):
    """A workflow; its definitions are its versions."""

    __table_args__ = (Index("workflow_newest", "workspace_id", "id"),)
    id: str = _id()
    workspace_id: str = _ref("workspace.id")
    name: str = _text()
    description: str | None = _text(nullable=True)
    status: str = _text()
    draft_id: str | None = _text(nullable=True)
    published_id: str | None = _text(nullable=True)
    created_at: datetime = _time()
    updated_at: datetime = _time()
    created_by: Any = _json(nullable=False)


class WorkflowVersion(SQLModel, table=True):
    """A definition, immutable once published; `definition` has every default filled in."""

    __tablename__ = "workflow_version"
    __table_args__ = (UniqueConstraint("workflow_id", "number"),)
    id: str = _id()
    workflow_id: str = _ref("workflow.id")
    number: int
    definition: Any = _json(nullable=False)
    created_at: datetime = _time()
    published_at: datetime | None = _time(nullable=True)


class Run(SQLModel, table=True):
    """A run. `last_seq` is the fence: whatever changes the run, an execution's token or its status raises it.

    `changed_at` is when that was last, cut to even seconds: so it seldom changes itself, and PostgreSQL can mostly leave
    the indexes as they are. Runs that changed before there was such a column have none.
    """

    __table_args__ = (
        UniqueConstraint("workspace_id", "idempotency_key"),
        Index("run_newest", "workspace_id", "queued_at", "id"),
        Index("run_of_workflow", "workflow_id", "queued_at", "id"),
        Index("run_changed", "workspace_id", "changed_at"),
        Index(
            "run_under_way",
            "workflow_id",
            "queued_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        ROOM_FOR_UPDATES,
    )
    id: str = _id()
    workspace_id: str = _ref("workspace.id")
    workflow_id: str = _ref("workflow.id")
    version_id: str = _ref("workflow_version.id")
    status: str = _text()
    last_seq: int
    credits_used: int
    tariff: str = _text()
    trigger: Any = _json(nullable=False)
    queued_at: datetime = _time()
    started_at: datetime | None = _time(nullable=True)
    ended_at: datetime | None = _time(nullable=True)
    changed_at: datetime | None = _time(nullable=True)
    error: Any = _json()
    failed_execution_id: str | None = _text(nullable=True)
    cancellation: Any = _json()
    state: Any = _json(nullable=False)
    idempotency_key: str | None = _text(nullable=True)
    idempotency_fingerprint: str | None = _text(nullable=True)


class RunEvent(SQLModel, table=True):
    """The log of a run, the truth of it: `seq` counts 1, 2, 3, … without a gap."""

    __tablename__ = "run_event"
    run_id: str = Field(sa_column=Column(Text, primary_key=True))
    seq: int = Field(primary_key=True)
    at: datetime = _time()
    type: str = _text()
    subject: str = _text()
    subject_id: str = _text()
    data: Any = _json(nullable=False)
    header: Any = _json(nullable=False)


class ActivityExecution(SQLModel, table=True):
    """One activity in one run, in one iteration. `path` is the scope's; `created_seq` orders a run's executions.

    `attempts` holds the attempts before the present one; `hint_at` when a worker was last told of it.
    """

    __tablename__ = "activity_execution"
    __table_args__ = (
        UniqueConstraint("run_id", "path", "key"),
        Index("execution_order", "run_id", "created_seq"),
        Index(
            "execution_of_iteration",
            "iteration_id",
            "created_seq",
            sqlite_where=text("iteration_id IS NOT NULL"),
            postgresql_where=text("iteration_id IS NOT NULL"),
        ),
        Index(
            "execution_pending",
            "hint_at",
            sqlite_where=text("status = 'PENDING'"),
            postgresql_where=text("status = 'PENDING'"),
        ),
        Index(
            "execution_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "execution_leased",
            "lease_until",
            sqlite_where=text("lease_until IS NOT NULL"),
            postgresql_where=text("lease_until IS NOT NULL"),
        ),
        ROOM_FOR_UPDATES,
    )
    id: str = _id()
    run_id: str = _text()
    key: str = _text()
    type: str = _text()
    name: str = _text()
    path: str = _text()
    iteration_id: str | None = _text(nullable=True)
    status: str = _text()
    seq: int
    created_seq: int
    attempt: int
    attempts: Any = _json()
    inputs: Any = _json()
    outputs: Any = _json()
    result: Any = _json()
    error: Any = _json()
    exit: str | None = _text(nullable=True)
    credits_used: int
    started_at: datetime | None = _time(nullable=True)
    attempt_started_at: datetime | None = _time(nullable=True)
    ended_at: datetime | None = _time(nullable=True)
    due_at: datetime | None = _time(nullable=True)
    hint_at: datetime | None = _time(nullable=True)
    token: str | None = _text(nullable=True)
    lease_until: datetime | None = _time(nullable=True)
    worker: str | None = _text(nullable=True)


class LoopIteration(SQLModel, table=True):
    """A turn of a Loop; it comes to exist when it begins."""

    __tablename__ = "loop_iteration"
    __table_args__ = (UniqueConstraint("loop_id", "index"),)
    id: str = _id()
    run_id: str = _text(index=True)
    loop_id: str = _text()
    path: str = _text()
    index: int
    total: int
    item: Any = _json()
    status: str = _text()
    seq: int
    credits_used: int
    started_at: datetime | None = _time(nullable=True)
    ended_at: datetime | None = _time(nullable=True)
    collected: Any = _json()


class LoopItem(SQLModel, table=True):
    """An item of a Loop, kept from the Loop's start so that each iteration reads its own alone."""

    __tablename__ = "loop_item"
    loop_id: str = Field(sa_column=Column(Text, primary_key=True))
    index: int = Field(primary_key=True)
    run_id: str = _text(index=True)
    item: Any = _json()


class LogLine(SQLModel, table=True):
    """A line that an attempt reported, at the seq of its event."""

    __tablename__ = "log_line"
    execution_id: str = Field(sa_column=Column(Text, primary_key=True))
    seq: int = Field(primary_key=True)
    run_id: str = _text(index=True)
    at: datetime = _time()
    level: str = _text()
    message: str = _text()


class CreditEntry(SQLModel, table=True):
    """The ledger: one row for each charged execution, written with its result, never changed."""

    __tablename__ = "credit_entry"
    execution_id: str = Field(sa_column=Column(Text, primary_key=True))
    run_id: str = _text(index=True)
    workspace_id: str = _text()
    workflow_id: str = _text()
    amount: int
    at: datetime = _time()


class RoundRobin(SQLModel, table=True):
    """Whose turn it is at an activity of a workflow, whichever run and version it is in: `position` had the latest one."""

    __tablename__ = "round_robin"
    workflow_id: str = Field(sa_column=Column(Text, ForeignKey("workflow.id"), primary_key=True))
    activity_key: str = Field(sa_column=Column(Text, primary_key=True))
    position: int


class Record(SQLModel, table=True):
    """A record of an object; `values` holds its attributes."""

    __table_args__ = (Index("record_of_object", "workspace_id", "object", "id"),)
    id: str = _id()
    workspace_id: str = _ref("workspace.id")
    object: str = _text()
    values: Any = _json(nullable=False)
    created_at: datetime = _time()
    created_by: Any = _json(nullable=False)
    updated_at: datetime = _time()
    updated_by: Any = _json(nullable=False)


class RecordValue(SQLModel, table=True):
    """A plain value of an attribute of a record, by its key, which equal values share: see `db.record_keys`.

    One index, no more: whatever looks for a record by a value finds it here, however many there are.
    """

    __tablename__ = "record_value"
    __table_args__ = ({"sqlite_with_rowid": False},)
    workspace_id: str = Field(sa_column=Column(Text, primary_key=True))
    object: str = Field(sa_column=Column(Text, primary_key=True))
    attribute: str = Field(sa_column=Column(Text, primary_key=True))
    key: str = Field(sa_column=Column(Text, primary_key=True))
    record_id: str = Field(sa_column=Column(Text, primary_key=True))
