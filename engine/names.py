"""The names an expression may use in a scope of a run, looked up only when they are asked for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine.decision import Values
from engine.definition import Definition
from engine.state import TOP, RunState, enclosing
from engine.values import JsonValue


class LazyNames(Mapping[str, object]):
    """A mapping whose values are looked up on access and kept."""

    def __init__(self, names: Mapping[str, Callable[[], object]]) -> None:
        self._names, self._known = names, dict[str, object]()

    def __getitem__(self, name: str) -> object:
        if name not in self._known:
            self._known[name] = self._names[name]()
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Outcomes(Mapping[str, object]):
    """`activities` in an expression: the outcomes of what ran in this scope or one around it."""

    def __init__(
        self, definition: Definition, paths: Mapping[str | None, str], find: Callable[[str, str], object]
    ) -> None:
        self._definition, self._paths, self._find = definition, paths, find

    def __getitem__(self, key: str) -> object:
        activity = self._definition.by_key.get(key)
        if activity is None or activity.parent not in self._paths:
            raise KeyError(key)
        outcome = self._find(self._paths[activity.parent], key)
        if outcome is None:
            raise KeyError(key)
        return outcome

    def __iter__(self) -> Iterator[str]:
        return (key for key in self._definition.by_key if self.get(key) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def loop_key(path: str) -> str | None:
    """Give the key of the Loop whose iteration a scope is, None for the top."""
    return path.rpartition("/")[2].partition(":")[0] or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Where names come from.

    Attributes:
        definition: The version that runs.
        state: The run; its scopes say which iteration a scope is.
        values: Earlier values.
        now: What `run.startedAt` is before the first execution has started.
        find: Gives an outcome by path and key.
        item: Gives an item by the Loop's execution id and index.
    """

    definition: Definition
    state: RunState
    values: Values
    now: str
    find: Callable[[str, str], object]
    item: Callable[[str, int], JsonValue]


def names_in(known: Known, path: str) -> Mapping[str, object]:
    """Give the names of a scope: trigger, activities, run, workflow, and inside Loops loop and loops."""
    paths = {loop_key(one): one for one in enclosing(path)}
    names: dict[str, Callable[[], object]] = {
        "trigger": lambda: known.values.trigger,
        "activities": lambda: Outcomes(known.definition, paths, known.find),
        "run": lambda: {"id": known.state.run_id, "startedAt": known.state.started_at or known.now},
        "workflow": lambda: known.values.workflow,
    }
    if path != TOP:
        loops = {key: _frame(known, one) for key, one in paths.items() if key is not None}
        names["loops"] = lambda: loops
        names["loop"] = lambda: loops[str(loop_key(path))]
    return LazyNames(names)


def _frame(known: Known, path: str) -> Mapping[str, object]:
    iteration = known.state.scopes[path].iteration
    if iteration is None:
        raise ValueError(f"{path!r} is no iteration")
    loop_id, index, total = iteration["loopId"], iteration["index"], iteration["total"]
    return LazyNames(
        {"item": lambda: known.item(loop_id, index), "index": lambda: index, "total": lambda: total}
    )
