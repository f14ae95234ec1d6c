"""Loops: how one begins, how its iterations follow one another."""

from engine.activity import Looping
from engine.branches import enter_scope, skip_body
from engine.definition import EACH
from engine.events import EventType
from engine.state import LiveExecution, LoopProgress, Scope, iteration_path
from engine.status import IterationStatus
from engine.turn import Turn


def begin_loop(turn: Turn, path: str, live: LiveExecution, looping: Looping) -> None:
    """Begin a Loop that has just started: its first iterations; where there are no items, say that its body is skipped."""
    live.loop = LoopProgress(
        total=len(looping.items), concurrency=looping.concurrency, continues=looping.continues
    )
    if not looping.items:
        name = turn.definition.by_key[live.key].name
        skip_body(turn, path, live.key, f"'{name}' had nothing to loop over")
        return
    turn.decision.items[live.id] = looping.items
    begin_iterations(turn, path, live)


def begin_iterations(turn: Turn, path: str, live: LiveExecution) -> None:
    """Begin as many iterations as the Loop may have alive at once."""
    loop = live.loop
    if loop is None:
        raise ValueError(f"{live.key!r} is no Loop")
    entries = [edge for edge in turn.definition.outgoing(live.key) if edge.exit == EACH]
    while loop.live < loop.concurrency and loop.next <= loop.total:
        index = loop.next
        loop.next, loop.live = index + 1, loop.live + 1
        inner = iteration_path(path, live.key, index)
        turn.state.scopes[inner] = Scope(
            iteration={
                "id": turn.given.new_id("itr"),
                "loopId": live.id,
                "key": live.key,
                "index": index,
                "total": loop.total,
                "status": IterationStatus.PENDING.value,
                "creditsUsed": 0,
                "startedAt": None,
            }
        )
        data = {"item": turn.item(live.id, index), "edges": [edge.index for edge in entries]}
        turn.iteration_event(EventType.ITERATION_STARTED, inner, data)
        enter_scope(
            turn, inner, entries, because=f"'{turn.definition.by_key[live.key].name}' did not lead here"
        )
        turn.unsettled.append(inner)
