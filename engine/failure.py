"""What a failure stops: the first that contains it decides, and what stops lets only what executes finish."""

from typing import Any

from engine.definition import ERROR
from engine.events import EventType
from engine.names import loop_key
from engine.state import TOP, LiveExecution
from engine.status import ExecutionStatus
from engine.turn import Turn


def contain(turn: Turn, path: str, live: LiveExecution, error: dict[str, Any]) -> dict[str, Any]:
    """Find what contains the failure of an execution that has no `error` edge, and mark what stops; cancel nothing yet.

    Returns:
        `{"kind": "iteration" | "loop" | "run", "path": …, "key": …}`: what contains it.
    """
    scope = path
    while scope != TOP:
        key, parent = str(loop_key(scope)), scope.rpartition("/")[0]
        loop = turn.scope(parent).live[key]
        if loop.loop is None or turn.scope(scope).iteration is None:
            raise ValueError(f"{scope!r} is no iteration")
        if loop.loop.continues:
            return {"kind": "iteration", "path": scope}
        if loop.loop.cause is None:
            iteration = turn.scope(scope).iteration or {}
            loop.loop.cause = {"index": iteration["index"], "executionId": live.id, "cause": error}
        if turn.definition.has_exit_edge(key, ERROR):
            return {"kind": "loop", "path": parent, "key": key}
        scope = parent
    turn.state.error = error
    turn.state.failed_execution_id = live.id
    turn.state.failed_activity = turn.definition.by_key[live.key].name
    return {"kind": "run", "path": TOP}


def stop_contained(turn: Turn, path: str, container: dict[str, Any]) -> None:
    """Stop what the container of a failure at `path` decides to stop."""
    if container["kind"] == "loop":
        prefix = _inside(container["path"], container["key"])
        roots = [one for one in turn.state.scopes if one.startswith(prefix) and "/" not in one[len(prefix) :]]
    else:
        roots = [container["path"]]
    for root in roots:
        stop(turn, root, failed=path)


def _inside(parent: str, key: str) -> str:
    return f"{parent}/{key}:" if parent else f"{key}:"


def stop(turn: Turn, root: str, *, failed: str | None) -> None:
    """Let nothing begin any more in a scope and all inside it; what is pending or parked there is canceled.

    Args:
        turn: The decision in the making.
        root: The scope.
        failed: The scope where the failure happened, if one did: it and those around it, up to the root, end failed.
    """
    inside = [one for one in turn.state.scopes if root in (TOP, one) or one.startswith(f"{root}/")]
    for one in sorted(inside, key=lambda each: each.count("/") + (each != TOP), reverse=True):
        scope = turn.scope(one)
        if scope.stop is None:
            holds = failed is not None and (one in (TOP, failed) or failed.startswith(f"{one}/"))
            scope.stop = "failed" if holds else "canceled"
        for live in list(scope.live.values()):
            if live.loop is None and live.status is not ExecutionStatus.RUNNING:
                cancel_execution(turn, one, live)
        turn.unsettled.append(one)


def cancel_execution(turn: Turn, path: str, live: LiveExecution) -> None:
    """End an execution as CANCELED, at no cost."""
    live.status, live.token = ExecutionStatus.CANCELED, None
    turn.execution_event(EventType.EXECUTION_CANCELED, path, live, {"creditsUsed": 0, "endedAt": turn.now})
    turn.finish(path, live)
