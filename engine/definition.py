"""A workflow definition: what a version holds, immutable, and the questions that the engine asks of its graph."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

TRIGGER = "trigger"
"""The name under which edges leave the trigger."""

EACH = "each"
"""The exit of a Loop that enters its body."""

ERROR = "error"
"""The exit that a failed execution takes where it has an edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how patiently an activity is tried; the policy in force, with every default filled in."""

    max_attempts: int
    backoff_seconds: float
    backoff_factor: float
    max_backoff_seconds: float
    timeout_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One activity as written; `config` may hold templates."""

    key: str
    type: str
    name: str
    config: Mapping[str, Any]
    parent: str | None
    retry: RetryPolicy
    position: Mapping[str, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A way from an exit to an activity; `index` is its place in the definition."""

    index: int
    source: str
    exit: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What starts runs of the workflow."""

    type: str
    config: Mapping[str, Any]
    position: Mapping[str, float] | None


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A definition that has been read: a directed acyclic graph inside each scope (the top, and each Loop's body)."""

    trigger: Trigger
    activities: tuple[Activity, ...]
    edges: tuple[Edge, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Activity]:
        """Give the activities by their keys."""
        return {activity.key: activity for activity in self.activities}

    @cached_property
    def _outgoing(self) -> Mapping[str, tuple[Edge, ...]]:
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            found[edge.source].append(edge)
        return {source: tuple(edges) for source, edges in found.items()}

    @cached_property
    def _incoming(self) -> Mapping[str, tuple[Edge, ...]]:
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            found[edge.target].append(edge)
        return {target: tuple(edges) for target, edges in found.items()}

    @cached_property
    def _bodies(self) -> Mapping[str | None, tuple[Activity, ...]]:
        found: dict[str | None, list[Activity]] = defaultdict(list)
        for activity in self.activities:
            found[activity.parent].append(activity)
        return {parent: tuple(activities) for parent, activities in found.items()}

    def outgoing(self, source: str) -> tuple[Edge, ...]:
        """Give every edge that leaves an activity (or "trigger"), by any exit."""
        return self._outgoing.get(source, ())

    def incoming(self, key: str) -> tuple[Edge, ...]:
        """Give every edge that leads to an activity."""
        return self._incoming.get(key, ())

    def body(self, parent: str | None) -> tuple[Activity, ...]:
        """Give the activities of a scope: of a Loop's body, or of the top for None."""
        return self._bodies.get(parent, ())

    def has_exit_edge(self, key: str, exit_name: str) -> bool:
        """Say whether any edge leaves the activity by that exit."""
        return any(edge.exit == exit_name for edge in self.outgoing(key))
