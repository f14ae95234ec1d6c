"""Starting a run that somebody asks for: its row, its first events and its first executions, in one transaction."""

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg
from sqlalchemy import bindparam, func, select, update

from db import crash_points
from db.beginning import Begun, Startable, begin
from db.credits import exhausted, exhaustion
from db.database import Database
from db.evaluations import KEPT, Declined, declined_by, keep
from db.finish import finish
from db.loading import definition_of
from db.patience import CALLER_SECONDS, write_patiently
from db.record_queries import records_by_ids
from db.record_store import record_json
from db.records import Actor, RunRecord
from db.rows import RUN, VERSION, WORKFLOW
from db.runs import get_run
from db.terms import Terms
from db.times import text_of
from engine.definition import Trigger
from engine.errors import Problem, Refused
from engine.event_record import EventRecord
from engine.payload import check_payload
from engine.status import WorkflowStatus
from engine.triggers.firing import Causation, trigger_data
from engine.triggers.kinds import COMMANDED, Reason, TriggerType

_TRIES = 5

TAKEN = (psycopg.errors.UniqueViolation, sqlite3.IntegrityError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A wish to start a run.

    Attributes:
        workflow_id: What to run.
        payload: Checked against the trigger's inputs, and defaulted by them.
        record_id: The record that the run is about, for the trigger that takes one.
        idempotency_key: The same key in a workspace gives the first run.
        actor: Who starts it.
        terms: What it starts under.
    """

    workflow_id: str
    payload: Any
    actor: Actor
    terms: Terms
    record_id: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A run that was started, or that its key had started before: then there is nothing to tell anybody."""

    run: RunRecord
    events: tuple[EventRecord, ...] = field(default=())
    pending: tuple[tuple[str, str], ...] = field(default=())


def start_run(database: Database, workspace_id: str, wish: Start) -> Started:
    """Start a run of a live workflow, once for an idempotency key, which is kept for 30 days.

    Raises:
        Refused: NOT_FOUND, NOT_LIVE, CREDITS_EXHAUSTED, TRIGGER_TYPE, PAYLOAD_INVALID, VALUE_INVALID or
            IDEMPOTENCY_KEY_REUSED; no run was started.
        OutageError: The database did not answer for 5 seconds; whether a run was started is unknown.
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
            started = _start(database, workspace_id, wish)
        except Refused as refusal:
            _keep_refusal(database, workspace_id, wish, refusal)
            raise
        except TAKEN:
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
    query = select(RUN.c.id, RUN.c.idempotency_fingerprint, RUN.c.queued_at).where(
        RUN.c.workspace_id == workspace_id, RUN.c.idempotency_key == wish.idempotency_key
    )
    with database.read() as session:
        row = session.execute(query).one_or_none()
    if row is None:
        return None
    if row.queued_at < database.time() - KEPT:
        _forget_key(database, row.id)
        return None
    if row.idempotency_fingerprint != _fingerprint(wish):
        message = "This idempotency key has started a run of another workflow or with another payload; use a new one."
        raise Refused(Problem("IDEMPOTENCY_KEY_REUSED", message, ("idempotencyKey",)))
    run = get_run(database, workspace_id, row.id)
    if run is None:
        raise LookupError(f"run {row.id} of an idempotency key is gone")
    _keep_duplicate(database, run, wish.idempotency_key)
    return Started(run=run)


def _forget_key(database: Database, run_id: str) -> None:
    with database.write() as session:
        session.execute(
            update(RUN).where(RUN.c.id == run_id).values(idempotency_key=None, idempotency_fingerprint=None)
        )


def _start(database: Database, workspace_id: str, wish: Start) -> Started | None:
    """Start the run; None where the workflow is not what it was read as any more."""
    workflow, now = _live(database, workspace_id, wish), database.time()
    record = _record(database, workspace_id, wish, workflow.definition.trigger)
    trigger = trigger_data(
        TriggerType(workflow.definition.trigger.type),
        payload=check_payload(workflow.definition.trigger.config, wish.payload),
        actor=wish.actor.as_data(),
        fired_at=text_of(now),
        causation=Causation(),
        record=record,
    )
    key = (wish.idempotency_key, _fingerprint(wish)) if wish.idempotency_key is not None else None
    begun = begin(database, workflow, trigger, terms=wish.terms, now=now, key=key)
    crash_points.reach("A1")
    if not _written(database, begun):
        return None
    return Started(run=begun.run, events=begun.write.events, pending=begun.pending)


def _written(database: Database, begun: Begun) -> bool:
    """Write how a run begins, once, through a short outage; says whether the workflow still is what it was read as.

    Raises:
        OutageError: The database did not come back; whether the run began is unknown.
        UniqueViolation, IntegrityError: Another run has the idempotency key.
    """

    def found() -> bool | None:
        with database.glance() as connection:
            return connection.scalar(select(RUN.c.id).where(RUN.c.id == begun.run.id)) is not None or None

    try:
        write = lambda: bool(finish(database, [begun.write])) or None  # noqa: E731
        return bool(write_patiently(write, written=found, seconds=CALLER_SECONDS))
    except TAKEN:
        if found():  # the first write was under way yet when it was looked for
            return True
        raise


_STARTED = (
    select(WORKFLOW.c.name, WORKFLOW.c.status, VERSION.c.id)
    .outerjoin(VERSION, VERSION.c.id == WORKFLOW.c.published_id)
    .where(WORKFLOW.c.id == bindparam("workflow_id"), WORKFLOW.c.workspace_id == bindparam("workspace_id"))
)


def _live(database: Database, workspace_id: str, wish: Start) -> Startable:
    place = {"workflow_id": wish.workflow_id, "workspace_id": workspace_id}
    with database.glance() as connection:
        row = connection.execute(_STARTED, place).one_or_none()
        if row is None:
            raise Refused(
                Problem("NOT_FOUND", f"There is no workflow {wish.workflow_id!r}.", ("workflowId",))
            )
        if row.status != WorkflowStatus.LIVE:
            message = f"'{row.name}' is {row.status}; only a LIVE workflow starts runs."
            raise Refused(Problem("NOT_LIVE", message, ("workflowId",)))
        if exhausted(connection, workspace_id, now := database.time(), terms=wish.terms):
            raise Refused(exhaustion(now, terms=wish.terms))
        return Startable(
            workspace_id=workspace_id,
            workflow_id=wish.workflow_id,
            name=row.name,
            status=WorkflowStatus(row.status),
            version_id=row.id,
            definition=definition_of(connection, row.id),
        )


def _record(database: Database, workspace_id: str, wish: Start, trigger: Trigger) -> Mapping[str, Any] | None:
    """Give the record that the run is about, where the trigger takes one.

    Raises:
        Refused: TRIGGER_TYPE, NOT_FOUND or VALUE_INVALID.
    """
    if trigger.type not in COMMANDED:
        message = f"The trigger is {trigger.type}, which fires by itself; startRun starts MANUAL and RECORD_COMMAND ones."
        raise Refused(Problem("TRIGGER_TYPE", message, ("workflowId",)))
    if trigger.type == TriggerType.MANUAL:
        if wish.record_id is not None:
            message = "A MANUAL workflow takes no record, only a payload."
            raise Refused(Problem("TRIGGER_TYPE", message, ("recordId",)))
        return None
    wanted = trigger.config["object"]
    if wish.record_id is None:
        message = f"'recordId' is required: this workflow is started for a record of '{wanted}'."
        raise Refused(Problem("VALUE_INVALID", message, ("recordId",)))
    record = records_by_ids(database, workspace_id, [wish.record_id]).get(wish.record_id)
    if record is None:
        raise Refused(Problem("NOT_FOUND", f"There is no record {wish.record_id!r}.", ("recordId",)))
    if record.object != wanted:
        message = f"This workflow is started for a record of '{wanted}', not of '{record.object}'."
        raise Refused(Problem("VALUE_INVALID", message, ("recordId",)))
    return record_json(record)


# -- what is kept of a start that started nothing


def _keep_duplicate(database: Database, run: RunRecord, key: str) -> None:
    declined = Declined(
        workflow_id=run.workflow_id,
        type=TriggerType(run.trigger["type"]),
        reason=Reason.DUPLICATE,
        detail={"idempotencyKey": key},
        run_id=run.id,
    )
    with database.write() as session:
        keep(session, run.workspace_id, database.now(), [declined])


def _keep_refusal(database: Database, workspace_id: str, wish: Start, refusal: Refused) -> None:
    version = func.coalesce(WORKFLOW.c.published_id, WORKFLOW.c.draft_id)
    query = (
        select(VERSION.c.definition["trigger"]["type"].as_string())
        .join(WORKFLOW, VERSION.c.id == version)
        .where(WORKFLOW.c.id == wish.workflow_id, WORKFLOW.c.workspace_id == workspace_id)
    )
    with database.read() as session:
        kind = session.scalar(query)
    if kind not in COMMANDED:
        return
    declined = declined_by(wish.workflow_id, TriggerType(kind), refusal)
    if declined:
        with database.write() as session:
            keep(session, workspace_id, database.now(), declined)
