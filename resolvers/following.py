"""Following a run: a snapshot, then each event with the run and what it changed, as they were right after."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeAlias

from db.records import ExecutionRecord, IterationRecord, JsonObject, RunRecord
from engine.event_record import EventRecord
from engine.events import Subject
from engine.status import ExecutionStatus, IterationStatus, RunStatus
from live.errors import SeqUnknown
from resolvers.context import Context
from resolvers.faults import NotFound

Change: TypeAlias = RunRecord | ExecutionRecord | IterationRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One message to a subscriber; the snapshot has neither event nor change.

    A run that is made of an event has an empty `state`: what needs it reads the run anew.
    """

    at: datetime
    run: RunRecord
    event: EventRecord | None = None
    change: Change | None = None


async def follow(context: Context, run_id: str, after: int | None) -> AsyncGenerator[Update, None]:
    """Begin to follow a run.

    Args:
        context: Who asks.
        run_id: The run.
        after: The seq of the last event that the subscriber has, 0 for none; None asks for a snapshot first.

    Returns:
        The messages; they end after the run's last event.

    Raises:
        NotFound: The workspace has no such run.
        SeqUnknown: The run has no event `after`.
    """
    run = await context.loaders.runs.load(run_id)
    if run is None:
        raise NotFound("run", run_id)
    if after is not None and not 0 <= after <= run.seq:
        raise SeqUnknown(run_id, after)
    return _updates(context, run, after)


async def _updates(context: Context, run: RunRecord, after: int | None) -> AsyncGenerator[Update, None]:
    if after is None:
        yield Update(at=datetime.now(UTC), run=run)
    start = run.seq if after is None else after
    async with aclosing(context.services.follower.follow(run.id, start)) as batches:
        async for events in batches:
            for event in events:
                yield _update(run, event)


def _update(run: RunRecord, event: EventRecord) -> Update:
    now = _run_after(run, event)
    return Update(at=event.at, run=now, event=event, change=_change(now, event))


def _change(run: RunRecord, event: EventRecord) -> Change:
    match event.subject:
        case Subject.EXECUTION:
            return _execution(event)
        case Subject.ITERATION:
            return _iteration(event)
        case _:
            return run


def _run_after(run: RunRecord, event: EventRecord) -> RunRecord:
    header = event.header
    return replace(
        run,
        seq=event.seq,
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


def _time(data: JsonObject, name: str) -> datetime | None:
    text: Any = data.get(name)
    return None if text is None else datetime.fromisoformat(text)
