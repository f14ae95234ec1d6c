"""One rule a test: chains, branches, joins, loops, failures, retries, waits and cancels."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from engine.commands import (
    CancelRun,
    CompleteExecution,
    FailExecution,
    InterruptExecution,
    LogLine,
    LoseAttempt,
    WaitExecution,
)
from engine.decision import Decision, IllegalCommand
from engine.errors import ExecutionError
from engine.status import RunStatus
from tests.engine.simulation import USER, Simulation, activity, edge, workflow

BROKEN = ExecutionError(code="BROKEN", message="It broke.")
FLAKY = ExecutionError(code="TIMEOUT", message="It took too long.", retryable=True)


def done(
    run: Simulation,
    key: str,
    path: str = "",
    exit_name: str | None = "next",
    *,
    keep: bool = True,
    **outputs: Any,
) -> Decision:
    return run.do(CompleteExecution(path=path, key=key, outputs=outputs, exit=exit_name), keep=keep)


def failed(
    run: Simulation, key: str, path: str = "", error: ExecutionError = BROKEN, *, keep: bool = True
) -> Decision:
    return run.do(FailExecution(path=path, key=key, error=error), keep=keep)


def chain(*keys: str) -> Simulation:
    run = Simulation(
        workflow(
            [activity(key) for key in keys],
            [edge(a, b) for a, b in zip(("trigger", *keys), keys, strict=False)],
        )
    )
    run.begin()
    return run


def test_a_chain_goes_from_queued_to_completed_with_one_decision_an_activity() -> None:
    run = chain("a", "b")
    assert run.types() == ["RunQueued", "ActivityExecutionPending"]
    assert run.status() is RunStatus.QUEUED
    run.start("a")
    assert run.types()[2:] == ["ActivityExecutionStarted", "RunStarted"]
    decision = done(run, "a", value=1)
    assert run.types()[4:] == [
        "ActivityExecutionCompleted",
        "ActivityExecutionPending",
        "ActivityExecutionStarted",
    ]
    assert decision.started is not None and decision.started.activity.key == "b" and decision.pending == []
    done(run, "b", value=2)
    assert run.types()[7:] == ["ActivityExecutionCompleted", "RunCompleted"]
    assert run.state.credits_used == 2 and run.events[-1].header["creditsUsed"] == 2


def test_without_a_claim_what_follows_is_pending_and_hinted() -> None:
    run = chain("a", "b")
    run.start("a")
    decision = done(run, "a", keep=False)
    assert decision.started is None and decision.pending == [run.row("b")["id"]]
    assert run.row("b")["status"] == "PENDING"


def test_a_trigger_that_leads_nowhere_completes_at_once() -> None:
    run = Simulation(workflow([], []))
    run.begin()
    assert run.types() == ["RunQueued", "RunCompleted"] and run.state.started_at is None


def branching() -> Simulation:
    run = Simulation(
        workflow(
            [
                activity("big", "if_else", name="Big deal?"),
                activity("yes"),
                activity("no"),
                activity("after_no"),
                activity("join"),
            ],
            [
                edge("trigger", "big"),
                edge("big", "yes", "true"),
                edge("big", "no", "false"),
                edge("no", "after_no"),
                edge("yes", "join"),
                edge("after_no", "join"),
            ],
        )
    )
    run.begin()
    run.start("big")
    return run


def test_what_a_branch_does_not_reach_is_skipped_with_the_reason_and_the_join_runs() -> None:
    run = branching()
    done(run, "big", exit_name="true")
    skip = next(event for event in run.events if event.type == "ActivitiesSkipped")
    because = "'Big deal?' took 'true'"
    assert skip.data == {
        "scope": "",
        "activities": [{"key": "no", "because": because}, {"key": "after_no", "because": because}],
    }
    done(run, "yes")
    done(run, "join")
    assert run.status() is RunStatus.COMPLETED and run.state.credits_used == 3
    assert run.statuses() == {"big": "COMPLETED", "yes": "COMPLETED", "join": "COMPLETED"}


def test_only_what_has_ended_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []
    outcome = Simulation.outcome

    def look(run: Simulation, path: str, key: str) -> Any:
        asked.append((path, key))
        return outcome(run, path, key)

    monkeypatch.setattr(Simulation, "outcome", look)
    run = branching()
    done(run, "big", exit_name="true")
    done(run, "yes", value=1, keep=False)
    started = run.start("join").started
    assert started is not None
    asked.clear()
    activities = started.scope["activities"]
    assert isinstance(activities, Mapping)
    assert {key: activities.get(key) for key in ("big", "yes", "no", "after_no", "join")} == {
        "big": {}, "yes": {"value": 1}, "no": None, "after_no": None, "join": None
    }  # fmt: skip
    assert asked == [("", "big"), ("", "yes")]


def test_a_conditional_whose_exit_has_no_edge_is_free() -> None:
    run = Simulation(
        workflow(
            [activity("big", "if_else"), activity("yes")],
            [edge("trigger", "big"), edge("big", "yes", "true")],
        )
    )
    run.begin()
    run.start("big")
    done(run, "big", exit_name="false")
    assert run.status() is RunStatus.COMPLETED and run.state.credits_used == 0
    assert run.row("big")["creditsUsed"] == 0


def test_a_filter_that_stops_ends_its_path_and_costs_nothing() -> None:
    run = Simulation(
        workflow(
            [activity("only", "filter", name="In Europe?"), activity("then")],
            [edge("trigger", "only"), edge("only", "then")],
        )
    )
    run.begin()
    run.start("only")
    done(run, "only", exit_name=None)
    assert run.state.skips == {"then": "'In Europe?' stopped here"}
    assert run.status() is RunStatus.COMPLETED and run.state.credits_used == 0


def test_parallel_branches_keep_one_and_queue_the_others_and_the_join_waits_for_all() -> None:
    run = Simulation(
        workflow(
            [activity(k) for k in "abcd"],
            [edge("trigger", "a"), edge("a", "b"), edge("a", "c"), edge("b", "d"), edge("c", "d")],
        )
    )
    run.begin()
    run.start("a")
    decision = done(run, "a")
    assert decision.started is not None and decision.started.activity.key == "b"
    assert decision.pending == [run.row("c")["id"]]
    done(run, "b")
    assert "d" not in run.statuses()
    run.start("c")
    done(run, "c")
    assert run.statuses()["d"] == "RUNNING"


def looping(items: list[Any], **config: Any) -> Simulation:
    run = Simulation(
        workflow(
            [
                activity("each", "loop", name="Each", items=items, **config),
                activity("work", parent="each"),
                activity("after"),
            ],
            [edge("trigger", "each"), edge("each", "work", "each"), edge("each", "after")],
        )
    )
    run.begin()
    return run


def test_a_sequential_loop_goes_from_item_to_item_in_one_decision_each() -> None:
    run = looping(["x", "y"], collect="{{ activities.work.value }}")
    decision = run.start("each")
    assert decision.started is not None and decision.started.path == "each:1"
    assert run.types()[2:] == [
        "ActivityExecutionStarted",
        "LoopIterationStarted",
        "ActivityExecutionPending",
        "ActivityExecutionStarted",
        "RunStarted",
    ]
    assert run.row("each")["inputs"]["items"] == {"$list": {"count": 2, "first": ["x", "y"]}}
    done(run, "work", "each:1", value=10)
    assert run.types()[7:] == [
        "ActivityExecutionCompleted",
        "LoopIterationCompleted",
        "LoopIterationStarted",
        "ActivityExecutionPending",
        "ActivityExecutionStarted",
    ]
    done(run, "work", "each:2", value=20)
    assert run.row("each")["outputs"] == {"total": 2, "completed": 2, "failed": 0, "collected": [10, 20]}
    done(run, "after")
    assert run.status() is RunStatus.COMPLETED and run.state.credits_used == 4
    assert [row["creditsUsed"] for row in run.iterations.values()] == [1, 1]


def test_a_loop_without_items_completes_at_once_and_skips_its_body() -> None:
    run = looping([])
    decision = run.start("each")
    assert decision.started is not None and decision.started.activity.key == "after"
    assert run.row("each")["outputs"] == {"total": 0, "completed": 0, "failed": 0, "collected": []}
    assert run.state.skips == {"work": "'Each' had nothing to loop over"}


def test_a_parallel_loop_has_at_most_so_many_iterations_alive() -> None:
    run = looping(list(range(5)), mode="parallel", concurrency=2)
    decision = run.start("each")
    assert len(decision.pending) == 1 and set(run.state.scopes) == {"", "each:1", "each:2"}
    run.start("work", "each:2")
    done(run, "work", "each:2")
    assert set(run.state.scopes) == {"", "each:1", "each:3"}


def test_collect_of_several_parts_gives_null_for_those_that_are_missing_alone() -> None:
    collect = {"value": "{{ activities.work.value }}", "more": ["{{ activities.work.nothing }}", "x"]}
    run = looping([1], collect=collect)
    run.start("each")
    done(run, "work", "each:1", value=7)
    assert run.row("each")["outputs"]["collected"] == [{"value": 7, "more": [None, "x"]}]


def test_collect_that_misses_a_value_gives_null_and_one_that_fails_fails_its_iteration() -> None:
    run = looping([1], collect="{{ activities.work.nothing }}")
    run.start("each")
    done(run, "work", "each:1", value=1)
    assert run.row("each")["outputs"]["collected"] == [None]
    run = looping([1, 2], collect="{{ 1 / activities.work.value }}", onFailure="continue")
    run.start("each")
    done(run, "work", "each:1", value=0)
    done(run, "work", "each:2", value=1)
    assert run.row("each")["outputs"] == {"total": 2, "completed": 1, "failed": 1, "collected": [None, 1]}


@pytest.mark.parametrize("on_failure", ["stop", "continue"])
def test_a_loop_collects_no_more_than_4_mib(on_failure: str) -> None:
    run = looping(list(range(6)), collect="{{ activities.work.value }}", onFailure=on_failure)
    run.start("each")
    for index in range(1, 6):
        done(run, "work", f"each:{index}", value="x" * 1024 * 1024 if index < 5 else "small")
        if index == 4 and on_failure == "stop":
            break
    iterations = {row["index"]: row["status"] for row in run.iterations.values()}
    assert [iterations[index] for index in (1, 2, 3, 4)] == ["COMPLETED"] * 3 + ["FAILED"]
    failure = next(event for event in run.events if event.type == "LoopIterationFailed")
    assert failure.data["error"]["code"] == "VALUE_TOO_LARGE"
    assert failure.data["error"]["message"].startswith(
        "collect: with this, the Loop would collect more than "
    )
    if on_failure == "stop":
        assert run.row("each")["error"]["detail"]["cause"]["code"] == "VALUE_TOO_LARGE"
        assert run.status() is RunStatus.FAILED
        return
    done(run, "work", "each:6", value=None)
    assert [type(value) for value in run.row("each")["outputs"]["collected"]] == [
        str, str, str, type(None), str, type(None)
    ]  # fmt: skip
    assert (run.row("each")["outputs"]["completed"], run.row("each")["outputs"]["failed"]) == (5, 1)


def test_a_failure_in_a_loop_that_stops_fails_the_loop_and_the_run_names_where_it_began() -> None:
    run = looping([1, 2, 3])
    run.start("each")
    done(run, "work", "each:1")
    failed(run, "work", "each:2")
    assert run.types()[-4:] == [
        "ActivityExecutionFailed",
        "LoopIterationFailed",
        "ActivityExecutionFailed",
        "RunFailed",
    ]
    error = run.row("each")["error"]
    assert error["code"] == "ITERATION_FAILED"
    assert error["detail"] == {
        "index": 2,
        "executionId": run.row("work", "each:2")["id"],
        "cause": BROKEN.as_data(),
    }
    assert run.state.error == BROKEN.as_data()
    assert run.state.failed_execution_id == run.row("work", "each:2")["id"]
    assert run.state.credits_used == 1 and len(run.iterations) == 2


def test_a_loop_that_continues_counts_the_failure() -> None:
    run = looping([1, 2], onFailure="continue")
    run.start("each")
    failed(run, "work", "each:1")
    done(run, "work", "each:2", value=5)
    assert run.row("each")["outputs"] == {"total": 2, "completed": 1, "failed": 1, "collected": [None, None]}
    assert run.status() is RunStatus.RUNNING and run.state.error is None


def test_an_error_edge_contains_the_failure_and_all_other_edges_die() -> None:
    run = Simulation(
        workflow(
            [activity("a"), activity("next"), activity("mend")],
            [edge("trigger", "a"), edge("a", "next"), edge("a", "mend", "error")],
        )
    )
    run.begin()
    run.start("a")
    failed(run, "a")
    assert run.statuses() == {"a": "FAILED", "mend": "RUNNING"} and run.state.skips == {"next": "'A' failed"}
    done(run, "mend")
    assert run.status() is RunStatus.COMPLETED and run.state.error is None and run.state.credits_used == 1


def test_the_error_edge_of_a_loop_contains_a_failure_inside() -> None:
    run = Simulation(
        workflow(
            [activity("each", "loop"), activity("work", parent="each"), activity("mend")],
            [edge("trigger", "each"), edge("each", "work", "each"), edge("each", "mend", "error")],
        )
    )
    run.begin()
    run.start("each")
    failed(run, "work", "each:1")
    assert run.statuses() == {"each": "FAILED", "mend": "RUNNING"} and run.state.error is None


def test_an_uncontained_failure_cancels_what_has_not_begun_and_waits_for_what_executes() -> None:
    run = Simulation(
        workflow([activity(k) for k in "abcd"], [edge("trigger", k) for k in "abc"] + [edge("a", "d")])
    )
    run.begin()
    run.start("a")
    run.start("b")
    failed(run, "b")
    assert run.statuses() == {"a": "RUNNING", "b": "FAILED", "c": "CANCELED"}
    assert run.status() is RunStatus.RUNNING and run.state.error == BROKEN.as_data()
    done(run, "a")
    assert run.status() is RunStatus.FAILED and run.state.credits_used == 1 and "d" not in run.statuses()


def test_a_failure_that_may_pass_is_tried_again_with_backoff_and_the_attempts_are_kept() -> None:
    retry = {"maxAttempts": 3, "backoffSeconds": 2, "backoffFactor": 3}
    run = Simulation(workflow([activity("a", retry=retry, expression="1")], [edge("trigger", "a")]))
    run.begin()
    run.start("a")
    failed(run, "a", error=FLAKY)
    assert run.types()[-2:] == ["ActivityExecutionRetrying", "RunWaiting"]
    assert run.row("a")["dueAt"] == (run.now + timedelta(seconds=2)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    run.start("a")
    assert run.types()[-2:] == ["ActivityExecutionStarted", "RunResumed"]
    failed(run, "a", error=FLAKY)
    assert run.row("a")["dueAt"] == (run.now + timedelta(seconds=6)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    run.start("a")
    failed(run, "a", error=FLAKY)
    row = run.row("a")
    assert (
        row["status"] == "FAILED"
        and row["attempt"] == 3
        and [one["number"] for one in row["attempts"]] == [1, 2]
    )
    assert run.status() is RunStatus.FAILED


def test_retry_after_is_waited_for_unless_it_is_an_hour_or_more() -> None:
    for asked, waited in ((30.0, 30), (3600.0, 1)):
        run = Simulation(
            workflow([activity("a", retry={"maxAttempts": 2}, expression="1")], [edge("trigger", "a")])
        )
        run.begin()
        run.start("a")
        failed(
            run,
            "a",
            error=ExecutionError(code="HTTP_STATUS", message="Later.", retryable=True, retry_after=asked),
        )
        assert run.row("a")["dueAt"] == (run.now + timedelta(seconds=waited)).strftime(
            "%Y-%m-%dT%H:%M:%S.%fZ"
        )


def test_a_lost_attempt_is_made_again_at_once_and_the_fifth_fails() -> None:
    run = chain("a")
    for lost in range(1, 5):
        run.start("a")
        decision = run.do(LoseAttempt(path="", key="a"))
        assert run.row("a")["status"] == "PENDING" and decision.pending == [run.row("a")["id"]]
        assert [one["number"] for one in run.row("a")["attempts"]] == list(range(1, lost + 1))
    run.start("a")
    run.do(LoseAttempt(path="", key="a"))
    row = run.row("a")
    assert (row["status"], row["attempt"], row["error"]["code"]) == ("FAILED", 5, "WORKER_LOST")
    assert run.status() is RunStatus.FAILED


def test_lost_attempts_do_not_count_against_the_policy() -> None:
    run = Simulation(
        workflow([activity("a", retry={"maxAttempts": 2}, expression="1")], [edge("trigger", "a")])
    )
    run.begin()
    run.start("a")
    run.do(LoseAttempt(path="", key="a"))
    run.start("a")
    failed(run, "a", error=FLAKY)
    assert run.row("a")["status"] == "RETRYING"


def test_a_wait_is_a_row_and_completes_with_what_it_waited_with() -> None:
    run = Simulation(workflow([activity("wait", "delay")], [edge("trigger", "wait")]))
    run.begin()
    run.start("wait")
    run.do(WaitExecution(path="", key="wait", until=run.now + timedelta(hours=1), outputs={"until": "later"}))
    assert run.status() is RunStatus.WAITING and run.row("wait")["outputs"] == {"until": "later"}
    done(run, "wait", until="later")
    assert run.status() is RunStatus.COMPLETED and run.types()[-1] == "RunCompleted"


def test_cancel_cancels_what_is_pending_lets_what_executes_count_and_starts_nothing() -> None:
    run = Simulation(
        workflow([activity(k) for k in "abcd"], [edge("trigger", k) for k in "abc"] + [edge("a", "d")])
    )
    run.begin()
    run.start("a")
    run.do(CancelRun(actor=USER))
    assert run.status() is RunStatus.CANCELING
    receipt = run.state.cancellation
    assert receipt is not None
    assert (receipt["inFlight"], receipt["prevented"], receipt["creditsAfterRequest"]) == (
        [run.row("a")["id"]],
        2,
        0,
    )
    with pytest.raises(IllegalCommand):
        run.start("b")
    done(run, "a")
    assert run.types()[-2:] == ["ActivityExecutionCompleted", "RunCanceled"]
    assert run.status() is RunStatus.CANCELED and run.state.credits_used == 1
    receipt = run.state.cancellation
    assert (
        receipt is not None
        and receipt["creditsAfterRequest"] == 1
        and receipt["completedAt"] == run.state.ended_at
    )
    assert run.statuses() == {"a": "COMPLETED", "b": "CANCELED", "c": "CANCELED"}


def test_a_conditional_that_completes_while_canceling_is_free() -> None:
    run = branching()
    run.do(CancelRun(actor=USER))
    done(run, "big", exit_name="true")
    assert (
        run.status() is RunStatus.CANCELED
        and run.state.credits_used == 0
        and run.row("big")["status"] == "COMPLETED"
    )


def test_cancel_with_nothing_executing_ends_the_run_at_once() -> None:
    run = chain("a")
    run.do(CancelRun(actor=USER))
    assert run.types()[2:] == ["RunCancelRequested", "ActivityExecutionCanceled", "RunCanceled"]
    assert run.state.started_at is None


def test_while_canceling_a_failing_attempt_is_failed_and_a_lost_one_too() -> None:
    for command in (FailExecution(path="", key="a", error=FLAKY), LoseAttempt(path="", key="a")):
        run = Simulation(
            workflow([activity("a", retry={"maxAttempts": 5}, expression="1")], [edge("trigger", "a")])
        )
        run.begin()
        run.start("a")
        run.do(CancelRun(actor=USER))
        run.do(command)
        assert (
            run.row("a")["status"] == "FAILED"
            and run.status() is RunStatus.CANCELED
            and run.state.error is None
        )


def test_an_interrupted_attempt_ends_canceled_at_no_cost_but_only_while_canceling() -> None:
    run = chain("a")
    run.start("a")
    with pytest.raises(IllegalCommand):
        run.do(InterruptExecution(path="", key="a"))
    run.do(CancelRun(actor=USER))
    run.do(InterruptExecution(path="", key="a"))
    assert (
        run.row("a")["status"] == "CANCELED"
        and run.status() is RunStatus.CANCELED
        and run.state.credits_used == 0
    )


def test_cancel_in_a_loop_cancels_its_iteration_and_the_loop_once_the_last_execution_ended() -> None:
    run = looping([1, 2, 3])
    run.start("each")
    run.do(CancelRun(actor=USER))
    receipt = run.state.cancellation
    assert (
        receipt is not None
        and receipt["inFlight"] == [run.row("work", "each:1")["id"]]
        and receipt["prevented"] == 0
    )
    done(run, "work", "each:1")
    assert run.types()[-4:] == [
        "ActivityExecutionCompleted",
        "LoopIterationCanceled",
        "ActivityExecutionCanceled",
        "RunCanceled",
    ]
    assert run.state.credits_used == 1 and len(run.iterations) == 1


def test_an_ended_run_and_an_ended_execution_take_no_command() -> None:
    run = chain("a", "b")
    run.start("a")
    done(run, "a")
    with pytest.raises(IllegalCommand):
        done(run, "a")
    done(run, "b")
    with pytest.raises(IllegalCommand):
        run.do(CancelRun(actor=USER))


def test_a_log_line_is_an_event_of_its_own() -> None:
    run = chain("a")
    run.start("a")
    decision = run.do(LogLine(path="", key="a", level="info", message="hello"))
    assert [event.type.value for event in decision.events] == ["ActivityExecutionLogged"]
    assert [line["message"] for line in decision.lines] == ["hello"] and run.row("a")["status"] == "RUNNING"


def test_a_failed_attempt_to_render_is_started_with_the_error_to_fail_with() -> None:
    run = Simulation(
        workflow(
            [activity("a", "delay", amount="{{ trigger.payload.hours }}", unit="hours")],
            [edge("trigger", "a")],
        )
    )
    run.begin()
    decision = run.start("a")
    assert decision.started is not None and decision.started.error is not None
    assert decision.started.error.code == "VALUE_MISSING"
    assert run.row("a")["inputs"] == {"amount": {"$error": "VALUE_MISSING"}, "unit": "hours"}
