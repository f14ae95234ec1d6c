"""The attempts of one execution: begun, parked, lost, given up, and made again."""

from datetime import timedelta
from typing import Any

from engine.activity import Looping
from engine.commands import FailExecution, WaitExecution
from engine.decision import Claim, IllegalCommand, Started
from engine.definition import RetryPolicy
from engine.ending import end_loop, fail
from engine.errors import ExecutionError
from engine.events import EventType
from engine.failure import cancel_execution
from engine.loop_items import loop_items
from engine.loops import begin_loop
from engine.preparation import prepare
from engine.research.trace import end_open
from engine.state import LiveExecution
from engine.status import ExecutionStatus, QuestionStatus
from engine.turn import Turn
from engine.values import format_time

LOST_ATTEMPTS = 5
"""After so many lost attempts an execution fails with WORKER_LOST."""

CANCELED = ExecutionError(code="CANCELED", message="The run was canceled.")
"""Of a research step that a cancel cut short."""

RETRY_AFTER_LIMIT = 3600.0
"""Seconds; a longer Retry-After is not waited for."""


def start(turn: Turn, path: str, live: LiveExecution, claim: Claim) -> None:
    """Begin an attempt for a worker. A Loop begins its iterations instead, and holds no worker."""
    if turn.blocked(path):
        raise IllegalCommand(f"{live.id} may not start: its run or iteration is ending")
    if live.status not in (ExecutionStatus.PENDING, ExecutionStatus.RETRYING):
        raise IllegalCommand(f"{live.id} is {live.status}, not ready to start")
    activity = turn.definition.by_key[live.key]
    names = turn.names(path)
    prepared = prepare(activity, names)
    items = loop_items(activity, prepared) if prepared.error is None else None
    turn.state.started_at = turn.state.started_at or turn.now
    live.status, live.attempt = ExecutionStatus.RUNNING, live.attempt + 1
    live.token = None if isinstance(items, Looping) else claim.token
    live.worker, live.due_at = claim.worker, None
    live.started_at, live.attempt_started_at = live.started_at or turn.now, turn.now
    turn.enter(path)
    turn.execution_event(
        EventType.EXECUTION_STARTED,
        path,
        live,
        {
            "inputs": prepared.inputs,
            "startedAt": live.started_at,
            "attemptStartedAt": turn.now,
            "worker": claim.worker,
        },
    )
    if isinstance(items, Looping):
        begin_loop(turn, path, live, items)
        if not items.items:
            end_loop(turn, path, live)
        return
    turn.decision.started = Started(
        id=live.id,
        path=path,
        activity=activity,
        attempt=live.attempt,
        token=claim.token,
        config=prepared.config,
        scope=names,
        error=items or prepared.error,
    )


def fail_attempt(turn: Turn, live: LiveExecution, command: FailExecution) -> None:
    """Fail an attempt: it is made again where the policy allows and nothing is ending, else the execution fails."""
    _running(live)
    path, error = command.path, command.error
    end_open(turn, live, QuestionStatus.FAILED, error)
    policy = turn.definition.by_key[live.key].retry
    made = live.attempt - live.lost
    if error.retryable and made < policy.max_attempts and not turn.blocked(path):
        wait = backoff(policy, made, error.retry_after, turn.given.jitter)
        _past(turn, live, error.as_data())
        due = turn.given.now + timedelta(seconds=wait)
        live.status, live.token, live.due_at = ExecutionStatus.RETRYING, None, format_time(due)
        turn.execution_event(
            EventType.EXECUTION_RETRYING, path, live, {"error": error.as_data(), "dueAt": live.due_at}
        )
        return
    fail(turn, path, live, error)


def backoff(policy: RetryPolicy, made: int, retry_after: float | None, jitter: float) -> float:
    """Give the seconds to wait after the attempt number `made` (from 1) failed."""
    wait = min(policy.max_backoff_seconds, policy.backoff_seconds * policy.backoff_factor ** (made - 1))
    wait *= 1 + jitter / 10
    if retry_after is not None and retry_after < RETRY_AFTER_LIMIT:
        return max(wait, retry_after)
    return wait


def wait_until(turn: Turn, live: LiveExecution, command: WaitExecution) -> None:
    """Park an execution until a time; where its scope is ending it is canceled instead."""
    _running(live)
    if turn.blocked(command.path):
        cancel_execution(turn, command.path, live)
        return
    until = format_time(command.until)
    live.status, live.token, live.due_at = ExecutionStatus.WAITING, None, until
    turn.execution_event(
        EventType.EXECUTION_WAITING,
        command.path,
        live,
        {"until": until, "dueAt": until, "outputs": dict(command.outputs)},
    )


def lose(turn: Turn, path: str, live: LiveExecution) -> None:
    """Record that an attempt's worker is gone: it is made again at once, but not for ever, and not in what is ending."""
    _running(live)
    live.lost += 1
    error = ExecutionError(
        code="WORKER_LOST",
        message=f"The worker that executed this stopped answering ({live.lost} of {LOST_ATTEMPTS} such attempts).",
        detail={"worker": live.worker, "attempt": live.attempt},
        hint="The worker may have been killed, or have run out of memory in this activity; see its log.",
    )
    end_open(turn, live, QuestionStatus.FAILED, error)
    if turn.blocked(path) or live.lost >= LOST_ATTEMPTS:
        fail(turn, path, live, error)
        return
    _past(turn, live, error.as_data())
    live.status, live.token, live.worker = ExecutionStatus.PENDING, None, None
    turn.execution_event(EventType.EXECUTION_PENDING, path, live, {})
    turn.ready.append((path, live.key))


def interrupt(turn: Turn, path: str, live: LiveExecution) -> None:
    """End an attempt that gave up without an effect, because nothing may follow it."""
    _running(live)
    if not turn.blocked(path):
        raise IllegalCommand(f"{live.id} was interrupted, but its run is not canceling")
    end_open(turn, live, QuestionStatus.CANCELED, CANCELED)
    cancel_execution(turn, path, live)


def _running(live: LiveExecution) -> None:
    if live.status is not ExecutionStatus.RUNNING or live.loop is not None:
        raise IllegalCommand(f"{live.id} is {live.status}, not executing")


def _past(turn: Turn, live: LiveExecution, error: dict[str, Any]) -> None:
    live.attempts.append(
        {
            "number": live.attempt,
            "startedAt": live.attempt_started_at,
            "endedAt": turn.now,
            "error": error,
            "worker": live.worker,
        }
    )
