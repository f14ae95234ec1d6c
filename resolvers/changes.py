"""What an event says of what it changed, as records."""

from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from db.records import (
    ExecutionRecord,
    IterationRecord,
    JsonObject,
    QuestionRecord,
    RunRecord,
    StepRecord,
)
from engine.event_record import EventRecord
from engine.events import Subject
from engine.status import (
    EmptyReason,
    ExecutionStatus,
    IterationStatus,
    QuestionStatus,
    RunStatus,
    StepKind,
)

Change: TypeAlias = RunRecord | ExecutionRecord | IterationRecord | QuestionRecord | StepRecord


def change_of(run: RunRecord, event: EventRecord) -> Change:
    """Give what an event changed, as it was right after the event; what the event leaves out never changes."""
    match event.subject:
        case Subject.EXECUTION:
            return _execution(event)
        case Subject.ITERATION:
            return _iteration(event)
        case Subject.QUESTION:
            return _question(event)
        case Subject.STEP:
            return _step(event)
        case _:
            return run


def run_after(run: RunRecord, event: EventRecord) -> RunRecord:
    """Give a run's own fields as they were right after an event; its `state` is empty."""
    return with_header(run, event.seq, event.header)


def with_header(run: RunRecord, seq: int, header: JsonObject) -> RunRecord:
    """Give a run's own fields as a header has them; its `state` is empty."""
    return replace(
        run,
        seq=seq,
        status=RunStatus(header["status"]),
        credits_used=header["creditsUsed"],
        started_at=_time(header, "startedAt"),
        ended_at=_time(header, "endedAt"),
        error=header["error"],
        failed_execution_id=header["failedExecutionId"],
        cancellation=header["cancellation"],
        state={},
    )


def _execution(event: EventRecord) -> ExecutionRecord:
    data = event.data
    return ExecutionRecord(
        id=data["id"],
        run_id=event.run_id,
        key=data["key"],
        type=data["type"],
        name=data["name"],
        path=data["path"],
        iteration_id=data["iterationId"],
        status=ExecutionStatus(data["status"]),
        seq=event.seq,
        created_seq=event.seq,
        attempt=data["attempt"],
        attempts=data.get("attempts", ()),
        inputs=data.get("inputs"),
        outputs=data.get("outputs"),
        result=data.get("result"),
        error=data.get("error"),
        exit=data.get("exit"),
        credits_used=data.get("creditsUsed", 0),
        started_at=_time(data, "startedAt"),
        attempt_started_at=_time(data, "attemptStartedAt"),
        ended_at=_time(data, "endedAt"),
        due_at=_time(data, "dueAt"),
        worker=data.get("worker"),
    )


def _iteration(event: EventRecord) -> IterationRecord:
    data = event.data
    return IterationRecord(
        id=data["id"],
        run_id=event.run_id,
        loop_id=data["loopId"],
        path=data["path"],
        index=data["index"],
        total=data["total"],
        item=data.get("item"),
        status=IterationStatus(data["status"]),
        seq=event.seq,
        credits_used=data["creditsUsed"],
        started_at=_time(data, "startedAt"),
        ended_at=_time(data, "endedAt"),
    )


def _question(event: EventRecord) -> QuestionRecord:
    data = event.data
    reason = data["emptyReason"]
    return QuestionRecord(
        id=data["id"],
        run_id=event.run_id,
        execution_id=data["executionId"],
        attempt=data["attempt"],
        index=data["index"],
        total=data["total"],
        seq=event.seq,
        question=data["question"],
        status=QuestionStatus(data["status"]),
        answer=data["answer"],
        empty_reason=EmptyReason(reason) if reason is not None else None,
        sources=data["sources"],
        usage=data["usage"],
    )


def _step(event: EventRecord) -> StepRecord:
    data = event.data
    return StepRecord(
        id=data["id"],
        run_id=event.run_id,
        question_id=data["questionId"],
        index=data["index"],
        seq=event.seq,
        kind=StepKind(data["kind"]),
        title=data["title"],
        input=data["input"],
        output=data["output"],
        error=data["error"],
        started_at=datetime.fromisoformat(data["startedAt"]),
        ended_at=_time(data, "endedAt"),
    )


def _time(data: JsonObject, name: str) -> datetime | None:
    text: Any = data.get(name)
    return None if text is None else datetime.fromisoformat(text)
