"""Changes of records start the workflows that watch them, in the transaction that makes the change."""

import threading
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy import update as update_rows
from sqlalchemy.orm import Session

from db import record_changes
from db.beginning import Startable, startable
from db.database import Database
from db.record_firing import Source, fire
from db.record_import import import_records
from db.record_store import Author, create_record
from db.records import Actor
from db.rows import EVENT, EXECUTION, RECORD, RUN, WORKFLOW
from db.terms import Terms
from db.workflows import archive_workflow, pause_workflow, publish_workflow, resume_workflow, update_workflow
from engine.errors import Refused
from engine.triggers.firing import Causation
from tests.db.filling import DEFAULT, add_workspace
from tests.db.triggers.watching import ANN, TERMS, evaluations, publish, reasons, runs, triggered

BOB = Actor(kind="API_KEY", id="key_1", name="Bob")
CREATED, UPDATED = "RECORD_CREATED", "RECORD_UPDATED"


def create(database: Database, values: Any, object_name: str = "deals") -> record_changes.Made:
    return record_changes.create(database, DEFAULT, ANN, object_name, values, terms=TERMS)


def update(database: Database, record_id: str, values: Any) -> record_changes.Made:
    return record_changes.update(database, DEFAULT, BOB, record_id, values, terms=TERMS)


def test_a_new_record_starts_what_watches_its_object(database: Database) -> None:
    watching = publish(database, triggered(CREATED, object="deals"))
    publish(database, triggered(CREATED, object="people"))
    publish(database, triggered(UPDATED, object="deals"))
    publish(database, triggered(CREATED, object="deals"), live=False)
    made = create(database, {"amount": 5})
    (run,) = runs(database)
    assert (run.workflow_id, run.status, run.trigger["type"]) == (watching, "QUEUED", CREATED)
    assert (run.trigger["record"]["id"], run.trigger["record"]["values"]) == (made.record.id, {"amount": 5})
    assert run.trigger["actor"] == {"kind": "USER", "id": "usr_1", "name": "Ann"}
    assert run.trigger["causation"] == {"runId": None, "depth": 1}
    assert [one.type for one in made.fired.events] == ["RunQueued", "ActivityExecutionPending"]
    assert [run_id for run_id, _ in made.fired.pending] == [run.id]
    assert reasons(database, watching) == [None]


def test_a_change_brings_what_was_before(database: Database) -> None:
    watching = publish(database, triggered(UPDATED, object="deals"))
    made = create(database, {"amount": 5, "stage": "new"})
    assert runs(database) == []
    update(database, made.record.id, {"stage": "won"})
    (run,) = runs(database)
    assert run.trigger["previous"]["values"] == {"amount": 5, "stage": "new"}
    assert run.trigger["record"]["values"] == {"amount": 5, "stage": "won"}
    assert run.trigger["actor"]["name"] == "Bob"
    assert reasons(database, watching) == [None]


def test_what_is_unchanged_or_not_watched_is_no_firing(database: Database) -> None:
    watching = publish(database, triggered(UPDATED, object="deals", attributes=["stage"]))
    made = create(database, {"amount": 5, "stage": "new"})
    for values in ({}, {"stage": "new"}, {"amount": 6}):
        assert update(database, made.record.id, values).fired.writes == ()
    assert (runs(database), evaluations(database, watching)) == ([], [])
    assert len(update(database, made.record.id, {"amount": 7, "stage": "won"}).fired.writes) == 1


def test_conditions_that_do_not_hold_are_kept_with_their_verdicts(database: Database) -> None:
    large = {"left": "{{ trigger.record.values.amount }}", "operator": "gt", "right": 100}
    watching = publish(database, triggered(CREATED, object="deals", conditions=[large]))
    small = create(database, {"amount": 5}).record
    (declined,) = evaluations(database, watching)
    assert (declined.reason, declined.started, declined.run_id, declined.type) == (
        "CONDITIONS",
        False,
        None,
        CREATED,
    )
    assert declined.detail == {
        "record": {"id": small.id, "object": "deals"},
        "match": "all",
        "matched": False,
        "conditions": [
            {"path": "conditions.0", "left": large["left"], "operator": "gt", "right": "100", "leftValue": 5,
             "rightValue": 100, "holds": False, "evaluated": True}
        ],
    }  # fmt: skip
    create(database, {"amount": 500})
    started = evaluations(database, watching)[0]
    assert started.started and started.detail is not None and started.detail["conditions"][0]["holds"] is True
    assert started.run_id == runs(database)[0].id


def test_what_cannot_be_evaluated_never_fails_the_change(database: Database) -> None:
    odd = {"left": "{{ trigger.record.values.amount }}", "operator": "gt", "right": 100}
    watching = publish(database, triggered(CREATED, object="deals", conditions=[odd]))
    made = create(database, {"amount": "much"})
    (declined,) = evaluations(database, watching)
    assert declined.reason == "CONDITIONS" and declined.detail is not None
    assert declined.detail["error"]["code"] == "CONDITION_TYPES"
    with database.read() as session:
        assert session.scalars(select(RECORD.c.id)).all() == [made.record.id]


def test_a_fault_of_ours_never_fails_the_change_either(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fault(*_: object) -> None:
        raise ZeroDivisionError("no")

    monkeypatch.setattr("db.record_firing.judge", fault)
    watching = publish(database, triggered(CREATED, object="deals"))
    create(database, {})
    (declined,) = evaluations(database, watching)
    assert declined.reason == "CONDITIONS" and declined.detail is not None
    assert declined.detail["error"]["code"] == "INTERNAL"
    assert "ZeroDivisionError" in caplog.text


def test_a_change_that_is_undone_starts_nothing(database: Database) -> None:
    watching = publish(database, triggered(CREATED, object="deals"))
    paused = publish(database, triggered(CREATED, object="deals"))
    pause_workflow(database, DEFAULT, paused)
    author = Author(workspace_id=DEFAULT, actor=ANN, at=database.now())
    with pytest.raises(RuntimeError, match="no"), database.write() as session:
        changed = create_record(session, author, "deals", {"amount": 5})
        fired = fire(session, database, DEFAULT, [changed], Source(actor=ANN, terms=TERMS), at=author.at)
        assert len(fired.writes) == 1
        raise RuntimeError("no")
    assert runs(database) == []
    assert evaluations(database, watching) == evaluations(database, paused) == []
    with database.read() as session:
        for table in (RECORD, RUN, EVENT, EXECUTION):
            assert session.execute(select(table)).all() == []


def test_a_paused_workflow_says_that_it_was_and_an_archived_one_is_asked_no_more(database: Database) -> None:
    watching = publish(database, triggered(CREATED, object="deals"))
    pause_workflow(database, DEFAULT, watching)
    create(database, {})
    resume_workflow(database, DEFAULT, watching)
    create(database, {})
    archive_workflow(database, DEFAULT, watching)
    create(database, {})
    assert reasons(database, watching) == ["NOT_LIVE", None]
    detail = evaluations(database, watching)[1].detail
    assert detail is not None and detail["status"] == "PAUSED"


def test_what_is_published_counts_from_then_on(database: Database) -> None:
    watching = publish(database, triggered(CREATED, object="deals"))
    update_workflow(database, DEFAULT, watching, {"definition": triggered(CREATED, object="people")})
    create(database, {}, "people")
    create(database, {}, "deals")
    publish_workflow(database, DEFAULT, watching)
    create(database, {}, "deals")
    create(database, {}, "people")
    assert [run.trigger["record"]["object"] for run in runs(database)] == ["deals", "people"]


def test_a_chain_of_runs_ends_at_its_fifth(database: Database) -> None:
    watching = publish(database, triggered(CREATED, object="deals"))
    author = Author(workspace_id=DEFAULT, actor=ANN, at=database.now())
    for depth in (5, 6):
        source = Source(actor=ANN, terms=TERMS, causation=Causation(depth=depth, run_id="run_4"))
        with database.write() as session:
            changed = create_record(session, author, "deals", {})
            fire(session, database, DEFAULT, [changed], source, at=author.at)
    assert reasons(database, watching) == [None, "CAUSATION_DEPTH"]
    detail = evaluations(database, watching)[0].detail
    assert detail is not None and (detail["limit"], detail["causedBy"]) == (5, "run_4")


def test_other_workspaces_are_not_watched(database: Database) -> None:
    elsewhere = publish(database, triggered(CREATED, object="deals"), add_workspace(database, "other"))
    create(database, {})
    assert evaluations(database, elsewhere, "ws_other") == []


@pytest.mark.parametrize("watchers", [0, 3])
def test_where_nobody_watches_a_change_costs_one_look_more(database: Database, watchers: int) -> None:
    for _ in range(watchers):
        publish(database, triggered(CREATED, object="people"))
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    create(database, {"amount": 5})
    assert sum("published_trigger" in one for one in statements) == 1
    assert not any("workflow_version" in one or "trigger_evaluation" in one for one in statements)


def test_an_import_starts_what_watches_in_its_transactions(database: Database) -> None:
    watching = publish(database, triggered(CREATED, object="deals"))
    changing = publish(database, triggered(UPDATED, object="deals"))
    rows: list[Any] = [{"name": name, "n": n} for n, name in enumerate("abcab")]
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    progress = list(import_records(database, DEFAULT, ANN, "deals", rows, key="name", terms=TERMS, batch=3))
    assert [len(one.fired.writes) for one in progress] == [3, 2]
    assert [len(one.fired.pending) for one in progress] == [3, 2]
    assert sum("published_trigger" in one for one in statements) == 2
    assert reasons(database, watching) == [None] * 3 and reasons(database, changing) == [None] * 2
    before = [run.trigger["previous"]["values"]["n"] for run in runs(database) if run.workflow_id == changing]
    assert sorted(before) == [0, 1]


def test_a_batch_that_is_refused_starts_nothing_and_those_before_it_did(database: Database) -> None:
    watching = publish(database, triggered(CREATED, object="deals"))
    rows: list[Any] = [{"n": 1}, {"n": 2}, {"n": 3}, {"n": float("inf")}]
    with pytest.raises(Refused):
        list(import_records(database, DEFAULT, ANN, "deals", rows, key=None, terms=TERMS, batch=2))
    assert reasons(database, watching) == [None, None]


def test_an_import_without_triggers_starts_nothing(database: Database) -> None:
    watching = publish(database, triggered(CREATED, object="deals"))
    list(import_records(database, DEFAULT, ANN, "deals", [{"n": 1}], key=None, terms=None))
    assert (runs(database), evaluations(database, watching)) == ([], [])


def test_changes_and_publishing_at_once_start_what_is_published_then(database: Database) -> None:
    """Publishing holds the workflow while changes begin runs of it: nobody waits in a circle, nothing is lost."""
    watching = publish(database, triggered(CREATED, object="deals"))
    failures: list[Exception] = []

    def guarded(work: Any) -> None:
        try:
            for number in range(8):
                work(number)
        except Exception as error:  # noqa: BLE001 - told in the test's own thread
            failures.append(error)

    def republish(number: int) -> None:
        update_workflow(
            database, DEFAULT, watching, {"definition": triggered(CREATED, f"{number}", object="deals")}
        )
        publish_workflow(database, DEFAULT, watching)

    works = [republish, lambda _: create(database, {}), lambda _: create(database, {})]
    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert len(runs(database)) == 16


def test_where_the_credits_are_used_a_change_starts_nothing_and_says_so(database: Database) -> None:
    watching = publish(database, triggered(CREATED, object="deals"))
    used = Terms(tariff="classic", credit_limit=0)
    made = record_changes.create(database, DEFAULT, ANN, "deals", {}, terms=used)
    (declined,) = evaluations(database, watching)
    assert declined.reason == "CREDITS_EXHAUSTED" and declined.detail is not None
    assert declined.detail["record"] == {"id": made.record.id, "object": "deals"}
    assert declined.detail["errors"][0]["code"] == "CREDITS_EXHAUSTED"
    assert runs(database) == []


def test_what_is_paused_between_the_look_and_the_start_is_looked_at_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite nothing can come between; there the first look is made to be an old one."""
    watching = publish(database, triggered(CREATED, object="deals"))
    seen: list[Startable | None] = []

    def stale(session: Session, workflow_id: str) -> Startable | None:
        found = startable(session, workflow_id)
        if not seen and found is not None:
            session.execute(update_rows(WORKFLOW).values(status="PAUSED"))
        seen.append(found)
        return found

    monkeypatch.setattr("db.record_firing.startable", stale)
    create(database, {})
    assert [one.status for one in seen if one is not None] == ["LIVE", "PAUSED"]
    assert (runs(database), reasons(database, watching)) == ([], ["NOT_LIVE"])
