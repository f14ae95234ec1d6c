"""Starting a run: its row, its first events and its first executions, in one transaction."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from db.database import Database
from db.finish import finish_within
from db.ids import new_id
from db.records import Actor, RunRecord
from db.runs import get_run
from db.tables import Run, Workflow, WorkflowVersion
from db.times import text_of
from db.values import RunValues
from db.writing import write_of
from engine.commands import BeginRun
from engine.decide import decide
from engine.decision import Given
from engine.errors import Problem, Refused
from engine.event_record import EventRecord
from engine.payload import check_payload
from engine.reading import read_definition
from engine.state import RunState
from engine.status import RunStatus, WorkflowStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A run that was started, or that its idempotency key had started before: then there is nothing to tell anybody."""

    run: RunRecord
    events: tuple[EventRecord, ...]
    pending: tuple[tuple[str, str], ...]


def start_run(
    database: Database,
    workspace_id: str,
    workflow_id: str,
    payload: Any,
    *,
    record_id: str | None,
    idempotency_key: str | None,
    actor: Actor,
    tariff: str,
) -> Started:
    """Start a run of a live workflow, once for an idempotency key.

    Args:
        database: Where.
        workspace_id: The caller's.
        workflow_id: What to run.
        payload: Checked against the trigger's inputs, and defaulted by them.
        record_id: Must be None: no trigger that is built takes a record.
        idempotency_key: The same key in a workspace gives the first run.
        actor: Who starts it.
        tariff: What its executions will cost.

    Raises:
        Refused: NOT_FOUND, NOT_LIVE, PAYLOAD_INVALID, VALUE_INVALID or IDEMPOTENCY_KEY_REUSED; nothing was changed.
    """
    if idempotency_key is not None and not 1 <= len(idempotency_key) <= 200:
        raise Refused(
            Problem("VALUE_INVALID", "An idempotency key has 1 to 200 characters.", ("idempotencyKey",))
        )
    fingerprint = _fingerprint(workflow_id, payload, record_id)
    try:
        with database.write() as session:
            earlier = _earlier(session, workspace_id, idempotency_key, fingerprint)
            if earlier is None:
                return _start(
                    database,
                    session,
                    workspace_id,
                    workflow_id,
                    payload,
                    record_id=record_id,
                    key=(idempotency_key, fingerprint) if idempotency_key is not None else (None, None),
                    actor=actor,
                    tariff=tariff,
                )
    except IntegrityError:
        with database.read() as session:
            earlier = _earlier(session, workspace_id, idempotency_key, fingerprint)
        if earlier is None:
            raise
    run = get_run(database, workspace_id, earlier)
    if run is None:
        raise LookupError(f"run {earlier} of an idempotency key is gone")
    return Started(run=run, events=(), pending=())


def _fingerprint(workflow_id: str, payload: Any, record_id: str | None) -> str:
    document = orjson.dumps([workflow_id, payload, record_id], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(document).hexdigest()


def _earlier(session: Session, workspace_id: str, key: str | None, fingerprint: str) -> str | None:
    if key is None:
        return None
    row = session.execute(
        select(col(Run.id), col(Run.idempotency_fingerprint)).where(
            col(Run.workspace_id) == workspace_id, col(Run.idempotency_key) == key
        )
    ).one_or_none()
    if row is None:
        return None
    if row.idempotency_fingerprint != fingerprint:
        raise Refused(
            Problem(
                "IDEMPOTENCY_KEY_REUSED",
                "This idempotency key has started a run of another workflow or with another payload; use a new one.",
                ("idempotencyKey",),
            )
        )
    return str(row.id)


def _start(
    database: Database,
    session: Session,
    workspace_id: str,
    workflow_id: str,
    payload: Any,
    *,
    record_id: str | None,
    key: tuple[str | None, str | None],
    actor: Actor,
    tariff: str,
) -> Started:
    workflow, version_id, data = _live_version(session, workspace_id, workflow_id)
    definition = read_definition(data)
    if record_id is not None:
        raise Refused(
            Problem("TRIGGER_TYPE", "A MANUAL workflow takes no record, only a payload.", ("recordId",))
        )
    now = datetime.now(UTC)
    trigger: Mapping[str, Any] = {
        "type": definition.trigger.type,
        "payload": check_payload(definition.trigger.config, payload),
        "record": None,
        "actor": actor.as_data(),
        "firedAt": text_of(now),
    }
    state = RunState(run_id=new_id("run"), tariff=tariff)
    session.execute(
        insert(Run).values(
            id=state.run_id,
            workspace_id=workspace_id,
            workflow_id=workflow_id,
            version_id=version_id,
            status=RunStatus.QUEUED.value,
            last_seq=0,
            credits_used=0,
            tariff=tariff,
            trigger=trigger,
            queued_at=now,
            state=state.kept(),
            idempotency_key=key[0],
            idempotency_fingerprint=key[1],
        )
    )
    values = RunValues(database, state.run_id, trigger=trigger, workflow=workflow)
    given = Given(now=now, new_id=new_id, values=values)
    decision = decide(definition, state, BeginRun(trigger=trigger), given)
    write = write_of(decision, workspace_id=workspace_id, workflow_id=workflow_id, lease_seconds=0)
    if not finish_within(session, write):
        raise RuntimeError(f"run {state.run_id} changed before it began")
    state = decision.state
    run = RunRecord(
        id=state.run_id,
        workspace_id=workspace_id,
        workflow_id=workflow_id,
        version_id=version_id,
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
    return Started(run=run, events=write.events, pending=tuple((run.id, one) for one in decision.pending))


def _live_version(
    session: Session, workspace_id: str, workflow_id: str
) -> tuple[dict[str, Any], str, Mapping[str, Any]]:
    row = session.execute(
        select(
            col(Workflow.name), col(Workflow.status), col(WorkflowVersion.id), col(WorkflowVersion.definition)
        )
        .outerjoin(WorkflowVersion, col(WorkflowVersion.id) == col(Workflow.published_id))
        .where(col(Workflow.id) == workflow_id, col(Workflow.workspace_id) == workspace_id)
    ).one_or_none()
    if row is None:
        raise Refused(Problem("NOT_FOUND", f"There is no workflow {workflow_id!r}.", ("workflowId",)))
    if row.status != WorkflowStatus.LIVE:
        raise Refused(
            Problem(
                "NOT_LIVE",
                f"'{row.name}' is {row.status}; only a LIVE workflow starts runs.",
                ("workflowId",),
            )
        )
    return {"id": workflow_id, "name": row.name}, row.id, row.definition
