"""The attempts of an execution: those before, and the present one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.records import ExecutionRecord, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """One try of an execution; `error` is JSON."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    error: JsonObject | None
    worker: str


def attempts_of(execution: ExecutionRecord) -> Sequence[AttemptRecord]:
    """Give every attempt of an execution, in order, the one under way included."""
    past = [_past(data) for data in execution.attempts]
    if execution.attempt == 0 or any(one.number == execution.attempt for one in past):
        return past
    if execution.attempt_started_at is None or execution.worker is None:
        raise ValueError(f"attempt {execution.attempt} of {execution.id} has no start or no worker")
    present = AttemptRecord(
        number=execution.attempt,
        started_at=execution.attempt_started_at,
        ended_at=execution.ended_at,
        error=execution.error,
        worker=execution.worker,
    )
    return [*past, present]


def _past(data: Mapping[str, Any]) -> AttemptRecord:
    return AttemptRecord(
        number=data["number"],
        started_at=datetime.fromisoformat(data["startedAt"]),
        ended_at=datetime.fromisoformat(data["endedAt"]),
        error=data["error"],
        worker=data["worker"],
    )
