"""The canvas, over runs that the engine made."""

from datetime import UTC, datetime
from typing import Any

from db.records import RunRecord
from engine.commands import CancelRun, CompleteExecution, FailExecution, WaitExecution
from engine.errors import ExecutionError
from engine.reading import normalize
from resolvers.graph import GraphOverlay, overlay
from tests.engine.simulation import START, USER, Simulation, activity, edge, workflow


def canvas(run: Simulation, definition: dict[str, Any]) -> GraphOverlay:
    record = RunRecord(
        id="run_1",
        workspace_id="ws_default",
        workflow_id="wf_1",
        version_id="wfv_1",
        status=run.state.status,
        seq=run.state.seq,
        credits_used=run.state.credits_used,
        tariff="classic",
        trigger=run.trigger,
        queued_at=datetime(2026, 11, 22, tzinfo=UTC),
        started_at=None,
        ended_at=None,
        error=run.state.error,
        failed_execution_id=run.state.failed_execution_id,
        cancellation=run.state.cancellation,
        state=run.state.kept(),
    )
    return overlay(normalize(definition), record)


def states(graph: GraphOverlay) -> dict[str, str]:
    return {one.activity["key"]: one.state.value for one in graph.activities}


def reasons(graph: GraphOverlay) -> dict[str, str]:
    return {
        one.activity["key"]: one.skipped_because
        for one in graph.activities
        if one.skipped_because is not None
    }


def begun(definition: dict[str, Any]) -> Simulation:
    run = Simulation(definition)
    run.begin()
    return run


def complete(run: Simulation, key: str, path: str = "", exit_name: str | None = "next") -> None:
    run.do(
        CompleteExecution(path=path, key=key, outputs={"value": 1}, exit=exit_name, result=None), keep=True
    )


def fail(run: Simulation, key: str, path: str = "", *, retryable: bool = False) -> None:
    error = ExecutionError(code="TIMEOUT", message="It took too long.", retryable=retryable)
    run.do(FailExecution(path=path, key=key, error=error), keep=True)


CHAIN = workflow(
    [activity("a"), activity("b", name="Fetch"), activity("c")],
    [edge("trigger", "a"), edge("a", "b"), edge("b", "c")],
)
LOOP = workflow(
    [
        activity("each", "loop", name="Each name", items=[1, 2], onFailure="continue"),
        activity("big", "if_else", "each", name="Big?"),
        activity("keep", parent="each"),
        activity("after"),
    ],
    [
        edge("trigger", "each"),
        edge("each", "big", "each"),
        edge("big", "keep", "true"),
        edge("each", "after"),
    ],
)


def test_a_run_that_begins_shows_what_is_pending_and_what_was_not_reached() -> None:
    run = begun(CHAIN)
    assert states(canvas(run, CHAIN)) == {"a": "PENDING", "b": "NOT_REACHED", "c": "NOT_REACHED"}
    run.start("a")
    assert states(canvas(run, CHAIN)) == {"a": "RUNNING", "b": "NOT_REACHED", "c": "NOT_REACHED"}


def test_a_completed_run_counts_executions_credits_and_edges() -> None:
    run = begun(CHAIN)
    run.start("a")
    for key in "abc":
        complete(run, key)
    graph = canvas(run, CHAIN)
    assert states(graph) == {"a": "COMPLETED", "b": "COMPLETED", "c": "COMPLETED"}
    counts = [(one.execution_count, one.failure_count, one.credits_used) for one in graph.activities]
    assert counts == [(1, 0, 1)] * 3
    assert [one.latest_execution_id for one in graph.activities] == ["exe_1", "exe_2", "exe_3"]
    assert [(one.edge["from"], one.edge["to"], one.taken, one.count) for one in graph.edges] == [
        ("trigger", "a", True, 1),
        ("a", "b", True, 1),
        ("b", "c", True, 1),
    ]


def test_what_a_failed_run_did_not_reach_is_skipped_because_of_the_failure() -> None:
    run = begun(CHAIN)
    run.start("a")
    complete(run, "a")
    fail(run, "b")
    graph = canvas(run, CHAIN)
    assert states(graph) == {"a": "COMPLETED", "b": "FAILED", "c": "SKIPPED"}
    assert reasons(graph) == {"c": "the run failed at 'Fetch'"}
    assert [one.count for one in graph.edges] == [1, 1, 0]


def test_what_a_canceled_run_did_not_reach_is_skipped_because_of_the_cancel() -> None:
    run = begun(CHAIN)
    run.start("a")
    run.do(CancelRun(actor=USER))
    assert states(canvas(run, CHAIN)) == {"a": "RUNNING", "b": "NOT_REACHED", "c": "NOT_REACHED"}
    complete(run, "a")
    graph = canvas(run, CHAIN)
    assert states(graph) == {"a": "COMPLETED", "b": "SKIPPED", "c": "SKIPPED"}
    assert reasons(graph) == {"b": "the run was canceled", "c": "the run was canceled"}


def test_a_pending_activity_of_a_canceled_run_shows_as_canceled() -> None:
    run = begun(CHAIN)
    run.do(CancelRun(actor=USER))
    assert states(canvas(run, CHAIN)) == {"a": "CANCELED", "b": "SKIPPED", "c": "SKIPPED"}


def test_what_a_branch_did_not_take_is_skipped_with_the_branchs_reason() -> None:
    definition = workflow(
        [activity("big", "if_else", name="Big deal?"), activity("yes"), activity("no")],
        [edge("trigger", "big"), edge("big", "yes", "true"), edge("big", "no", "false")],
    )
    run = begun(definition)
    run.start("big")
    complete(run, "big", exit_name="false")
    graph = canvas(run, definition)
    assert states(graph) == {"big": "COMPLETED", "yes": "SKIPPED", "no": "RUNNING"}
    assert reasons(graph) == {"yes": "'Big deal?' took 'false'"}


def test_a_wait_and_a_retry_both_show_as_waiting() -> None:
    run = begun(CHAIN)
    run.start("a")
    run.do(WaitExecution(path="", key="a", until=START, outputs={"until": "…"}))
    assert states(canvas(run, CHAIN))["a"] == "WAITING"
    retried = workflow([activity("a", retry={"maxAttempts": 2})], [edge("trigger", "a")])
    run = begun(retried)
    run.start("a")
    fail(run, "a", retryable=True)
    assert states(canvas(run, retried)) == {"a": "WAITING"}


def test_a_loop_shows_running_and_a_failure_of_one_iteration_wins_over_the_latest() -> None:
    run = begun(LOOP)
    run.start("each")
    assert states(canvas(run, LOOP)) == {
        "each": "RUNNING", "big": "RUNNING", "keep": "NOT_REACHED", "after": "NOT_REACHED",
    }  # fmt: skip
    fail(run, "big", "each:1")
    graph = canvas(run, LOOP)
    assert states(graph)["big"] == "FAILED"
    big = graph.activities[1]
    assert (big.execution_count, big.failure_count) == (2, 1)


def test_a_body_activity_is_skipped_only_while_no_iteration_executed_it() -> None:
    run = begun(LOOP)
    run.start("each")
    complete(run, "big", "each:1", "false")
    assert reasons(canvas(run, LOOP)) == {"keep": "'Big?' took 'false'"}
    complete(run, "big", "each:2", "true")
    assert states(canvas(run, LOOP))["keep"] == "RUNNING"
    complete(run, "keep", "each:2")
    graph = canvas(run, LOOP)
    assert states(graph) == {"each": "COMPLETED", "big": "COMPLETED", "keep": "COMPLETED", "after": "RUNNING"}
    assert [one.count for one in graph.edges] == [1, 2, 1, 1]


def test_what_no_iteration_of_an_ended_loop_reached_is_skipped_because_the_loop_ended() -> None:
    run = begun(LOOP)
    run.start("each")
    fail(run, "big", "each:1")
    assert states(canvas(run, LOOP))["keep"] == "NOT_REACHED"
    fail(run, "big", "each:2")
    graph = canvas(run, LOOP)
    assert states(graph) == {"each": "COMPLETED", "big": "FAILED", "keep": "SKIPPED", "after": "RUNNING"}
    assert reasons(graph) == {"keep": "'Each name' ended before it"}


def test_a_loop_inside_a_loop_that_goes_on_may_still_reach_its_body() -> None:
    definition = workflow(
        [
            activity("outer", "loop", name="Outer", items=[1, 2]),
            activity("inner", "loop", "outer", name="Inner", items=[1], onFailure="continue"),
            activity("first", parent="inner"),
            activity("then", parent="inner"),
        ],
        [
            edge("trigger", "outer"),
            edge("outer", "inner", "each"),
            edge("inner", "first", "each"),
            edge("first", "then"),
        ],
    )
    run = begun(definition)
    run.start("outer")
    fail(run, "first", "outer:1/inner:1")
    assert states(canvas(run, definition))["then"] == "NOT_REACHED"
    fail(run, "first", "outer:2/inner:1")
    graph = canvas(run, definition)
    assert states(graph) == {"outer": "COMPLETED", "inner": "COMPLETED", "first": "FAILED", "then": "SKIPPED"}
    assert reasons(graph) == {"then": "'Inner' ended before it"}


def test_an_empty_loop_skips_its_body_with_its_own_reason() -> None:
    definition = workflow(
        [
            activity("each", "loop", name="Each", items="{{ trigger.payload.none }}"),
            activity("in_it", parent="each"),
        ],
        [edge("trigger", "each"), edge("each", "in_it", "each")],
    )
    run = Simulation(definition, {"none": []})
    run.begin()
    run.start("each")
    graph = canvas(run, definition)
    assert states(graph) == {"each": "COMPLETED", "in_it": "SKIPPED"}
    assert reasons(graph) == {"in_it": "'Each' had nothing to loop over"}
