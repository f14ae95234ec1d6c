"""Thousands of random workflows through the engine: every rule that must hold of any of them, in any order of events."""

import random
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.commands import (
    CancelRun,
    Command,
    CompleteExecution,
    FailExecution,
    InterruptExecution,
    LoseAttempt,
    StartExecution,
    WaitExecution,
)
from engine.errors import ExecutionError
from engine.state import LiveExecution
from engine.status import ExecutionStatus, RunStatus
from tests.engine.judge import Ended, Execution, Iteration, judge, judge_order
from tests.engine.random_workflows import expected, workflows
from tests.engine.simulation import USER, Simulation

EXITS: dict[str, list[str | None]] = {
    "if_else": ["true", "false"], "switch": ["a", "b", "default"], "filter": ["next", None]
}  # fmt: skip
BROKEN = ExecutionError(code="BROKEN", message="It broke.", retryable=True)


def as_ended(run: Simulation, definition: dict[str, Any]) -> Ended:
    """Tell the judge of a run, whose log it may see at once."""
    judge_order((event.type, event.data) for event in run.events)
    executions = tuple(
        Execution(
            row["path"],
            row["key"],
            row["status"],
            row["exit"],
            row.get("creditsUsed", 0),
            row["outputs"],
            row["error"]["code"] if row["error"] else None,
        )
        for row in run.executions.values()
    )
    iterations = tuple(
        Iteration(row["path"], row["status"], row["creditsUsed"]) for row in run.iterations.values()
    )
    return Ended(
        definition,
        run.state.status.value,
        run.state.credits_used,
        run.state.cancellation is not None,
        executions,
        iterations,
    )


def step(run: Simulation, choose: random.Random, *, failures: float, lost: float) -> None:
    """Do one thing that a worker might do, to any execution that is ready or executing."""
    command, keep = wish(run, choose, *choose.choice(run.state.leaves()), failures=failures, lost=lost)
    run.do(command, keep=keep)


def wish(
    run: Simulation, choose: random.Random, path: str, live: LiveExecution, *, failures: float, lost: float
) -> tuple[Command, bool]:
    """Say what a worker might ask about an execution, and whether it goes on with what follows."""
    key, keep = live.key, choose.random() < 0.5
    if live.status in (ExecutionStatus.PENDING, ExecutionStatus.RETRYING):
        return StartExecution(path=path, key=key), True
    if live.status is ExecutionStatus.WAITING:
        return CompleteExecution(path=path, key=key, outputs={"until": "x"}, exit="next"), keep
    return wish_of_holder(run, choose, path, live, failures=failures, lost=lost), keep


def wish_of_holder(
    run: Simulation, choose: random.Random, path: str, live: LiveExecution, *, failures: float, lost: float
) -> Command:
    """Say what might become of an attempt."""
    key, kind = live.key, run.definition.by_key[live.key].type
    blocked = run.state.status is RunStatus.CANCELING or run.state.scopes[path].stop is not None
    if choose.random() < lost:
        return LoseAttempt(path=path, key=key)
    if blocked and choose.random() < 0.2:
        return InterruptExecution(path=path, key=key)
    if choose.random() < failures:
        return FailExecution(path=path, key=key, error=BROKEN)
    if kind == "delay" and choose.random() < 0.7:
        until = run.now + timedelta(hours=1)
        return WaitExecution(path=path, key=key, until=until, outputs={"until": "x"})
    exit_name = choose.choice(EXITS.get(kind, ["next"]))
    return CompleteExecution(path=path, key=key, outputs={"value": 1}, exit=exit_name)


def run_to_the_end(
    run: Simulation,
    choose: random.Random,
    *,
    failures: float,
    lost: float = 0.0,
    cancel_at: int | None = None,
) -> None:
    run.begin()
    steps = 0
    while not run.final:
        if steps == cancel_at:
            run.do(CancelRun(actor=USER))
        else:
            step(run, choose, failures=failures, lost=lost)
        steps += 1
        assert steps < 2000, "a run ends"


@settings(max_examples=400, deadline=None)
@given(workflows(), st.integers(0, 2**32))
def test_without_failures_exactly_what_the_graph_says_is_executed(
    definition: dict[str, Any], seed: int
) -> None:
    def outcome(path: str, one: dict[str, Any]) -> str | None:
        return random.Random(f"{seed}{path}{one['key']}").choice(EXITS.get(one["type"], ["next"]))

    run, choose = Simulation(definition), random.Random(seed)
    by_key = {one["key"]: one for one in definition["activities"]}
    run.begin()
    while not run.final:
        path, live = choose.choice(run.state.leaves())
        if live.status is ExecutionStatus.PENDING:
            run.do(StartExecution(path=path, key=live.key), keep=True)
        else:
            outputs = {"value": 1}
            exit_name = outcome(path, by_key[live.key])
            run.do(
                CompleteExecution(path=path, key=live.key, outputs=outputs, exit=exit_name),
                keep=choose.random() < 0.5,
            )
    assert run.state.status is RunStatus.COMPLETED
    executed = {(row["path"], row["key"]): str(row["exit"]) for row in run.executions.values()}
    assert executed == expected(definition, outcome)
    assert {row["status"] for row in run.executions.values()} <= {"COMPLETED"}


@settings(max_examples=400, deadline=None)
@given(workflows(), st.integers(0, 2**32), st.sampled_from([0.0, 0.1, 0.5]))
def test_every_run_ends_with_nothing_alive_and_every_activity_explained(
    definition: dict[str, Any], seed: int, failures: float
) -> None:
    run = Simulation(definition)
    run_to_the_end(run, random.Random(seed), failures=failures, lost=failures / 2)
    assert {row["status"] for row in run.executions.values()} <= {"COMPLETED", "FAILED", "CANCELED"}
    assert {row["status"] for row in run.iterations.values()} <= {"COMPLETED", "FAILED", "CANCELED"}
    assert [
        type_ for type_ in run.types() if type_ in ("RunCompleted", "RunFailed", "RunCanceled")
    ] == run.types()[-1:]
    assert set(run.state.scopes) == {""} and run.state.scopes[""].live == {}
    failed = run.state.status is RunStatus.FAILED
    assert (run.state.error is not None) == failed
    if failed:
        assert run.executions[str(run.state.failed_execution_id)]["status"] == "FAILED"
    for row in run.executions.values():
        assert row["status"] == "COMPLETED" or row["creditsUsed"] == 0
    judge(as_ended(run, definition))
    for row in run.iterations.values():
        inside = [
            each for each in run.executions.values() if (each["path"] + "/").startswith(row["path"] + "/")
        ]
        assert row["creditsUsed"] == sum(each["creditsUsed"] for each in inside)


@settings(max_examples=400, deadline=None)
@given(workflows(), st.integers(0, 2**32), st.integers(0, 12))
def test_nothing_starts_after_a_cancel_and_the_receipt_is_right(
    definition: dict[str, Any], seed: int, cancel_at: int
) -> None:
    run = Simulation(definition)
    run_to_the_end(run, random.Random(seed), failures=0.1, cancel_at=cancel_at)
    if "RunCancelRequested" not in run.types():
        return
    asked = run.types().index("RunCancelRequested")
    after = run.events[asked + 1 :]
    begun = {
        "ActivityExecutionStarted",
        "ActivityExecutionPending",
        "LoopIterationStarted",
        "ActivityExecutionRetrying",
    }
    assert not begun & {event.type.value for event in after}
    assert run.state.status is RunStatus.CANCELED
    judge(as_ended(run, definition))
    receipt = run.state.cancellation
    assert receipt is not None
    assert receipt["creditsAfterRequest"] == sum(
        event.data.get("creditsUsed", 0) for event in after if event.type == "ActivityExecutionCompleted"
    )
    at_request = dict.fromkeys(receipt["inFlight"], "RUNNING")
    ended = {event.subject_id for event in after if event.subject == "execution"}
    assert set(at_request) <= ended
    pending_then = [
        event for event in after if event.type == "ActivityExecutionCanceled" and event.data["attempt"] == 0
    ]
    assert receipt["prevented"] == len(pending_then)


@settings(max_examples=200, deadline=None)
@given(workflows(), st.integers(0, 2**32))
def test_the_canvas_counts_what_the_rows_hold(definition: dict[str, Any], seed: int) -> None:
    run = Simulation(definition)
    run_to_the_end(run, random.Random(seed), failures=0.1)
    for key, tally in run.state.tallies.items():
        rows = [row for row in run.executions.values() if row["key"] == key]
        assert tally.executions == len(rows)
        assert tally.failures == sum(row["status"] == "FAILED" for row in rows)
        assert tally.credits == sum(row["creditsUsed"] for row in rows)
    edges = sum(len(event.data["edges"]) for event in run.events if "edges" in event.data)
    assert sum(run.state.edge_counts.values()) == edges
