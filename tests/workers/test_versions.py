"""A run finishes the version that it started on, whatever becomes of its workflow meanwhile."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.workflows import (
    WorkflowChanges,
    archive_workflow,
    pause_workflow,
    publish_workflow,
    update_workflow,
)
from db.writing import RunWrite
from engine.errors import Refused
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import Harness, check_invariants


def chain(text: str, *keys: str) -> dict[str, Any]:
    """Activities one after the other, each with the same text."""
    ways = [edge(one, other) for one, other in zip(("trigger", *keys), keys, strict=False)]
    return workflow([activity(key, expression=f"'{text}'") for key in keys], ways)


@pytest.fixture
def harness(database: Database) -> Harness:
    return Harness(database)


def meanwhile(harness: Harness, do: Callable[[], object]) -> None:
    """Let something happen after the first execution of the run has begun."""

    def once(writes: Sequence[RunWrite]) -> None:
        harness.after_write = lambda writes: None
        do()

    harness.after_write = once


def given(harness: Harness, run_id: str) -> dict[str, Any]:
    rows = harness.query(
        "SELECT key, outputs FROM activity_execution WHERE run_id = :id ORDER BY created_seq", id=run_id
    )
    return {
        row.key: (json.loads(row.outputs) if isinstance(row.outputs, str) else row.outputs)["value"]
        for row in rows
    }


def version_of(harness: Harness, run_id: str) -> int:
    query = "SELECT number FROM workflow_version v JOIN run r ON r.version_id = v.id WHERE r.id = :id"
    return int(harness.query(query, id=run_id)[0].number)


def test_what_is_published_meanwhile_is_for_the_next_run(harness: Harness) -> None:
    workflow_id = harness.publish(chain("old", "a", "b", "c"))

    def publish_another() -> None:
        update_workflow(
            harness.database, DEFAULT_WORKSPACE, workflow_id, {"definition": chain("new", "a", "z")}
        )
        publish_workflow(harness.database, DEFAULT_WORKSPACE, workflow_id)

    meanwhile(harness, publish_another)
    first = harness.begin(workflow_id).run.id
    harness.work()
    second = harness.begin(workflow_id).run.id
    harness.work()
    assert given(harness, first) == {"a": "old", "b": "old", "c": "old"}
    assert given(harness, second) == {"a": "new", "z": "new"}
    assert [version_of(harness, run_id) for run_id in (first, second)] == [1, 2]
    for run_id in (first, second):
        check_invariants(harness, run_id)


def test_a_draft_that_is_saved_meanwhile_changes_no_run(harness: Harness) -> None:
    workflow_id = harness.publish(chain("old", "a", "b"))
    draft = WorkflowChanges(definition=chain("new", "a", "b"))
    meanwhile(harness, lambda: update_workflow(harness.database, DEFAULT_WORKSPACE, workflow_id, draft))
    runs = []
    for _ in range(2):
        runs.append(harness.begin(workflow_id).run.id)
        harness.work()
    assert [given(harness, run_id) for run_id in runs] == [{"a": "old", "b": "old"}] * 2


@pytest.mark.parametrize("change", [pause_workflow, archive_workflow])
def test_a_run_under_way_goes_on_in_a_workflow_that_starts_none_any_more(
    harness: Harness, change: Callable[[Database, str, str], object]
) -> None:
    workflow_id = harness.publish(chain("old", "a", "b"))
    meanwhile(harness, lambda: change(harness.database, DEFAULT_WORKSPACE, workflow_id))
    run_id = harness.begin(workflow_id).run.id
    harness.work()
    assert (harness.row(run_id).status, given(harness, run_id)) == ("COMPLETED", {"a": "old", "b": "old"})
    with pytest.raises(Refused) as refusal:
        harness.begin(workflow_id)
    assert [problem.code for problem in refusal.value.problems] == ["NOT_LIVE"]
