"""Starting a run: its row, its first events and its first executions, in one transaction."""

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import psycopg
from sqlalchemy import select

from db.database import Database
from db.finish import finish
from db.ids import new_id
from db.loading import definition_of
from db.records import Actor, RunRecord
from db.rows import RUN, VERSION, WORKFLOW
from db.runs import get_run
from db.times import text_of
from db.values import RunValues
from db.writing import Beginning, write_of
from engine.commands import BeginRun
from engine.decide import decide
from engine.decision import Decision, Given
from engine.definition import Definition
from engine.errors import Problem, Refused
from engine.event_record import EventRecord
from engine.payload import check_payload
from engine.state import RunState
from engine.status import WorkflowStatus

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A wish to start a run.

    Attributes:
        workflow_id: What to run.
        payload: Checked against the trigger's inputs, and defaulted by them.
        record_id: A record, for the triggers that take one.
        idempotency_key: The same key in a workspace gives the first run.
        actor: Who starts it.
        tariff: What its executions will cost.
    """

    workflow_id: str
    payload: Any
    actor: Actor
    tariff: str
    record_id: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A run that was started, or that its idempotency key had started before: then there is nothing to tell anybody."""

    run: RunRecord
    events: tuple[EventRecord, ...] = field(default=())
    pending: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Live:
    name: str
    version_id: str
    definition: Definition


def start_run(database: Database, workspace_id: str, wish: Start) -> Started:
    """Start a run of a live workflow, once for an idempotency key.

    Raises:
        Refused: NOT_FOUND, NOT_LIVE, TRIGGER_TYPE, PAYLOAD_INVALID, VALUE_INVALID or IDEMPOTENCY_KEY_REUSED; nothing
            was changed.
    """
    if wish.idempotency_key is not None and not 1 <= len(wish.idempotency_key) <= 200:
        raise Refused(
            Problem("VALUE_INVALID", "An idempotency key has 1 to 200 characters.", ("idempotencyKey",))
        )
    for _ in range(_TRIES):
        earlier = _earlier(database, workspace_id, wish)
        if earlier is not None:
            return earlier
        try:
            started = _start(database, workspace_id, wish, _live_version(database, workspace_id, wish))
        except (psycopg.errors.UniqueViolation, sqlite3.IntegrityError):
            continue  # the same key has started a run in this very moment
        if started is not None:
            return started
    raise RuntimeError(f"workflow {wish.workflow_id} changed each time that a run of it was to start")


def _fingerprint(wish: Start) -> str:
    document = orjson.dumps([wish.workflow_id, wish.payload, wish.record_id], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(document).hexdigest()


def _earlier(database: Database, workspace_id: str, wish: Start) -> Started | None:
    if wish.idempotency_key is None:
        return None
    query = select(RUN.c.id, RUN.c.idempotency_fingerprint).where(
        RUN.c.workspace_id == workspace_id, RUN.c.idempotency_key == wish.idempotency_key
    )
    with database.read() as session:
        row = session.execute(query).one_or_none()
    if row is None:
        return None
    if row.idempotency_fingerprint != _fingerprint(wish):
        message = "This idempotency key has started a run of another workflow or with another payload; use a new one."
        raise Refused(Problem("IDEMPOTENCY_KEY_REUSED", message, ("idempotencyKey",)))
    run = get_run(database, workspace_id, row.id)
    if run is None:
        raise LookupError(f"run {row.id} of an idempotency key is gone")
    return Started(run=run)


def _live_version(database: Database, workspace_id: str, wish: Start) -> _Live:
    query = (
        select(WORKFLOW.c.name, WORKFLOW.c.status, VERSION.c.id)
        .outerjoin(VERSION, VERSION.c.id == WORKFLOW.c.published_id)
        .where(WORKFLOW.c.id == wish.workflow_id, WORKFLOW.c.workspace_id == workspace_id)
    )
    with database.glance() as session:
        row = session.execute(query).one_or_none()
        if row is None:
            raise Refused(
                Problem("NOT_FOUND", f"There is no workflow {wish.workflow_id!r}.", ("workflowId",))
            )
        if row.status != WorkflowStatus.LIVE:
            message = f"'{row.name}' is {row.status}; only a LIVE workflow starts runs."
            raise Refused(Problem("NOT_LIVE", message, ("workflowId",)))
        return _Live(name=row.name, version_id=row.id, definition=definition_of(session, row.id))


def _start(database: Database, workspace_id: str, wish: Start, live: _Live) -> Started | None:
    """Start the run; None where the workflow is not what it was read as any more."""
    if wish.record_id is not None:
        raise Refused(
            Problem("TRIGGER_TYPE", "A MANUAL workflow takes no record, only a payload.", ("recordId",))
        )
    now = datetime.now(UTC)
    trigger = {
        "type": live.definition.trigger.type,
        "payload": check_payload(live.definition.trigger.config, wish.payload),
        "record": None,
        "actor": wish.actor.as_data(),
        "firedAt": text_of(now),
    }
    state = RunState(run_id=new_id("run"), tariff=wish.tariff)
    workflow = {"id": wish.workflow_id, "name": live.name}
    values = RunValues(database, state.run_id, trigger=trigger, workflow=workflow)
    decision = decide(
        live.definition, state, BeginRun(trigger=trigger), Given(now=now, new_id=new_id, values=values)
    )
    beginning = Beginning(
        version_id=live.version_id,
        tariff=wish.tariff,
        trigger=trigger,
        queued_at=text_of(now),
        idempotency_key=wish.idempotency_key,
        idempotency_fingerprint=_fingerprint(wish) if wish.idempotency_key is not None else None,
    )
    write = write_of(
        decision,
        workspace_id=workspace_id,
        workflow_id=wish.workflow_id,
        lease_seconds=0,
        beginning=beginning,
    )
    if not finish(database, [write]):
        return None
    pending = tuple((state.run_id, one) for one in decision.pending)
    return Started(
        run=_record(decision, workspace_id, wish, live, trigger), events=write.events, pending=pending
    )


def _record(
    decision: Decision, workspace_id: str, wish: Start, live: _Live, trigger: Mapping[str, Any]
) -> RunRecord:
    state, now = decision.state, datetime.fromisoformat(trigger["firedAt"])
    return RunRecord(
        id=state.run_id,
        workspace_id=workspace_id,
        workflow_id=wish.workflow_id,
        version_id=live.version_id,
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
