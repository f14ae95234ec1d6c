"""startRun: which workflows it starts, and what is kept of a start that started nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from db import record_changes
from db.database import Database
from db.rows import RUN
from db.start import Start, Started, start_run
from db.workflows import pause_workflow
from engine.errors import Refused
from tests.db.filling import DEFAULT, add_workspace
from tests.db.triggers.watching import ANN, TERMS, evaluations, publish, reasons, runs, triggered


def start(database: Database, workflow_id: str, payload: Any = None, **more: Any) -> Started:
    wish = Start(workflow_id=workflow_id, payload=payload or {}, actor=ANN, terms=TERMS, **more)
    return start_run(database, DEFAULT, wish)


def refused(
    database: Database, workflow_id: str, payload: Any = None, **more: Any
) -> list[tuple[str, tuple[str, ...]]]:
    with pytest.raises(Refused) as refusal:
        start(database, workflow_id, payload, **more)
    return [(problem.code, problem.path) for problem in refusal.value.problems]


def record(database: Database, object_name: str, workspace_id: str = DEFAULT) -> str:
    values = {"name": "Acme"}
    return record_changes.create(database, workspace_id, ANN, object_name, values, terms=TERMS).record.id


def test_a_record_command_runs_for_its_record(database: Database) -> None:
    workflow_id = publish(database, triggered("RECORD_COMMAND", object="companies"))
    acme = record(database, "companies")
    run = start(database, workflow_id, {"why": "asked"}, record_id=acme).run
    assert (run.trigger["type"], run.trigger["payload"]) == ("RECORD_COMMAND", {"why": "asked"})
    assert (run.trigger["record"]["id"], run.trigger["record"]["values"]) == (acme, {"name": "Acme"})
    assert run == runs(database)[0]
    assert reasons(database, workflow_id) == [None]


def test_a_record_command_needs_a_record_of_its_object(database: Database) -> None:
    workflow_id = publish(database, triggered("RECORD_COMMAND", object="companies"))
    elsewhere = record(database, "companies", add_workspace(database, "other"))
    assert refused(database, workflow_id) == [("VALUE_INVALID", ("recordId",))]
    assert refused(database, workflow_id, record_id=record(database, "people")) == [
        ("VALUE_INVALID", ("recordId",))
    ]
    for unknown in ("rec_0", "", "a\0b", elsewhere):
        assert refused(database, workflow_id, record_id=unknown) == [("NOT_FOUND", ("recordId",))]
    assert (runs(database), evaluations(database, workflow_id)) == ([], [])


@pytest.mark.parametrize(
    "definition",
    [
        triggered("RECORD_CREATED", object="companies"),
        triggered("RECORD_UPDATED", object="companies"),
        triggered("WEBHOOK"),
        triggered("SCHEDULE", cron="@daily", timezone="UTC"),
    ],
    ids=lambda one: one["trigger"]["type"],
)
def test_what_fires_by_itself_is_not_started(database: Database, definition: dict[str, Any]) -> None:
    workflow_id = publish(database, definition)
    assert refused(database, workflow_id) == [("TRIGGER_TYPE", ("workflowId",))]
    assert refused(database, workflow_id, record_id=record(database, "people")) == [
        ("TRIGGER_TYPE", ("workflowId",))
    ]
    pause_workflow(database, DEFAULT, workflow_id)
    assert refused(database, workflow_id) == [("NOT_LIVE", ("workflowId",))]
    assert evaluations(database, workflow_id) == []


def test_a_manual_workflow_takes_no_record(database: Database) -> None:
    workflow_id = publish(database, triggered("MANUAL"))
    assert refused(database, workflow_id, record_id="rec_1") == [("TRIGGER_TYPE", ("recordId",))]
    assert evaluations(database, workflow_id) == []


def test_a_start_that_started_nothing_is_kept_with_its_reason(database: Database) -> None:
    workflow_id = publish(database, triggered("MANUAL", inputs={"n": {"type": "number", "required": True}}))
    draft = publish(database, triggered("MANUAL"), live=False)
    assert refused(database, draft) == [("NOT_LIVE", ("workflowId",))]
    assert refused(database, workflow_id, {"n": "1"}) == [("PAYLOAD_INVALID", ("payload", "n"))]
    first = start(database, workflow_id, {"n": 1}, idempotency_key="k")
    assert start(database, workflow_id, {"n": 1}, idempotency_key="k").run.id == first.run.id
    assert refused(database, workflow_id, {"n": 2}, idempotency_key="k") == [
        ("IDEMPOTENCY_KEY_REUSED", ("idempotencyKey",))
    ]
    pause_workflow(database, DEFAULT, workflow_id)
    assert refused(database, workflow_id, {"n": 1}) == [("NOT_LIVE", ("workflowId",))]
    assert reasons(database, workflow_id) == ["PAYLOAD_INVALID", None, "DUPLICATE", "NOT_LIVE"]
    assert reasons(database, draft) == ["NOT_LIVE"]
    duplicate = evaluations(database, workflow_id)[1]
    assert (duplicate.run_id, duplicate.detail, duplicate.type) == (
        first.run.id,
        {"idempotencyKey": "k"},
        "MANUAL",
    )


def test_a_start_in_another_workspace_leaves_no_trace(database: Database) -> None:
    workflow_id = publish(database, triggered("MANUAL"))
    pause_workflow(database, DEFAULT, workflow_id)
    wish = Start(workflow_id=workflow_id, payload={}, actor=ANN, terms=TERMS)
    with pytest.raises(Refused):
        start_run(database, add_workspace(database, "other"), wish)
    assert evaluations(database, workflow_id) == []


def test_a_key_is_kept_for_thirty_days(database: Database) -> None:
    workflow_id = publish(database, triggered("MANUAL"))
    first = start(database, workflow_id, idempotency_key="k").run.id

    def age(days: int) -> None:
        with database.write() as session:
            session.execute(update(RUN).values(queued_at=database.now() - timedelta(days=days)))

    age(29)
    assert start(database, workflow_id, idempotency_key="k").run.id == first
    age(31)
    second = start(database, workflow_id, {"other": 1}, idempotency_key="k").run.id
    assert second != first
    assert start(database, workflow_id, {"other": 1}, idempotency_key="k").run.id == second
