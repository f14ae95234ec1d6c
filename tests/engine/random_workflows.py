"""Random workflows and a plain interpreter of the graph rules, written for the tests alone."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.engine.simulation import activity, edge, workflow

EXITS = {"if_else": ["true", "false", "error"], "switch": ["a", "b", "default", "error"]}
"""Of the types that do not go on by `next`."""


@dataclass
class Shape:
    """A random definition under construction."""

    activities: list[dict[str, Any]]
    edges: list[dict[str, str]]


@st.composite
def workflows(draw: st.DrawFn) -> dict[str, Any]:
    """Give a definition of branches, joins, filters and nested loops, in which everything can be reached."""
    shape = Shape([], [])
    _scope(draw, shape, None, depth=0)
    return workflow(shape.activities, shape.edges)


def _scope(draw: st.DrawFn, shape: Shape, parent: str | None, depth: int) -> None:
    kinds = ["formula", "if_else", "switch", "filter", "delay", *(["loop"] if depth < 2 else [])]
    size = draw(st.integers(1, 5 if depth == 0 else 3))
    made: list[dict[str, Any]] = []
    for _ in range(size):
        kind = draw(st.sampled_from(kinds))
        key = f"a{len(shape.activities)}"
        one = activity(key, kind, parent)
        if kind == "loop":
            one["config"] = {
                "items": list(range(draw(st.integers(0, 3)))),
                "onFailure": draw(st.sampled_from(["stop", "continue"])),
                **draw(st.sampled_from([{}, {"mode": "parallel", "concurrency": 2}])),
            }
        elif kind != "delay" and draw(st.booleans()):
            one["retry"] = {"maxAttempts": 2}
        shape.activities.append(one)
        _edges_to(draw, shape, key, parent, made)
        made.append(one)
        if kind == "loop":
            _scope(draw, shape, key, depth + 1)


def _edges_to(
    draw: st.DrawFn, shape: Shape, key: str, parent: str | None, made: list[dict[str, Any]]
) -> None:
    entry = edge("trigger", key) if parent is None else edge(parent, key, "each")
    sources = (
        draw(st.lists(st.sampled_from(made), max_size=2, unique_by=lambda one: one["key"])) if made else []
    )
    if not sources or draw(st.integers(0, 9)) == 0:
        shape.edges.append(entry)
    for source in sources:
        exits = EXITS.get(source["type"], ["next", "next", "error"])
        shape.edges.append(edge(source["key"], key, draw(st.sampled_from(exits))))


def expected(
    definition: dict[str, Any], outcome: Any, parent: str | None = None, path: str = ""
) -> dict[tuple[str, str], str]:
    """Say what executes in a run in which every failure is contained where it happens: (path, key) → exit taken.

    Args:
        definition: The workflow.
        outcome: Gives the exit that an activity takes in a scope, "error" where it fails, None where a Filter stops.
        parent: The Loop whose body is interpreted, None for the top.
        path: The scope.
    """
    taken: dict[tuple[str, str], str] = {}
    exits: dict[str, str | None] = {}
    for one in (each for each in definition["activities"] if each.get("parent") == parent):
        key = one["key"]
        incoming = [each for each in definition["edges"] if each["to"] == key]
        if not any(
            each["from"] in ("trigger", parent) or exits.get(each["from"], _UNREACHED) == each["exit"]
            for each in incoming
        ):
            continue
        if one["type"] == "loop":
            for index in range(1, len(one["config"]["items"]) + 1):
                inner = f"{path}/{key}:{index}" if path else f"{key}:{index}"
                taken |= expected(definition, outcome, key, inner)
        exits[key] = outcome(path, one)
        taken[(path, key)] = str(exits[key])
    return taken


_UNREACHED = object()
