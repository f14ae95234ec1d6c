"""Schedules: each time is taken once, a missed one is made up for once, a paused one not at all."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from db.beginning import Fired
from db.database import Database
from db.published_triggers import next_times
from db.rows import PUBLISHED_TRIGGER
from db.schedules import due_schedules, fire_schedule
from db.terms import Terms
from db.times import text_of
from db.workflow_queries import get_workflow
from db.workflows import archive_workflow, pause_workflow, publish_workflow, resume_workflow, update_workflow
from tests.db.filling import DEFAULT, add_workspace
from tests.db.triggers.watching import TERMS, evaluations, publish, reasons, runs, triggered

NINE = triggered("SCHEDULE", cron="0 9 * * *", timezone="Europe/Berlin")
OFTEN = triggered("SCHEDULE", cron="*/5 * * * *", timezone="UTC")
DUE = datetime(2026, 11, 22, 8, tzinfo=UTC)


def set_next(database: Database, workflow_id: str, at: datetime) -> None:
    with database.write() as session:
        own = update(PUBLISHED_TRIGGER).where(PUBLISHED_TRIGGER.c.workflow_id == workflow_id)
        session.execute(own.values(next_at=at))


def scheduled(database: Database, definition: dict[str, Any] = NINE, at: datetime = DUE) -> str:
    workflow_id = publish(database, definition)
    set_next(database, workflow_id, at)
    return workflow_id


def next_of(database: Database, workflow_id: str, workspace_id: str = DEFAULT) -> datetime | None:
    workflow = get_workflow(database, DEFAULT, workflow_id)
    assert workflow is not None
    version = str(workflow.published_id)
    return next_times(database, workspace_id, [version]).get(version)


def look(database: Database, now: datetime) -> list[Fired]:
    due = due_schedules(database, now, limit=10)
    return [fire_schedule(database, one, now=now, terms=TERMS) for one in due]


def test_a_schedule_begins_when_it_is_published(database: Database) -> None:
    workflow_id = publish(database, NINE)
    found, now = next_of(database, workflow_id), database.now()
    assert found is not None and now < found <= now + timedelta(days=1)
    assert (found.hour, found.minute) in ((8, 0), (7, 0))
    assert next_of(database, workflow_id, add_workspace(database, "other")) is None


def test_what_is_due_starts_its_run_and_sets_its_next_time(database: Database) -> None:
    workflow_id = scheduled(database)
    assert look(database, DUE - timedelta(seconds=1)) == []
    (fired,) = look(database, DUE + timedelta(seconds=1))
    (run,) = runs(database)
    assert (run.workflow_id, run.trigger["payload"]) == (workflow_id, {"scheduledFor": text_of(DUE)})
    assert run.trigger["actor"] == {
        "kind": "SCHEDULE",
        "id": workflow_id,
        "name": "0 9 * * * (Europe/Berlin)",
    }
    assert [event.type for event in fired.events] == ["RunQueued", "ActivityExecutionPending"]
    assert next_of(database, workflow_id) == DUE + timedelta(days=1)
    assert look(database, DUE + timedelta(seconds=2)) == []
    assert reasons(database, workflow_id) == [None]


def test_times_that_were_missed_start_one_run(database: Database) -> None:
    workflow_id = scheduled(database, OFTEN)
    look(database, DUE + timedelta(hours=3, minutes=2))
    assert [run.trigger["payload"]["scheduledFor"] for run in runs(database)] == [text_of(DUE)]
    assert next_of(database, workflow_id) == DUE + timedelta(hours=3, minutes=5)


def test_two_schedulers_at_one_due_time_start_one_run(database: Database) -> None:
    workflow_id = scheduled(database)
    together, now = threading.Barrier(6), DUE + timedelta(seconds=1)
    fired: list[Fired] = []

    def scheduler() -> None:
        together.wait(10)
        fired.append(fire_schedule(database, workflow_id, now=now, terms=TERMS))

    threads = [threading.Thread(target=scheduler) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(len(one.writes) for one in fired) == [0, 0, 0, 0, 0, 1]
    assert len(runs(database)) == 1
    assert next_of(database, workflow_id) == DUE + timedelta(days=1)


def test_a_paused_schedule_does_not_run_and_does_not_pile_up(database: Database) -> None:
    workflow_id = scheduled(database, OFTEN)
    pause_workflow(database, DEFAULT, workflow_id)
    assert next_of(database, workflow_id) is None
    look(database, DUE + timedelta(minutes=12))
    look(database, DUE + timedelta(minutes=13))
    assert reasons(database, workflow_id) == ["NOT_LIVE"]
    detail = evaluations(database, workflow_id)[0].detail
    assert detail is not None and detail["scheduledFor"] == text_of(DUE)
    set_next(database, workflow_id, DUE)
    resume_workflow(database, DEFAULT, workflow_id)
    found, now = next_of(database, workflow_id), database.now()
    assert found is not None and now < found <= now + timedelta(minutes=5)
    assert runs(database) == []


def test_an_archived_schedule_is_over(database: Database) -> None:
    workflow_id = scheduled(database)
    archive_workflow(database, DEFAULT, workflow_id)
    assert look(database, DUE + timedelta(days=3)) == []
    assert next_of(database, workflow_id) is None


def test_what_is_published_anew_is_wound_anew(database: Database) -> None:
    workflow_id = scheduled(database)
    draft = update_workflow(database, DEFAULT, workflow_id, {"definition": OFTEN})
    assert next_times(database, DEFAULT, [str(draft.draft_id)]) == {}
    publish_workflow(database, DEFAULT, workflow_id)
    found, now = next_of(database, workflow_id), database.now()
    assert found is not None and now < found <= now + timedelta(minutes=5)
    update_workflow(database, DEFAULT, workflow_id, {"definition": triggered("MANUAL")})
    publish_workflow(database, DEFAULT, workflow_id)
    assert next_of(database, workflow_id) is None
    assert look(database, DUE + timedelta(days=300)) == []


def test_the_longest_due_come_first_and_so_many_at_once(database: Database) -> None:
    late = [scheduled(database, NINE, DUE - timedelta(hours=hour)) for hour in (1, 3, 2)]
    assert due_schedules(database, DUE, limit=2) == [late[1], late[2]]
    assert due_schedules(database, DUE - timedelta(days=1), limit=2) == []


def test_a_schedule_that_is_being_published_is_left_for_the_next_look(migrated_postgres_url: str) -> None:
    """Otherwise the two would wait for each other: one holds the workflow, the other its trigger."""
    database = Database(migrated_postgres_url)
    workflow_id = scheduled(database)
    with database.write() as session:
        publishing = "SELECT id FROM workflow WHERE id = %(id)s FOR UPDATE"
        session.connection().exec_driver_sql(publishing, {"id": workflow_id})
        assert fire_schedule(database, workflow_id, now=DUE + timedelta(seconds=1), terms=TERMS) == Fired()
    assert len(look(database, DUE + timedelta(seconds=1))[0].writes) == 1
    database.dispose()


def test_where_the_credits_are_used_a_time_passes_and_says_so(database: Database) -> None:
    workflow_id = scheduled(database)
    used = Terms(tariff="classic", credit_limit=0)
    assert fire_schedule(database, workflow_id, now=DUE, terms=used) == Fired()
    assert (reasons(database, workflow_id), runs(database)) == (["CREDITS_EXHAUSTED"], [])
    assert next_of(database, workflow_id) == DUE + timedelta(days=1)
