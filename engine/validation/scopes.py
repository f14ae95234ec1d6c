"""Scopes: every parent is a Loop, no Loop holds itself, none is too deep."""

from collections.abc import Iterator

from engine.errors import Problem
from engine.form import did_you_mean, listed
from engine.validation.draft import Draft

MAX_LOOP_DEPTH = 4


def check_scopes(draft: Draft) -> Iterator[Problem]:
    """Find parents that are no Loops, Loops inside themselves, and Loops too deep in one another."""
    named: set[frozenset[str]] = set()
    for index, activity in draft.activities:
        if activity.parent is None:
            continue
        path = draft.at(index, "parent")
        unknown = _unknown_parent(draft, activity.parent)
        if unknown is not None:
            yield Problem("PARENT_UNKNOWN", unknown, path)
            continue
        circle = _circle(draft, activity.key)
        if circle and frozenset(circle) not in named:
            named.add(frozenset(circle))
            way = " in ".join(f"'{key}'" for key in (*circle, circle[0]))
            yield Problem("CYCLE", f"A Loop cannot be inside itself: {way}.", path)
        around = draft.loops_around(activity)
        if draft.is_loop(activity.key) and around is not None and len(around) >= MAX_LOOP_DEPTH:
            yield Problem(
                "CONFIG_INVALID",
                f"Loops may be {MAX_LOOP_DEPTH} deep; '{activity.key}' is {len(around) + 1} deep, inside "
                f"{listed([repr(key) for key in around])}.",
                path,
            )


def _unknown_parent(draft: Draft, parent: str) -> str | None:
    holder = draft.by_key.get(parent)
    loops = [key for key in draft.by_key if draft.is_loop(key)]
    if holder is None:
        return f"There is no Loop '{parent}'; there are {listed(loops)}.{did_you_mean(parent, loops)}"
    if draft.type_of(holder) is None or draft.is_loop(parent):
        return None
    return f"'{parent}' is no Loop but of the type {holder.type}; a parent is one of {listed(loops)}."


def _circle(draft: Draft, key: str) -> list[str] | None:
    """Give the parents from a key back to it, None where they lead elsewhere."""
    found = [key]
    while True:
        parent = draft.by_key[found[-1]].parent
        if parent == key:
            return found
        if parent is None or parent in found or parent not in draft.by_key:
            return None
        found.append(parent)
