"""Edges: between what there is, from exits that there are, within one scope."""

from collections.abc import Iterator

from engine.definition import EACH, TRIGGER, Activity, Edge
from engine.errors import Problem
from engine.form import did_you_mean, listed
from engine.validation.draft import Draft


def check_edges(draft: Draft) -> Iterator[Problem]:
    """Find edges that lead nowhere, are there twice, leave by no exit, or cross from scope to scope."""
    seen: dict[tuple[str, str, str], int] = {}
    for edge in draft.edges:
        yield from _unknown_ends(draft, edge)
        same = seen.setdefault((edge.source, edge.exit, edge.target), edge.index)
        if same != edge.index:
            yield Problem(
                "EDGE_UNKNOWN",
                f"Edge {same} (counted from 0) leads from '{edge.source}' by '{edge.exit}' to "
                f"'{edge.target}' already.",
                draft.at_edge(edge),
            )
        yield from _unknown_exit(draft, edge)
    for edge in draft.known_edges:
        crossed = _crossed(draft, edge)
        if crossed is not None:
            yield Problem("SCOPE_CROSSED", crossed, draft.at_edge(edge))


def _unknown_ends(draft: Draft, edge: Edge) -> Iterator[Problem]:
    keys = list(draft.by_key)
    if edge.source != TRIGGER and edge.source not in draft.by_key:
        names = [TRIGGER, *keys]
        message = f"There is no activity '{edge.source}' to come from; there are {listed(names)}."
        yield Problem("EDGE_UNKNOWN", message + did_you_mean(edge.source, names), draft.at_edge(edge, "from"))
    if edge.target == TRIGGER and TRIGGER not in draft.by_key:
        yield Problem(
            "EDGE_UNKNOWN", "Nothing leads to the trigger; it only begins runs.", draft.at_edge(edge, "to")
        )
    elif edge.target not in draft.by_key:
        message = f"There is no activity '{edge.target}' to lead to; there are {listed(keys)}."
        yield Problem("EDGE_UNKNOWN", message + did_you_mean(edge.target, keys), draft.at_edge(edge, "to"))


def _unknown_exit(draft: Draft, edge: Edge) -> Iterator[Problem]:
    if edge.source == TRIGGER:
        exits: tuple[str, ...] = ("next",)
    else:
        activity = draft.by_key.get(edge.source)
        kind = draft.type_of(activity) if activity is not None else None
        if activity is None or kind is None:
            return
        exits = kind.exits_for(activity.config)
    if edge.exit not in exits:
        message = f"'{edge.source}' has no exit '{edge.exit}'; it has {listed(exits)}."
        yield Problem("EXIT_UNKNOWN", message + did_you_mean(edge.exit, exits), draft.at_edge(edge, "exit"))


def _crossed(draft: Draft, edge: Edge) -> str | None:
    target = draft.by_key[edge.target]
    source = draft.by_key.get(edge.source) if edge.source != TRIGGER else None
    if draft.loops_around(target) is None or (source is not None and draft.loops_around(source) is None):
        return None
    enters = source is not None and edge.exit == EACH and draft.is_loop(source.key)
    scope = source.key if source is not None and enters else (source.parent if source is not None else None)
    if target.parent == scope:
        return None
    leads, stands = _scope(scope), _scope(target.parent)
    return f"{_way(source, edge)} leads {leads}, but '{target.key}' is {stands}. {_mend(source, target)}"


def _way(source: Activity | None, edge: Edge) -> str:
    return "The trigger" if source is None else f"The exit '{edge.exit}' of '{source.key}'"


def _scope(loop: str | None) -> str:
    return "at the top" if loop is None else f"in the body of '{loop}'"


def _mend(source: Activity | None, target: Activity) -> str:
    if source is not None and source.parent == target.key:
        return "No edge leads back: an iteration ends where nothing follows."
    if target.parent is not None and source is not None and target.parent == source.key:
        return f"A body is entered by the exit '{EACH}'."
    if source is not None and source.parent is not None and target.parent is None:
        return "What comes after a Loop follows its exit 'next'."
    if target.parent is not None:
        return f"A body is entered by the exit '{EACH}' of its Loop."
    return "Edges stay within one scope."
