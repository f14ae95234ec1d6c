"""An explicit-state search: every state that a model can come to, by every way there is."""

from collections import deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

State = TypeVar("State", bound=Hashable)


class Model(Protocol[State]):
    """What is searched."""

    def start(self) -> State:
        """Gives the first state."""
        ...

    def steps(self, state: State) -> Iterable[tuple[str, State]]:
        """Gives all that may happen next, each with a name."""
        ...

    def fault(self, before: State, after: State) -> str:
        """Says what is wrong with a step, or ""."""
        ...

    def is_final(self, state: State) -> bool:
        """Says whether this is an end."""
        ...

    def may_be_hoped_for(self, step: str) -> bool:
        """Says whether progress may rest on a step of this name: not on what somebody is free to leave undone."""
        ...


@dataclass(frozen=True)
class Found(Generic[State]):
    """What a search found: how many states, the first fault and the way to it."""

    states: int
    fault: str = ""
    way: tuple[str, ...] = ()


Ways = dict[State, tuple[State, str] | None]


def search(model: Model[State]) -> Found[State]:
    """Looks at every state, the nearest first; then, where no step was wrong, for states from which nothing ends."""
    start = model.start()
    ways: Ways[State] = {start: None}
    before: dict[State, list[State]] = {}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        for name, after in model.steps(state):
            if after not in ways:
                ways[after] = (state, name)
                queue.append(after)
            if fault := model.fault(state, after):
                return Found(len(ways), fault, (*_way(ways, state), name))
            if model.may_be_hoped_for(name):
                before.setdefault(after, []).append(state)
    stuck = _first_stuck(model, ways, before)
    if stuck is not None:
        return Found(len(ways), "it can never end", _way(ways, stuck))
    return Found(len(ways))


def _first_stuck(model: Model[State], ways: Ways[State], before: dict[State, list[State]]) -> State | None:
    """Gives the nearest state from which no end can be reached by steps that may be hoped for."""
    good = {state for state in ways if model.is_final(state)}
    queue = deque(good)
    while queue:
        for state in before.get(queue.popleft(), ()):
            if state not in good:
                good.add(state)
                queue.append(state)
    return next((state for state in ways if state not in good), None)


def _way(ways: Ways[State], state: State) -> tuple[str, ...]:
    names: list[str] = []
    while (way := ways[state]) is not None:
        state, name = way
        names.append(name)
    return tuple(reversed(names))
