"""How scopes end: an iteration, then its Loop or the next iteration; the top, and with it the run."""

from typing import Any

from engine.branches import edges_of_exit, leave
from engine.credits import TARIFFS, charge
from engine.definition import ERROR
from engine.errors import ExecutionError
from engine.events import EventType
from engine.failure import contain, stop_contained
from engine.loops import begin_iterations
from engine.names import loop_key
from engine.registry import activity_type
from engine.state import TOP, LiveExecution, LoopProgress
from engine.status import ExecutionStatus, IterationStatus, RunStatus
from engine.templates import render
from engine.turn import Turn
from engine.values import MAX_LIST_BYTES, JsonValue, size

_TOO_MUCH = ExecutionError(
    code="VALUE_TOO_LARGE",
    message=f"collect: with this, the Loop would collect more than the {MAX_LIST_BYTES // 1024 // 1024} MiB that it may.",
    detail={"limit": MAX_LIST_BYTES},
    hint="Collect only the parts that are needed, or keep them as records.",
)
_ITERATION_EVENTS = {
    IterationStatus.COMPLETED: EventType.ITERATION_COMPLETED,
    IterationStatus.FAILED: EventType.ITERATION_FAILED,
    IterationStatus.CANCELED: EventType.ITERATION_CANCELED,
}
_RUN_EVENTS = {
    RunStatus.COMPLETED: EventType.RUN_COMPLETED,
    RunStatus.FAILED: EventType.RUN_FAILED,
    RunStatus.CANCELED: EventType.RUN_CANCELED,
}


def settle(turn: Turn) -> None:
    """End every scope that has nothing alive any more, from the inside out, until none is left to end."""
    while turn.unsettled:
        path = turn.unsettled.pop()
        if path == TOP or path not in turn.state.scopes or turn.scope(path).live:
            continue
        _end_iteration(turn, path)


def settle_run(turn: Turn) -> None:
    """Say what the run has become: its last event of this decision, where its status changed."""
    state = turn.state
    if not turn.scope(TOP).live:
        _end_run(turn)
        return
    if state.status is RunStatus.CANCELING:
        return
    before, state.status = state.status, state.derived_status()
    if before is RunStatus.QUEUED and state.status is not RunStatus.QUEUED:
        turn.run_event(EventType.RUN_STARTED, {"startedAt": state.started_at})
    elif state.status is not before:
        turn.run_event(EventType.RUN_WAITING if state.status is RunStatus.WAITING else EventType.RUN_RESUMED)


def _end_run(turn: Turn) -> None:
    state = turn.state
    if state.status is RunStatus.CANCELING:
        state.status = RunStatus.CANCELED
    elif state.error is not None:
        state.status = RunStatus.FAILED
    else:
        state.status = RunStatus.COMPLETED
    state.ended_at = turn.now
    if state.cancellation is not None:
        state.cancellation["completedAt"] = turn.now
    turn.run_event(
        _RUN_EVENTS[state.status],
        {
            "endedAt": state.ended_at,
            "creditsUsed": state.credits_used,
            "error": state.error,
            "failedExecutionId": state.failed_execution_id,
            "cancellation": state.header()["cancellation"],
        },
    )


def _end_iteration(turn: Turn, path: str) -> None:
    parent = path.rpartition("/")[0]
    live = turn.scope(parent).live[str(loop_key(path))]
    loop, scope = live.loop, turn.scope(path)
    if loop is None or scope.iteration is None:
        raise ValueError(f"{path!r} is no iteration")
    status, collected, error = _iteration_end(turn, path, live, loop)
    loop.collected += _room_of(collected)
    scope.iteration["status"] = status.value
    data: dict[str, Any] = {"endedAt": turn.now, "collected": collected}
    if error is not None:
        data["error"] = error.as_data()
    container = None
    if error is not None and not loop.continues:
        container = _contain_collect(turn, path, live, error)
    turn.iteration_event(_ITERATION_EVENTS[status], path, data)
    del turn.state.scopes[path]
    loop.live -= 1
    _count(loop, status)
    if container is not None:
        stop_contained(turn, path, container)
    _go_on(turn, parent, live, loop)


def _iteration_end(
    turn: Turn, path: str, live: LiveExecution, loop: LoopProgress
) -> tuple[IterationStatus, JsonValue, ExecutionError | None]:
    stop = turn.scope(path).stop
    if turn.state.status is RunStatus.CANCELING:
        return IterationStatus.CANCELED, None, None
    if stop is not None:
        return (IterationStatus.FAILED if stop == "failed" else IterationStatus.CANCELED), None, None
    template = turn.definition.by_key[live.key].config.get("collect")
    return (
        (IterationStatus.COMPLETED, None, None) if template is None else _collect(turn, path, loop, template)
    )


def _collect(
    turn: Turn, path: str, loop: LoopProgress, template: JsonValue
) -> tuple[IterationStatus, JsonValue, ExecutionError | None]:
    rendered = render(template, turn.names(path))
    failures = [error for _, error in rendered.errors if error.code != "VALUE_MISSING"]
    if failures:
        first = failures[0]
        error = ExecutionError(
            code=first.code, message=f"collect: {first.message}", detail=first.detail, hint=first.hint
        )
        return IterationStatus.FAILED, None, error
    collected = rendered.with_nulls()
    if loop.collected + _room_of(collected) > MAX_LIST_BYTES:
        return IterationStatus.FAILED, None, _TOO_MUCH
    return IterationStatus.COMPLETED, collected, None


def _room_of(value: JsonValue) -> int:
    """Give the bytes that a value takes in a list."""
    return size(value) + 1


def _contain_collect(turn: Turn, path: str, live: LiveExecution, error: ExecutionError) -> dict[str, Any]:
    """A failing `collect` fails its iteration as an activity in it would, in the name of the Loop."""
    return contain(turn, path, live, error.as_data())


def _count(loop: LoopProgress, status: IterationStatus) -> None:
    if status is IterationStatus.COMPLETED:
        loop.completed += 1
    elif status is IterationStatus.FAILED:
        loop.failed += 1
    else:
        loop.canceled += 1


def _go_on(turn: Turn, path: str, live: LiveExecution, loop: LoopProgress) -> None:
    if turn.scope(path).live.get(live.key) is not live:
        return
    ending = turn.blocked(path) or loop.cause is not None
    if not ending and loop.next <= loop.total:
        begin_iterations(turn, path, live)
        return
    if loop.live == 0:
        end_loop(turn, path, live)


def end_loop(turn: Turn, path: str, live: LiveExecution) -> None:
    """End a Loop none of whose iterations is alive: completed, failed by the iteration that failed it, or canceled."""
    loop = live.loop
    if loop is None:
        raise ValueError(f"{live.key!r} is no Loop")
    if turn.state.status is RunStatus.CANCELING or (loop.cause is None and turn.scope(path).stop is not None):
        live.status = ExecutionStatus.CANCELED
        turn.execution_event(
            EventType.EXECUTION_CANCELED, path, live, {"creditsUsed": 0, "endedAt": turn.now}
        )
        turn.finish(path, live)
    elif loop.cause is not None:
        fail(turn, path, live, _iteration_failed(loop))
    else:
        outputs: dict[str, JsonValue] = {
            "total": loop.total,
            "completed": loop.completed,
            "failed": loop.failed,
            "collected": _collected(turn, live, loop),
        }
        complete(turn, path, live, outputs=outputs, exit_name="next", result={"canceled": loop.canceled})


def _collected(turn: Turn, live: LiveExecution, loop: LoopProgress) -> list[JsonValue]:
    if loop.total == 0:
        return []
    known = dict(turn.given.values.collected(live.id))
    known.update(
        {
            row["index"]: row.get("collected")
            for row in turn.decision.iterations.values()
            if row["loopId"] == live.id
        }
    )
    return [known.get(index) for index in range(1, loop.total + 1)]


def _iteration_failed(loop: LoopProgress) -> ExecutionError:
    cause = loop.cause or {}
    return ExecutionError(
        code="ITERATION_FAILED",
        message=f"Iteration {cause['index']} of {loop.total} failed: {cause['cause']['message']}",
        detail=cause,
        hint="Mend what failed in that iteration, or let the Loop continue with onFailure: continue.",
    )


def complete(
    turn: Turn,
    path: str,
    live: LiveExecution,
    *,
    outputs: dict[str, JsonValue],
    exit_name: str | None,
    result: dict[str, JsonValue] | None,
) -> None:
    """Complete an execution, charge it, and follow its exit where something may follow."""
    blocked = turn.blocked(path)
    edges = [] if blocked else edges_of_exit(turn, live.key, exit_name)
    amount = charge(
        TARIFFS[turn.state.tariff],
        activity_type(turn.definition.by_key[live.key].type),
        outputs,
        takes_edge=bool(edges),
    )
    live.status, live.token = ExecutionStatus.COMPLETED, None
    turn.charge(path, live, amount)
    turn.decision.outcomes[(path, live.key)] = outputs
    turn.execution_event(
        EventType.EXECUTION_COMPLETED,
        path,
        live,
        {
            "outputs": outputs,
            "exit": exit_name,
            "result": result,
            "creditsUsed": amount,
            "edges": edges,
            "endedAt": turn.now,
        },
    )
    turn.finish(path, live)
    if not blocked:
        name = turn.definition.by_key[live.key].name
        because = f"'{name}' stopped here" if exit_name is None else f"'{name}' took '{exit_name}'"
        leave(turn, path, live.key, exit_name, because)


def fail(turn: Turn, path: str, live: LiveExecution, error: ExecutionError) -> None:
    """Fail an execution for good: its `error` edge is taken, or what contains the failure stops."""
    blocked = turn.blocked(path)
    edges = [] if blocked else edges_of_exit(turn, live.key, ERROR)
    data = error.as_data()
    live.status, live.token = ExecutionStatus.FAILED, None
    turn.decision.outcomes[(path, live.key)] = {"error": data}
    container = None if blocked or edges else contain(turn, path, live, data)
    turn.execution_event(
        EventType.EXECUTION_FAILED,
        path,
        live,
        {
            "error": data,
            "exit": ERROR if edges else None,
            "creditsUsed": 0,
            "edges": edges,
            "endedAt": turn.now,
            "containedBy": {"kind": "edge"} if edges else container,
        },
    )
    turn.finish(path, live)
    if container is not None:
        stop_contained(turn, path, container)
    if edges:
        leave(turn, path, live.key, ERROR, f"'{turn.definition.by_key[live.key].name}' failed")
