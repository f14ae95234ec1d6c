"""Turns are taken in the transaction that completes the execution: once, whatever is doubled, lost or refused."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from db.cancel import cancel_run
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.recovery import lose_attempt
from db.workflows import publish_workflow, update_workflow
from db.writing import RunWrite
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import USER, Harness, check_invariants

MEMBERS = ["ann", "bob", "cleo"]
TURNS = workflow(
    [
        activity("turn", "round_robin", members=MEMBERS),
        activity("greet", expression="activities.turn.member + ' is ' + TEXT(activities.turn.position)"),
    ],
    [edge("trigger", "turn"), edge("turn", "greet")],
)


@pytest.fixture
def harness(database: Database) -> Harness:
    return Harness(database)


def run(harness: Harness, workflow_id: str) -> str:
    run_id = harness.begin(workflow_id).run.id
    harness.work()
    return run_id


def turns(harness: Harness, key: str = "turn") -> list[Any]:
    """What each execution of the activity gave, in the order of the runs and of its iterations."""
    rows = harness.query(
        "SELECT outputs FROM activity_execution WHERE key = :key AND status = 'COMPLETED'"
        " ORDER BY run_id, created_seq",
        key=key,
    )
    return [json.loads(row.outputs) if isinstance(row.outputs, str) else row.outputs for row in rows]


def members(harness: Harness) -> list[str]:
    return [turn["member"] for turn in turns(harness)]


def test_each_run_takes_a_turn_and_later_activities_see_whose_it_is(harness: Harness) -> None:
    workflow_id = harness.publish(TURNS)
    runs = [run(harness, workflow_id) for _ in range(4)]
    assert turns(harness) == [
        {"member": "ann", "position": 1},
        {"member": "bob", "position": 2},
        {"member": "cleo", "position": 3},
        {"member": "ann", "position": 1},
    ]
    assert [one["value"] for one in turns(harness, "greet")] == [
        "ann is 1",
        "bob is 2",
        "cleo is 3",
        "ann is 1",
    ]
    for run_id in runs:
        assert (harness.row(run_id).status, harness.row(run_id).credits_used) == ("COMPLETED", 2)
        check_invariants(harness, run_id)


def test_the_turns_go_on_in_the_next_version(harness: Harness) -> None:
    workflow_id = harness.publish(TURNS)
    run(harness, workflow_id)
    more = workflow([activity("turn", "round_robin", members=[*MEMBERS, "dan"])], [edge("trigger", "turn")])
    update_workflow(harness.database, DEFAULT_WORKSPACE, workflow_id, {"definition": more})
    publish_workflow(harness.database, DEFAULT_WORKSPACE, workflow_id)
    for _ in range(4):
        run(harness, workflow_id)
    assert members(harness) == ["ann", "bob", "cleo", "dan", "ann"]


def test_each_iteration_takes_a_turn_also_where_they_run_at_once(harness: Harness) -> None:
    definition = workflow(
        [
            activity(
                "each", "loop", items=[1, 2, 3, 4], mode="parallel", concurrency=4, collect="{{ activities.turn.member }}"
            ),
            activity("turn", "round_robin", "each", members=MEMBERS),
        ],
        [edge("trigger", "each"), edge("each", "turn", "each")],
    )  # fmt: skip
    run_id = harness.run(definition)
    assert sorted(members(harness)) == ["ann", "ann", "bob", "cleo"]
    assert harness.row(run_id).credits_used == 5
    check_invariants(harness, run_id)


def test_a_doubled_message_takes_no_second_turn(harness: Harness) -> None:
    workflow_id = harness.publish(TURNS)
    started = harness.begin(workflow_id)
    harness.hints.extend(started.pending * 3)
    harness.work()
    run(harness, workflow_id)
    assert members(harness) == ["ann", "bob"]


def test_an_attempt_that_was_taken_over_takes_no_turn(harness: Harness) -> None:
    workflow_id = harness.publish(TURNS)
    run_id, execution_id = harness.begin(workflow_id).pending[0]

    def lose(writes: Sequence[RunWrite]) -> None:
        harness.after_write = lambda writes: None
        token = harness.query("SELECT token FROM activity_execution WHERE id = :id", id=execution_id)[0].token
        recovered = lose_attempt(harness.database, run_id, execution_id, token)
        assert recovered is not None
        harness.published += recovered.events

    harness.after_write = lose  # the attempt has begun; its worker is taken for dead before it completes
    harness.work()
    assert members(harness) == []
    harness.hints.append((run_id, execution_id))
    harness.work()
    run(harness, workflow_id)
    assert members(harness) == ["ann", "bob"]
    check_invariants(harness, run_id)


def test_a_turn_taken_while_the_run_is_canceling_counts(harness: Harness) -> None:
    workflow_id = harness.publish(TURNS)
    run_id = harness.begin(workflow_id).run.id

    def cancel(writes: Sequence[RunWrite]) -> None:
        harness.after_write = lambda writes: None
        receipt = cancel_run(harness.database, DEFAULT_WORKSPACE, run_id, USER)
        assert receipt is not None
        harness.published += receipt.events

    harness.after_write = cancel
    harness.work()
    assert (harness.row(run_id).status, harness.row(run_id).credits_used) == ("CANCELED", 1)
    run(harness, workflow_id)
    assert members(harness) == ["ann", "bob"]
    check_invariants(harness, run_id)
