"""The beginning of a run: what the first decision about it writes, and that in a transaction of the caller's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import crash_points
from db.credits import exhausted, exhaustion
from db.database import Database
from db.finish import finish_within
from db.ids import new_id
from db.loading import definition_of
from db.records import RunRecord
from db.rows import VERSION, WORKFLOW
from db.terms import Terms
from db.times import text_of
from db.values import RunValues
from db.writing import Beginning, RunWrite, write_of
from engine.commands import BeginRun
from engine.decide import decide
from engine.decision import Decision, Given
from engine.definition import Definition
from engine.errors import Refused
from engine.event_record import EventRecord
from engine.state import RunState
from engine.status import WorkflowStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Startable:
    """A workflow with its published version, as it was when it was read."""

    workspace_id: str
    workflow_id: str
    name: str
    status: WorkflowStatus
    version_id: str
    definition: Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A run that begins: what is to be written of it, and what may be told once it is committed."""

    run: RunRecord
    write: RunWrite
    pending: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """The runs that triggers started in a transaction: what is to be published, and whom to wake, once it is committed."""

    writes: tuple[RunWrite, ...] = field(default=())
    pending: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    def of(cls, *begun: Begun) -> "Fired":
        """Give what is to be told of runs that begin."""
        return cls(
            writes=tuple(one.write for one in begun),
            pending=tuple(pair for one in begun for pair in one.pending),
        )

    @property
    def events(self) -> tuple[EventRecord, ...]:
        """The events to publish."""
        return tuple(event for write in self.writes for event in write.events)


def startable(session: Session, workflow_id: str) -> Startable | None:
    """Read a workflow that is published, whatever its status; None where it is not, or there is none."""
    query = (
        select(WORKFLOW.c.workspace_id, WORKFLOW.c.name, WORKFLOW.c.status, VERSION.c.id)
        .join(VERSION, VERSION.c.id == WORKFLOW.c.published_id)
        .where(WORKFLOW.c.id == workflow_id)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    return Startable(
        workspace_id=row.workspace_id,
        workflow_id=workflow_id,
        name=row.name,
        status=WorkflowStatus(row.status),
        version_id=row.id,
        definition=definition_of(session, row.id),
    )


def hold_workflow(session: Session, workflow_id: str, *, wait: bool) -> bool:
    """Keep a workflow as it is, live with this version or not, until the transaction ends; runs of it may begin.

    Args:
        session: The transaction. On SQLite one that writes is alone anyway.
        workflow_id: The workflow.
        wait: Whether to wait for who is changing it.

    Returns:
        Whether it is held: not where there is none, or somebody is changing it and is not waited for.
    """
    query = select(WORKFLOW.c.id).where(WORKFLOW.c.id == workflow_id)
    return session.scalar(query.with_for_update(read=True, skip_locked=not wait)) is not None


def begin(
    database: Database,
    workflow: Startable,
    trigger: Mapping[str, Any],
    *,
    terms: Terms,
    now: datetime,
    key: tuple[str, str] | None = None,
) -> Begun:
    """Decide how a run begins; nothing is written yet.

    Args:
        database: Where.
        workflow: What to run; the write holds only while it still is live with this version.
        trigger: What started it, as `trigger_data` gives it.
        terms: What it starts under.
        now: When.
        key: Its idempotency key, and the fingerprint of what was asked with it.
    """
    state = RunState(run_id=new_id("run"), tariff=terms.tariff)
    values = RunValues(
        database, state.run_id, trigger=trigger, workflow={"id": workflow.workflow_id, "name": workflow.name}
    )
    given = Given(now=now, new_id=new_id, values=values)
    decision = decide(workflow.definition, state, BeginRun(trigger=trigger), given)
    write = write_of(
        decision,
        workspace_id=workflow.workspace_id,
        workflow_id=workflow.workflow_id,
        lease_seconds=0,
        beginning=Beginning(
            version_id=workflow.version_id,
            tariff=terms.tariff,
            trigger=trigger,
            queued_at=text_of(now),
            idempotency_key=key[0] if key is not None else None,
            idempotency_fingerprint=key[1] if key is not None else None,
        ),
    )
    pending = tuple((state.run_id, one) for one in decision.pending)
    return Begun(run=_record(decision, workflow, trigger, now), write=write, pending=pending)


def begin_within(
    session: Session,
    database: Database,
    workflow: Startable,
    trigger: Mapping[str, Any],
    *,
    terms: Terms,
    now: datetime,
) -> Begun | None:
    """Begin a run in a transaction that is open; None where the workflow is not what it was read as any more.

    The arguments are those of `begin`.

    Raises:
        Refused: CREDITS_EXHAUSTED.
    """
    if exhausted(session, workflow.workspace_id, now, terms=terms):
        raise Refused(exhaustion(now, terms=terms))
    begun = begin(database, workflow, trigger, terms=terms, now=now)
    written = finish_within(session, begun.write)
    crash_points.reach("A1")
    return begun if written else None


def _record(decision: Decision, workflow: Startable, trigger: Mapping[str, Any], now: datetime) -> RunRecord:
    state = decision.state
    return RunRecord(
        id=state.run_id,
        workspace_id=workflow.workspace_id,
        workflow_id=workflow.workflow_id,
        version_id=workflow.version_id,
        status=state.status,
        seq=state.seq,
        credits_used=0,
        tariff=state.tariff,
        trigger=trigger,
        queued_at=now,
        started_at=None,
        ended_at=now if state.ended_at else None,
        error=None,
        failed_execution_id=None,
        cancellation=None,
        state=state.kept(),
    )
