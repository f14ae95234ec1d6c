"""The definition under validation: its activities by key and by place, and the paths of its parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.activities import ACTIVITY_TYPES
from engine.activity import ActivityType
from engine.definition import TRIGGER, Activity, Edge, Trigger
from engine.form import Path
from engine.reading import ROOT, Reading


@dataclass(frozen=True)
class Draft:
    """A definition as it was read, faults and all."""

    reading: Reading

    @property
    def trigger(self) -> Trigger:
        """Give the trigger."""
        return self.reading.definition.trigger

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Give every edge whose form is right."""
        return self.reading.definition.edges

    @cached_property
    def activities(self) -> tuple[tuple[int, Activity], ...]:
        """Give the activities with their places in the input."""
        return tuple((index, one) for index, one in enumerate(self.reading.slots) if one is not None)

    @cached_property
    def by_key(self) -> Mapping[str, Activity]:
        """Give the activities by their keys; of several with one key, the first."""
        found: dict[str, Activity] = {}
        for _, activity in self.activities:
            found.setdefault(activity.key, activity)
        return found

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Give the place of each key, of several with one key the first."""
        found: dict[str, int] = {}
        for index, activity in self.activities:
            found.setdefault(activity.key, index)
        return found

    @cached_property
    def malformed(self) -> frozenset[Path]:
        """Give the paths whose form is at fault: what is there was read as left out."""
        return frozenset(problem.path for problem in self.reading.problems)

    def hides(self, path: Path) -> bool:
        """Say whether what stands at a path could not be read, and is told of already."""
        return any(path[:length] in self.malformed for length in range(1, len(path) + 1))

    @cached_property
    def known_edges(self) -> tuple[Edge, ...]:
        """Give the edges that lead from something there is to something there is."""
        return tuple(
            edge
            for edge in self.edges
            if (edge.source == TRIGGER or edge.source in self.by_key) and edge.target in self.by_key
        )

    def type_of(self, activity: Activity) -> ActivityType | None:
        """Give the type of an activity, None where there is no such type."""
        return ACTIVITY_TYPES.get(activity.type)

    def is_loop(self, key: str | None) -> bool:
        """Say whether a key names a Loop."""
        activity = self.by_key.get(key) if key is not None else None
        kind = self.type_of(activity) if activity is not None else None
        return kind is not None and kind.items is not None

    def loops_around(self, activity: Activity) -> tuple[str, ...] | None:
        """Give the Loops around an activity, innermost first; None where its parents are at fault."""
        found: list[str] = []
        parent = activity.parent
        while parent is not None:
            if parent in found or not self.is_loop(parent):
                return None
            found.append(parent)
            parent = self.by_key[parent].parent
        return tuple(found)

    def at(self, index: int, *rest: str) -> Path:
        """Give the path of the activity at a place, or of a part of it."""
        return (*ROOT, "activities", str(index), *rest)

    def at_edge(self, edge: Edge, *rest: str) -> Path:
        """Give the path of an edge, or of a part of it."""
        return (*ROOT, "edges", str(edge.index), *rest)
