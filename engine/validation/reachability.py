"""Reachability: a way leads from the trigger to every activity, and no way leads back."""

from collections import defaultdict
from collections.abc import Iterator

from engine.definition import TRIGGER, Activity
from engine.errors import Problem
from engine.validation.draft import Draft
from engine.validation.graph import ScopeGraph


def reached(draft: Draft) -> frozenset[str]:
    """Give the keys that some way leads to; an edge at fault counts, as it is told of by itself."""
    followers: dict[str, list[str]] = defaultdict(list)
    for edge in draft.edges:
        known = edge.source == TRIGGER or edge.source in draft.by_key
        followers[edge.source if known else TRIGGER].append(edge.target)
    found = {TRIGGER}
    rest = [TRIGGER]
    while rest:
        for target in followers[rest.pop()]:
            if target not in found:
                found.add(target)
                rest.append(target)
    return frozenset(found)


def check_cycles(draft: Draft, graph: ScopeGraph) -> Iterator[Problem]:
    """Find cycles, one for each group of activities that are on any."""
    for cycle in graph.cycles():
        closing = next(edge for edge in graph.edges if edge.source == cycle[-1] and edge.target == cycle[0])
        way = " → ".join((*cycle, cycle[0]))
        yield Problem(
            "CYCLE",
            f"The edges lead in a circle: {way}. To do something again and again, use a Loop.",
            draft.at_edge(closing),
        )


def check_reached(draft: Draft, found: frozenset[str]) -> Iterator[Problem]:
    """Find activities that no way leads to."""
    for index, activity in draft.activities:
        if activity.key not in found:
            yield Problem("UNREACHABLE", _unreached(activity), draft.at(index))


def _unreached(activity: Activity) -> str:
    entry = "the trigger" if activity.parent is None else f"the exit 'each' of '{activity.parent}'"
    return f"No way leads to '{activity.key}': add an edge to it that can be reached from {entry}."
