"""The attempts of an execution, those before and the present one."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from db.records import ExecutionRecord
from engine.status import ExecutionStatus
from resolvers.attempts import attempts_of

NINE, TEN = datetime(2026, 11, 22, 9, tzinfo=UTC), datetime(2026, 11, 22, 10, tzinfo=UTC)
LOST: dict[str, Any] = {
    "code": "WORKER_LOST",
    "message": "Gone.",
    "detail": None,
    "hint": None,
    "retryable": False,
}
PAST: dict[str, Any] = {
    "number": 1,
    "startedAt": "2026-11-22T09:00:00.000000Z",
    "endedAt": "2026-11-22T10:00:00.000000Z",
    "error": LOST,
    "worker": "host:1:a",
}
PENDING = ExecutionRecord(
    id="exe_1", run_id="run_1", key="a", type="formula", name="A", path="", iteration_id=None,
    status=ExecutionStatus.PENDING, seq=2, created_seq=2, attempt=0, attempts=(), inputs=None, outputs=None,
    result=None, error=None, exit=None, credits_used=0, started_at=None, attempt_started_at=None, ended_at=None,
    due_at=None, worker=None,
)  # fmt: skip


def test_before_its_first_start_an_execution_has_no_attempts() -> None:
    assert attempts_of(PENDING) == []


def test_the_attempt_under_way_comes_last_and_has_no_end() -> None:
    running = replace(
        PENDING,
        status=ExecutionStatus.RUNNING,
        attempt=2,
        attempts=(PAST,),
        attempt_started_at=TEN,
        worker="host:2:b",
    )
    first, second = attempts_of(running)
    assert (first.number, first.started_at, first.ended_at, first.error, first.worker) == (
        1,
        NINE,
        TEN,
        LOST,
        "host:1:a",
    )
    assert (second.number, second.started_at, second.ended_at, second.error) == (2, TEN, None, None)
    assert second.worker == "host:2:b"


def test_between_two_attempts_there_are_only_those_before() -> None:
    retrying = replace(
        PENDING,
        status=ExecutionStatus.RETRYING,
        attempt=1,
        attempts=(PAST,),
        attempt_started_at=NINE,
        worker="host:1:a",
    )
    assert [one.number for one in attempts_of(retrying)] == [1]
