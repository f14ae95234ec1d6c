"""Several commands decided at once come to what they come to one after the other."""

import random
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.commands import (
    CancelRun,
    Command,
    CompleteExecution,
    FailExecution,
    StartExecution,
    WaitExecution,
)
from engine.decide import decide_in_order
from engine.decision import IllegalCommand, Started
from engine.errors import ExecutionError
from engine.histogram import with_one
from engine.status import RunStatus
from engine.values import format_time
from tests.engine.judge import judge
from tests.engine.random_workflows import workflows
from tests.engine.simulation import A_DECISION, USER, Simulation, activity, edge, workflow
from tests.engine.test_random_runs import as_ended, wish


def side_by_side() -> Simulation:
    """A run with two activities executing, and one that joins them and reads both."""
    run = Simulation(
        workflow(
            [
                activity("a"),
                activity("b"),
                activity("join", expression="activities.a.value + activities.b.value"),
            ],
            [edge("trigger", "a"), edge("trigger", "b"), edge("a", "join"), edge("b", "join")],
        )
    )
    run.begin()
    run.start("a")
    run.start("b")
    return run


def done(key: str, value: int = 1) -> Command:
    return CompleteExecution(path="", key=key, outputs={"value": value}, exit="next")


def test_what_several_complete_is_one_decision_and_the_last_of_a_join_goes_on() -> None:
    run = side_by_side()
    decision, (first, second) = run.do_in_order([(done("a", 1), True), (done("b", 2), True)])
    assert first is None
    assert isinstance(second, Started) and second.activity.key == "join"
    assert second.config is not None and second.error is None
    assert second.scope["activities"]["a"] == {"value": 1}  # type: ignore[index]  # names are mappings
    assert decision.charges == {run.row("a")["id"]: 1, run.row("b")["id"]: 1}
    assert run.types()[-4:] == [
        "ActivityExecutionCompleted", "ActivityExecutionCompleted", "ActivityExecutionPending",
        "ActivityExecutionStarted",
    ]  # fmt: skip


def test_a_command_that_does_not_fit_changes_nothing_and_fails_no_other() -> None:
    run = side_by_side()
    illegal = StartExecution(path="", key="join")
    decision, answers = run.do_in_order([(illegal, True), (done("a"), True), (done("a"), True)])
    assert isinstance(answers[0], IllegalCommand)
    assert answers[1] is None
    assert isinstance(answers[2], IllegalCommand)
    assert [event.type.value for event in decision.events] == ["ActivityExecutionCompleted"]


def test_commands_that_all_do_not_fit_are_a_decision_without_events() -> None:
    run = side_by_side()
    decision, answers = run.do_in_order([(StartExecution(path="", key="a"), True)])
    assert isinstance(answers[0], IllegalCommand)
    assert (decision.events, decision.state.seq) == ([], decision.expected_seq)


def test_a_row_holds_of_an_execution_what_its_last_event_says() -> None:
    run = side_by_side()
    wait = WaitExecution(path="", key="a", until=run.now + timedelta(hours=1), outputs={"until": "later"})
    broken = FailExecution(path="", key="b", error=ExecutionError(code="BROKEN", message="It broke."))
    decision, _ = run.do_in_order([(wait, True), (broken, True)])
    row = decision.executions[run.row("a")["id"]]
    assert (row["status"], row.get("dueAt")) == ("CANCELED", None)


def test_nothing_fits_after_the_end_of_the_run() -> None:
    run = Simulation(workflow([activity("a")], [edge("trigger", "a")]))
    run.begin()
    run.start("a")
    _, answers = run.do_in_order([(done("a"), True), (done("a"), True), (CancelRun(actor=USER), False)])
    assert run.status() is RunStatus.COMPLETED
    assert all(isinstance(answer, IllegalCommand) for answer in answers[1:])


def test_all_of_it_happens_at_the_time_of_the_first() -> None:
    run = side_by_side()
    first, second = run.given(keep=False), run.given(keep=False)
    asked = [(done("a"), first), (done("b"), replace(second, now=second.now + timedelta(hours=1)))]
    decision, _ = decide_in_order(run.definition, run.state, asked)
    assert {event.at for event in decision.events} == {"2026-11-22T09:00:03.000000Z"}
    tallies = decision.state.tallies
    assert tallies["b"].durations == with_one({}, A_DECISION * 0)
    assert tallies["a"].durations == with_one({}, A_DECISION)


@settings(max_examples=300, deadline=None)
@given(workflows(), st.integers(0, 2**32), st.sampled_from([0.0, 0.2]))
def test_at_once_or_one_after_the_other_comes_to_the_same(
    definition: dict[str, Any], seed: int, failures: float
) -> None:
    run, choose = Simulation(definition), random.Random(seed)
    run.begin()
    for _ in range(2000):
        if run.final:
            break
        if choose.random() < 0.03 and run.status() is not RunStatus.CANCELING:
            run.do(CancelRun(actor=USER))
            continue
        alive = run.state.leaves()
        some = choose.sample(alive, choose.randint(1, len(alive)))
        asked = [wish(run, choose, *one, failures=failures, lost=failures) for one in some]
        twin = deepcopy(run)
        run.do_in_order(asked)
        one_by_one(twin, asked, run)
    assert run.final
    judge(as_ended(run, definition))


def one_by_one(twin: Simulation, asked: list[tuple[Command, bool]], run: Simulation) -> None:
    """Ask the twin one command after the other, at the same time, and compare all that a database holds."""
    for command, keep in asked:
        twin.now = run.now - A_DECISION
        with suppress(IllegalCommand):
            twin.do(command, keep=keep)
    assert twin.events == run.events
    assert twin.state.kept() == run.state.kept()
    assert columns(twin.executions) == columns(run.executions)
    assert columns(twin.iterations) == columns(run.iterations)
    assert (twin.charges, twin.items) == (run.charges, run.items)


def columns(rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the tables hold of rows, without what single events say beside it."""
    told = ("edges", "containedBy", "until", "level", "message")
    return {key: {name: row[name] for name in row if name not in told} for key, row in rows.items()}


def test_what_is_gone_on_with_is_part_of_the_decision_and_has_its_own_time() -> None:
    run = Simulation(
        workflow(
            [activity("a"), activity("b"), activity("c"), activity("beside")],
            [edge("trigger", "a"), edge("a", "b"), edge("a", "beside"), edge("b", "c")],
        )
    )
    run.begin()
    run.start("a")
    moments = [run.now + A_DECISION * 3, run.now]  # a clock that goes back is not followed

    def go_on(started: Started) -> tuple[Command, datetime] | None:
        return (done(started.activity.key), moments.pop(0)) if moments else None

    run.now += A_DECISION
    given = replace(run.given(keep=True), go_on=go_on)
    decision, answers = decide_in_order(run.definition, run.state, [(done("a"), given)])
    assert [(event.type.value, event.data.get("key")) for event in decision.events] == [
        ("ActivityExecutionCompleted", "a"),
        ("ActivityExecutionPending", "b"),
        ("ActivityExecutionPending", "beside"),
        ("ActivityExecutionStarted", "b"),
        ("ActivityExecutionCompleted", "b"),
        ("ActivityExecutionPending", "c"),
        ("ActivityExecutionStarted", "c"),
        ("ActivityExecutionCompleted", "c"),
    ]
    later = format_time(run.now + A_DECISION * 2)
    assert [event.at == later for event in decision.events] == [False] * 4 + [True] * 4
    assert answers == [None]
    assert [decision.executions[one]["key"] for one in decision.pending] == ["beside"]
    assert len(decision.charges) == 3
