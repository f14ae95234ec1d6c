"""A judge of ended runs, written for the tests alone: says from the rows whether what happened is what the rules allow.

It knows nothing of the engine's state or events. It looks at each scope: which edges the executions in it took, and so
what had to be executed, what may not have been, how the scope had to end, and what each execution cost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

FREE_WITHOUT_EDGE = ("if_else", "switch", "filter")
BEGINNINGS = (
    "ActivityExecutionPending", "ActivityExecutionStarted", "ActivityExecutionRetrying", "LoopIterationStarted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Execution:
    """What the judge is told of an execution."""

    path: str
    key: str
    status: str
    exit: str | None
    credits: int
    outputs: Mapping[str, Any] | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Iteration:
    """What the judge is told of an iteration."""

    path: str
    status: str
    credits: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that has ended; `canceled` says whether a cancel was accepted."""

    definition: Mapping[str, Any]
    status: str
    credits: int
    canceled: bool
    executions: tuple[Execution, ...]
    iterations: tuple[Iteration, ...]


def judge(run: Ended) -> None:
    """Assert that the run went as the rules say."""
    statuses = {one.status for one in run.executions} | {one.status for one in run.iterations}
    assert statuses <= {"COMPLETED", "FAILED", "CANCELED"}
    assert run.credits == sum(one.credits for one in run.executions)
    scopes = {"": run.status} | {one.path: one.status for one in run.iterations}
    for path, status in scopes.items():
        _judge_scope(run, path, status)
    for one in run.executions:
        assert one.status == "COMPLETED" or one.credits == 0
        _judge_loop(run, one)
    for iteration in run.iterations:
        inside = [each for each in run.executions if f"{each.path}/".startswith(f"{iteration.path}/")]
        assert iteration.credits == sum(each.credits for each in inside)
    assert (run.status == "CANCELED") == run.canceled


def _judge_scope(run: Ended, path: str, status: str) -> None:
    parent = path.rpartition("/")[2].partition(":")[0] or None
    executed = {one.key: one for one in run.executions if one.path == path}
    states = _edge_states(run.definition, parent, executed)
    for one in (each for each in run.definition["activities"] if each.get("parent") == parent):
        incoming = [
            states[index] for index, edge in enumerate(run.definition["edges"]) if edge["to"] == one["key"]
        ]
        if one["key"] in executed:
            assert "open" not in incoming and "taken" in incoming, (
                f"{path}/{one['key']} ran without a way to it"
            )
        elif status == "COMPLETED":
            assert set(incoming) == {"dead"}, f"{path}/{one['key']} was left out"
    failed = any(one.status == "FAILED" and one.exit is None for one in executed.values())
    if status == "COMPLETED":
        assert not failed and all(one.status != "CANCELED" for one in executed.values())
        _judge_prices(run.definition, executed.values())
    elif status == "FAILED" and not _fails_by_collect(run.definition, parent):
        assert failed, f"nothing failed in scope {path!r}"
    if failed:
        assert status in (("FAILED", "CANCELED") if run.canceled or path else ("FAILED",))


def _edge_states(
    definition: Mapping[str, Any], parent: str | None, executed: Mapping[str, Execution]
) -> list[str]:
    """Say of each edge whether it was taken, is dead or is open, going on until nothing changes."""
    edges = definition["edges"]
    states = ["open"] * len(edges)
    for _ in range(len(edges) + 1):
        for index, edge in enumerate(edges):
            source = edge["from"]
            if source in ("trigger", parent) and edge["exit"] in ("next", "each"):
                states[index] = "taken"
            elif source in executed:
                states[index] = _from_executed(executed[source], edge["exit"])
            else:
                incoming = [states[each] for each, other in enumerate(edges) if other["to"] == source]
                states[index] = "dead" if set(incoming) == {"dead"} else "open"
    return states


def _from_executed(one: Execution, exit_name: str) -> str:
    if one.status == "CANCELED" or (one.status == "FAILED" and one.exit is None):
        return "open"
    return "taken" if one.exit == exit_name else "dead"


def _judge_prices(definition: Mapping[str, Any], executed: Iterable[Execution]) -> None:
    kinds = {one["key"]: one["type"] for one in definition["activities"]}
    for one in executed:
        leads = any(edge["from"] == one.key and edge["exit"] == one.exit for edge in definition["edges"])
        free = one.status != "COMPLETED" or (kinds[one.key] in FREE_WITHOUT_EDGE and not leads)
        assert one.credits == (0 if free else 1), f"{one.path}/{one.key} cost {one.credits}"


def _fails_by_collect(definition: Mapping[str, Any], parent: str | None) -> bool:
    return any(one["key"] == parent and "collect" in one["config"] for one in definition["activities"])


def judge_order(events: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Assert of a log, as (type, data), that nothing begins where a failure or a cancel has stopped everything.

    What a failure stops is what contains it: the run, an iteration, or all iterations of a Loop.
    """
    stopped: list[str] = []
    for kind, data in events:
        if kind in BEGINNINGS:
            assert not any(f"{data['path']}/".startswith(one) for one in stopped), (
                f"{kind} in what has stopped: {data}"
            )
        if kind == "RunCancelRequested":
            stopped.append("")
        container = data.get("containedBy") or {}
        if container.get("kind") == "run":
            stopped.append("")
        elif container.get("kind") == "iteration":
            stopped.append(f"{container['path']}/")
        elif container.get("kind") == "loop":
            around = f"{container['path']}/" if container["path"] else ""
            stopped.append(f"{around}{container['key']}:")


def _judge_loop(run: Ended, one: Execution) -> None:
    kind = next(each for each in run.definition["activities"] if each["key"] == one.key)
    if kind["type"] != "loop":
        return
    continues = kind["config"].get("onFailure") == "continue"
    assert not (continues and one.error == "ITERATION_FAILED"), (
        "a Loop that continues fails with no iteration"
    )
    if one.status != "COMPLETED":
        return
    assert continues or (one.outputs or {})["failed"] == 0, (
        "a Loop that stops does not complete with a failure"
    )
    prefix = f"{one.path}/{one.key}:" if one.path else f"{one.key}:"
    turns = [
        each
        for each in run.iterations
        if each.path.startswith(prefix) and "/" not in each.path[len(prefix) :]
    ]
    outputs = one.outputs or {}
    assert len(turns) == outputs["total"] == len(outputs["collected"])
    for name in ("completed", "failed"):
        assert outputs[name] == sum(each.status == name.upper() for each in turns)
