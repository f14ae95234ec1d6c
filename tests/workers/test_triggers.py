"""Activities and triggers together: what runs see of what started them, and runs that start each other."""

import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest

from db import record_changes
from db.database import Database
from db.evaluation_queries import evaluations_pages
from db.hooks import find_hook, start_by_hook
from db.ids import DEFAULT_WORKSPACE
from db.published_triggers import hook_tokens
from db.start import Start, start_run
from db.writing import RunWrite
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import TERMS, USER, Harness, check_invariants


@pytest.fixture
def harness(database: Database) -> Harness:
    return Harness(database)


def triggered(kind: str, activities: Sequence[dict[str, Any]], **config: Any) -> dict[str, Any]:
    keys = ["trigger", *(one["key"] for one in activities)]
    ways = [edge(one, other) for one, other in pairwise(keys)]
    return {**workflow(list(activities), ways), "trigger": {"type": kind, "config": config}}


def create(harness: Harness, object_name: str, values: Any) -> str:
    made = record_changes.create(harness.database, DEFAULT_WORKSPACE, USER, object_name, values, terms=TERMS)
    return told(harness, made)


def update(harness: Harness, record_id: str, values: Any) -> str:
    made = record_changes.update(harness.database, DEFAULT_WORKSPACE, USER, record_id, values, terms=TERMS)
    return told(harness, made)


def told(harness: Harness, made: record_changes.Made) -> str:
    harness.published += made.fired.events
    harness.hints.extend(made.fired.pending)
    harness.work()
    return made.record.id


def runs(harness: Harness) -> list[Any]:
    return harness.query("SELECT * FROM run ORDER BY queued_at, id")


def trigger_of(run: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run.trigger) if isinstance(run.trigger, str) else run.trigger
    return found


def outputs(harness: Harness, run_id: str, key: str) -> Any:
    (row,) = harness.query(
        "SELECT outputs FROM activity_execution WHERE run_id = :id AND key = :key", id=run_id, key=key
    )
    return json.loads(row.outputs) if isinstance(row.outputs, str) else row.outputs


def reasons(harness: Harness, workflow_id: str) -> list[str | None]:
    pages = evaluations_pages(harness.database, DEFAULT_WORKSPACE, [workflow_id], None, first=100, after=None)
    return [one.reason for one in reversed(pages[workflow_id].items)]


def test_expressions_see_the_record_and_what_it_was(harness: Harness) -> None:
    same = "trigger.payload.record.id == trigger.record.id"
    expression = f"[trigger.record.values.n, trigger.previous.values.n, {same}, trigger.actor.name]"
    harness.publish(triggered("RECORD_UPDATED", [activity("see", expression=expression)], object="deals"))
    record_id = create(harness, "deals", {"n": 1})
    update(harness, record_id, {"n": 2})
    (run,) = runs(harness)
    assert run.status == "COMPLETED"
    assert outputs(harness, run.id, "see") == {"value": [2, 1, True, "somebody"]}
    check_invariants(harness, run.id)


def test_a_command_and_a_call_bring_what_they_say(harness: Harness) -> None:
    command = harness.publish(
        triggered(
            "RECORD_COMMAND", [activity("see", expression="trigger.record.values.name")], object="people"
        )
    )
    ann = create(harness, "people", {"name": "Ann"})
    wish = Start(workflow_id=command, payload={}, actor=USER, terms=TERMS, record_id=ann)
    started = start_run(harness.database, DEFAULT_WORKSPACE, wish)
    harness.hints.extend(started.pending)
    call = harness.publish(
        triggered("WEBHOOK", [activity("see", expression="trigger.payload.body.n + 1")]), name="Call"
    )
    hook = find_hook(harness.database, hook_tokens(harness.database, DEFAULT_WORKSPACE, [call])[call])
    assert hook is not None
    start = start_by_hook(
        harness.database, hook, [], {"body": {"n": 1}, "headers": {}, "query": {}}, terms=TERMS
    )
    assert start is not None
    harness.hints.extend(start.fired.pending)
    harness.work()
    assert outputs(harness, started.run.id, "see") == {"value": "Ann"}
    assert outputs(harness, start.run_id, "see") == {"value": 2}


KEEP = activity("keep", "create_record", object="deals", values={"n": "{{ trigger.record.values.n + 1 }}"})


def test_a_workflow_that_starts_itself_ends_at_the_fifth_run(harness: Harness) -> None:
    workflow_id = harness.publish(triggered("RECORD_CREATED", [KEEP], object="deals"))
    create(harness, "deals", {"n": 1})
    chain = runs(harness)
    assert [run.status for run in chain] == ["COMPLETED"] * 5
    triggers = [trigger_of(run) for run in chain]
    assert [one["causation"]["depth"] for one in triggers] == [1, 2, 3, 4, 5]
    assert [one["causation"]["runId"] for one in triggers] == [None, *(run.id for run in chain[:-1])]
    assert [one["actor"]["kind"] for one in triggers] == ["USER"] + ["WORKFLOW"] * 4
    assert triggers[1]["actor"] == {"kind": "WORKFLOW", "id": workflow_id, "name": "Test"}
    assert len(harness.query("SELECT id FROM record WHERE object = 'deals'")) == 6
    assert reasons(harness, workflow_id) == [None] * 5 + ["CAUSATION_DEPTH"]
    for run in chain:
        check_invariants(harness, run.id)


def test_two_workflows_that_start_each_other_end_too(harness: Harness) -> None:
    ping = activity("ping", "create_record", object="pings", values={})
    pong = activity("pong", "create_record", object="pongs", values={})
    one = harness.publish(triggered("RECORD_CREATED", [ping], object="pongs"), name="One")
    other = harness.publish(triggered("RECORD_CREATED", [pong], object="pings"), name="Other")
    create(harness, "pings", {})
    assert [run.workflow_id for run in runs(harness)] == [other, one, other, one, other]
    assert reasons(harness, one) == [None, None, "CAUSATION_DEPTH"]


def test_a_loop_starts_a_run_for_each_record_that_it_changes(harness: Harness) -> None:
    watching = harness.publish(triggered("RECORD_CREATED", [activity("see")], object="people"), name="Watch")
    keep = activity(
        "keep",
        "create_or_update_record",
        "each",
        object="people",
        matchOn="name",
        values={"name": "{{ loop.item }}"},
    )
    looping = workflow(
        [activity("each", "loop", items="{{ trigger.payload.names }}"), keep],
        [edge("trigger", "each"), edge("each", "keep", "each")],
    )
    run_id = harness.begin(harness.publish(looping), {"names": ["ann", "bob", "ann"]}).run.id
    harness.work()
    assert reasons(harness, watching) == [None, None]
    caused = [trigger_of(run)["causation"] for run in runs(harness)[1:]]
    assert caused == [{"runId": run_id, "depth": 2}] * 2
    for run in runs(harness):
        assert run.status == "COMPLETED"
        check_invariants(harness, run.id)


def lose_the_reply(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Let the reply to the commit of the first change of a record be lost, after it was written."""
    import psycopg

    from db.database import Database as Real

    lost = [0]
    write = Real.write

    def failing(self: Real, *, urgent: bool = False) -> Any:
        from contextlib import contextmanager

        @contextmanager
        def once() -> Any:
            with write(self, urgent=urgent) as session:
                yield session
            if not lost[0]:
                lost[0] += 1
                raise psycopg.OperationalError("the reply was lost")

        return once()

    monkeypatch.setattr(Real, "write", failing)
    return lambda: lost[0]


def test_a_commit_whose_reply_was_lost_starts_the_watchers_once_and_tells_of_them(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching = harness.publish(triggered("RECORD_CREATED", [activity("see")], object="people"), name="Watch")
    keep = activity("keep", "create_record", object="people", values={"name": "ann"})
    run_id = harness.begin(harness.publish(workflow([keep], [edge("trigger", "keep")]))).run.id
    count = lose_the_reply(harness, monkeypatch)
    harness.work()
    assert count() == 1
    assert reasons(harness, watching) == [None]
    assert [run.status for run in runs(harness)] == ["COMPLETED"] * 2
    check_invariants(harness, run_id)
    check_invariants(harness, runs(harness)[1].id)


def test_a_change_that_is_refused_by_the_fence_starts_nothing(harness: Harness) -> None:
    watching = harness.publish(triggered("RECORD_CREATED", [activity("see")], object="people"), name="Watch")
    keep = activity("keep", "create_record", object="people", values={"name": "{{ trigger.payload.name }}"})
    large = {"name": "x" * 300_000}
    started = harness.begin(harness.publish(workflow([keep], [edge("trigger", "keep")])), large)
    harness.work()
    assert harness.row(started.run.id).status == "FAILED"
    assert reasons(harness, watching) == []


def test_starting_runs_leaves_the_hot_path_as_it_was(harness: Harness) -> None:
    """A run without changes of records writes once an activity, as before there were triggers."""
    writes: list[Sequence[RunWrite]] = []
    harness.before_write = writes.append
    draws = [activity(key, "random_number", min=1, max=6) for key in "ab"]
    harness.run(workflow(draws, [edge("trigger", "a"), edge("a", "b")]))
    assert [len(one) for one in writes] == [1, 1, 1]
