"""The graph rules of one scope: which edges are taken or dead, what starts, and what can no longer be reached."""

from collections import deque
from collections.abc import Iterable

from engine.definition import EACH, Activity, Edge
from engine.events import EventType, Subject
from engine.state import LiveExecution
from engine.status import ExecutionStatus
from engine.turn import Turn


def enter_scope(turn: Turn, path: str, edges: Iterable[Edge], because: str) -> None:
    """Begin a scope by these edges, its entries; what nothing leads to is skipped."""
    for edge in edges:
        _decide(turn, path, edge, taken=True)
    _advance(turn, path, [edge.target for edge in edges], because)


def leave(turn: Turn, path: str, source: str, exit_name: str | None, because: str) -> list[int]:
    """Take the edges of an exit, let all others of the source die, and start or skip what that decides.

    Returns:
        The indexes of the edges taken.
    """
    taken, targets = [], []
    for edge in turn.definition.outgoing(source):
        if edge.exit == EACH:
            continue
        goes = edge.exit == exit_name
        _decide(turn, path, edge, taken=goes)
        targets.append(edge.target)
        if goes:
            taken.append(edge.index)
    _advance(turn, path, targets, because)
    return taken


def edges_of_exit(turn: Turn, source: str, exit_name: str | None) -> list[int]:
    """Give the indexes of the edges that leave a source by an exit."""
    return [edge.index for edge in turn.definition.outgoing(source) if edge.exit == exit_name]


def _decide(turn: Turn, path: str, edge: Edge, *, taken: bool) -> None:
    index = str(edge.index)
    turn.scope(path).edges[index] = taken
    if taken:
        turn.state.edge_counts[index] = turn.state.edge_counts.get(index, 0) + 1


def _advance(turn: Turn, path: str, targets: Iterable[str], because: str) -> None:
    ready: list[str] = []
    skipped: list[str] = []
    queue = deque(dict.fromkeys(targets))
    while queue:
        key = queue.popleft()
        states = [turn.scope(path).edges.get(str(edge.index)) for edge in turn.definition.incoming(key)]
        if key in ready or key in skipped or None in states:
            continue
        if any(states):
            ready.append(key)
            continue
        skipped.append(key)
        for edge in turn.definition.outgoing(key):
            if edge.exit != EACH:
                _decide(turn, path, edge, taken=False)
                queue.append(edge.target)
    _skip(turn, path, skipped, because)
    for key in ready:
        _pend(turn, path, turn.definition.by_key[key])


def _skip(turn: Turn, path: str, keys: list[str], because: str) -> None:
    if not keys:
        return
    inner = [activity.key for key in keys for activity in descendants(turn, key)]
    for key in (*keys, *inner):
        turn.state.skips.setdefault(key, because)
    turn.emit(
        EventType.ACTIVITIES_SKIPPED,
        Subject.RUN,
        turn.state.run_id,
        {"scope": path, "activities": [{"key": key, "because": because} for key in (*keys, *inner)]},
    )


def skip_body(turn: Turn, path: str, loop_key: str, because: str) -> None:
    """Say that a Loop's whole body was never entered."""
    _skip(turn, path, [activity.key for activity in turn.definition.body(loop_key)], because)


def descendants(turn: Turn, loop_key: str) -> list[Activity]:
    """Give everything inside an activity's body, and in the bodies inside it."""
    found = []
    for activity in turn.definition.body(loop_key):
        found += [activity, *descendants(turn, activity.key)]
    return found


def _pend(turn: Turn, path: str, activity: Activity) -> None:
    live = LiveExecution(id=turn.given.new_id("exe"), key=activity.key, status=ExecutionStatus.PENDING)
    turn.scope(path).live[activity.key] = live
    turn.execution_event(EventType.EXECUTION_PENDING, path, live, {})
    turn.ready.append((path, activity.key))
