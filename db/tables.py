"""The tables. Rows stay in `db/`: what leaves it is a frozen record. Times are UTC; JSON holds plain values.

What hangs on a run names it without a foreign key: `finish` alone writes these rows, after it has found the run, and the
check of each row would cost as much as the row.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db.columns import json_column, key_column, reference, text_column, time_column

ROOM_FOR_UPDATES = {"postgresql_with": {"fillfactor": 70}}
"""PostgreSQL leaves room on each page, so that a row that changes often stays on its own."""


class Workspace(SQLModel, table=True):
    """What a caller can reach belongs to one."""

    id: str = key_column()
    name: str = text_column(unique=True)
    created_at: datetime = time_column()


class ApiKey(SQLModel, table=True):
    """A key, stored as a hash; shown once when it is made. `role` is what its holder may do."""

    __tablename__ = "api_key"
    id: str = key_column()
    workspace_id: str = reference("workspace.id", index=True)
    name: str = text_column()
    hash: str = text_column(unique=True)
    role: str = text_column()
    created_at: datetime = time_column()
    expires_at: datetime | None = time_column(nullable=True)
    revoked_at: datetime | None = time_column(nullable=True)
    last_used_at: datetime | None = time_column(nullable=True)


class Workflow(SQLModel, table=True):
    """A workflow; its definitions are its versions."""

    __table_args__ = (Index("workflow_newest", "workspace_id", "id"),)
    id: str = key_column()
    workspace_id: str = reference("workspace.id")
    name: str = text_column()
    description: str | None = text_column(nullable=True)
    status: str = text_column()
    draft_id: str | None = text_column(nullable=True)
    published_id: str | None = text_column(nullable=True)
    created_at: datetime = time_column()
    updated_at: datetime = time_column()
    created_by: Any = json_column(nullable=False)


class WorkflowVersion(SQLModel, table=True):
    """A definition, immutable once published; `definition` has every default filled in."""

    __tablename__ = "workflow_version"
    __table_args__ = (UniqueConstraint("workflow_id", "number"),)
    id: str = key_column()
    workflow_id: str = reference("workflow.id")
    number: int
    definition: Any = json_column(nullable=False)
    created_at: datetime = time_column()
    published_at: datetime | None = time_column(nullable=True)


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
    id: str = key_column()
    workspace_id: str = reference("workspace.id")
    workflow_id: str = reference("workflow.id")
    version_id: str = reference("workflow_version.id")
    status: str = text_column()
    last_seq: int
    credits_used: int
    tariff: str = text_column()
    trigger: Any = json_column(nullable=False)
    queued_at: datetime = time_column()
    started_at: datetime | None = time_column(nullable=True)
    ended_at: datetime | None = time_column(nullable=True)
    changed_at: datetime | None = time_column(nullable=True)
    error: Any = json_column()
    failed_execution_id: str | None = text_column(nullable=True)
    cancellation: Any = json_column()
    state: Any = json_column(nullable=False)
    idempotency_key: str | None = text_column(nullable=True)
    idempotency_fingerprint: str | None = text_column(nullable=True)


class RunEvent(SQLModel, table=True):
    """The log of a run, the truth of it: `seq` counts 1, 2, 3, … without a gap."""

    __tablename__ = "run_event"
    run_id: str = key_column()
    seq: int = Field(primary_key=True)
    at: datetime = time_column()
    type: str = text_column()
    subject: str = text_column()
    subject_id: str = text_column()
    data: Any = json_column(nullable=False)
    header: Any = json_column(nullable=False)


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
    id: str = key_column()
    run_id: str = text_column()
    key: str = text_column()
    type: str = text_column()
    name: str = text_column()
    path: str = text_column()
    iteration_id: str | None = text_column(nullable=True)
    status: str = text_column()
    seq: int
    created_seq: int
    attempt: int
    attempts: Any = json_column()
    inputs: Any = json_column()
    outputs: Any = json_column()
    result: Any = json_column()
    error: Any = json_column()
    exit: str | None = text_column(nullable=True)
    credits_used: int
    started_at: datetime | None = time_column(nullable=True)
    attempt_started_at: datetime | None = time_column(nullable=True)
    ended_at: datetime | None = time_column(nullable=True)
    due_at: datetime | None = time_column(nullable=True)
    hint_at: datetime | None = time_column(nullable=True)
    token: str | None = text_column(nullable=True)
    lease_until: datetime | None = time_column(nullable=True)
    worker: str | None = text_column(nullable=True)


class LoopIteration(SQLModel, table=True):
    """A turn of a Loop; it comes to exist when it begins."""

    __tablename__ = "loop_iteration"
    __table_args__ = (UniqueConstraint("loop_id", "index"),)
    id: str = key_column()
    run_id: str = text_column(index=True)
    loop_id: str = text_column()
    path: str = text_column()
    index: int
    total: int
    item: Any = json_column()
    status: str = text_column()
    seq: int
    credits_used: int
    started_at: datetime | None = time_column(nullable=True)
    ended_at: datetime | None = time_column(nullable=True)
    collected: Any = json_column()


class LoopItem(SQLModel, table=True):
    """An item of a Loop, kept from the Loop's start so that each iteration reads its own alone."""

    __tablename__ = "loop_item"
    loop_id: str = key_column()
    index: int = Field(primary_key=True)
    run_id: str = text_column(index=True)
    item: Any = json_column()


class LogLine(SQLModel, table=True):
    """A line that an attempt reported, at the seq of its event."""

    __tablename__ = "log_line"
    execution_id: str = key_column()
    seq: int = Field(primary_key=True)
    run_id: str = text_column(index=True)
    at: datetime = time_column()
    level: str = text_column()
    message: str = text_column()


class CreditEntry(SQLModel, table=True):
    """The ledger: one row for each charged execution, written with its result, never changed."""

    __tablename__ = "credit_entry"
    execution_id: str = key_column()
    run_id: str = text_column(index=True)
    workspace_id: str = text_column()
    workflow_id: str = text_column()
    amount: int
    at: datetime = time_column()


class RoundRobin(SQLModel, table=True):
    """Whose turn it is at an activity of a workflow, whichever run and version it is in: `position` had the latest one."""

    __tablename__ = "round_robin"
    workflow_id: str = key_column(of="workflow.id")
    activity_key: str = key_column()
    position: int


class Record(SQLModel, table=True):
    """A record of an object; `values` holds its attributes."""

    __table_args__ = (Index("record_of_object", "workspace_id", "object", "id"),)
    id: str = key_column()
    workspace_id: str = reference("workspace.id")
    object: str = text_column()
    values: Any = json_column(nullable=False)
    created_at: datetime = time_column()
    created_by: Any = json_column(nullable=False)
    updated_at: datetime = time_column()
    updated_by: Any = json_column(nullable=False)


class RecordValue(SQLModel, table=True):
    """A plain value of an attribute of a record, by its key, which equal values share: see `db.record_keys`.

    One index, no more: whatever looks for a record by a value finds it here, however many there are.
    """

    __tablename__ = "record_value"
    __table_args__ = ({"sqlite_with_rowid": False},)
    workspace_id: str = key_column()
    object: str = key_column()
    attribute: str = key_column()
    key: str = key_column()
    record_id: str = key_column()
