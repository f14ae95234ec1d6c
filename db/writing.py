"""A decision as the rows that it writes: one JSON document a run, the same for both databases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.decision import Decision
from engine.event_record import EventRecord
from engine.events import Event
from engine.state import RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWrite:
    """What one decision writes.

    Attributes:
        run_id: The run.
        payload: The rows, as `finish` takes them.
        events: What to publish once it is committed.
    """

    run_id: str
    payload: Mapping[str, Any]
    events: tuple[EventRecord, ...]


_EXECUTION = {
    "id": "id", "key": "key", "type": "type", "name": "name", "path": "path", "iterationId": "iteration_id",
    "status": "status", "seq": "seq", "createdSeq": "created_seq", "attempt": "attempt", "attempts": "attempts",
    "inputs": "inputs", "outputs": "outputs", "result": "result", "error": "error", "exit": "exit",
    "creditsUsed": "credits_used", "startedAt": "started_at", "attemptStartedAt": "attempt_started_at",
    "endedAt": "ended_at", "dueAt": "due_at", "token": "token", "worker": "worker", "leased": "leased",
}  # fmt: skip
_ITERATION = {
    "id": "id", "loopId": "loop_id", "path": "path", "index": "index", "total": "total", "item": "item",
    "status": "status", "seq": "seq", "creditsUsed": "credits_used", "startedAt": "started_at",
    "endedAt": "ended_at", "collected": "collected",
}  # fmt: skip
_QUESTION = {
    "id": "id", "executionId": "execution_id", "attempt": "attempt", "index": "index", "total": "total", "seq": "seq",
    "question": "question", "status": "status", "answer": "answer", "emptyReason": "empty_reason",
    "sources": "sources", "usage": "usage",
}  # fmt: skip
_STEP = {
    "id": "id", "questionId": "question_id", "index": "index", "seq": "seq", "kind": "kind", "title": "title",
    "input": "input", "output": "output", "error": "error", "startedAt": "started_at", "endedAt": "ended_at",
}  # fmt: skip
_LINE = {"executionId": "execution_id", "seq": "seq", "at": "at", "level": "level", "message": "message"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What the row of a run holds from its beginning; it is inserted where the workflow still is live with this version."""

    version_id: str
    tariff: str
    trigger: Mapping[str, Any]
    queued_at: str
    idempotency_key: str | None
    idempotency_fingerprint: str | None


def write_of(
    decision: Decision,
    *,
    workspace_id: str,
    workflow_id: str,
    lease_seconds: float,
    beginning: Beginning | None = None,
) -> RunWrite:
    """Give what a decision writes; `beginning` where it is a run's first."""
    state = decision.state
    payload = {
        "run": state.run_id,
        "seq": decision.expected_seq,
        "workspace_id": workspace_id,
        "workflow_id": workflow_id,
        "lease_seconds": lease_seconds,
        **run_columns(state),
        **({"begin": _columns_of(beginning)} if beginning is not None else {}),
        **_rows(decision),
    }
    return RunWrite(run_id=state.run_id, payload=payload, events=_records(state.run_id, decision))


def _columns_of(beginning: Beginning) -> dict[str, Any]:
    return {name: getattr(beginning, name) for name in beginning.__slots__}


def _rows(decision: Decision) -> dict[str, list[dict[str, Any]]]:
    return {
        "events": [_event(one) for one in decision.events],
        "executions": [_columns(row, _EXECUTION) for row in decision.executions.values()],
        "iterations": [_columns(row, _ITERATION) for row in decision.iterations.values()],
        "charges": [{"execution_id": one, "amount": amount} for one, amount in decision.charges.items()],
        "items": [
            {"loop_id": loop_id, "index": index, "item": item}
            for loop_id, items in decision.items.items()
            for index, item in enumerate(items, start=1)
        ],
        "lines": [_columns(line, _LINE) for line in decision.lines],
        **_research(decision),
    }


def _research(decision: Decision) -> dict[str, list[dict[str, Any]]]:
    """Give the rows of research, where there are any: few decisions are about it."""
    questions = [_columns(row, _QUESTION) for row in decision.questions.values()]
    steps = [_columns(row, _STEP) for row in decision.steps.values()]
    return {"questions": questions, "steps": steps} if questions or steps else {}


def _event(event: Event) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "at": event.at,
        "type": event.type.value,
        "subject": event.subject.value,
        "subject_id": event.subject_id,
        "data": event.data,
        "header": event.header,
    }


def run_columns(state: RunState) -> dict[str, Any]:
    """Give the columns of the run's row that a decision sets."""
    return {
        "last_seq": state.seq,
        "status": state.status.value,
        "credits_used": state.credits_used,
        "started_at": state.started_at,
        "ended_at": state.ended_at,
        "error": state.error,
        "failed_execution_id": state.failed_execution_id,
        "cancellation": state.cancellation,
        "state": state.kept(),
    }


def _columns(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {column: row[name] for name, column in names.items() if row.get(name) is not None}


def _records(run_id: str, decision: Decision) -> tuple[EventRecord, ...]:
    moments = {at: datetime.fromisoformat(at) for at in {one.at for one in decision.events}}
    return tuple(
        EventRecord(
            run_id=run_id,
            seq=one.seq,
            at=moments[one.at],
            type=one.type.value,
            subject=one.subject.value,
            subject_id=one.subject_id,
            data=one.data,
            header=one.header,
        )
        for one in decision.events
    )
