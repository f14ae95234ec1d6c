"""The scheduler's look at the schedules: it starts what is due, tells of it, and goes on after a fault."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import cast

import psycopg
import pytest
from sqlalchemy import func, insert, select, update

from db import schedules as db_schedules
from db.database import Database
from db.rows import EVALUATION, PUBLISHED_TRIGGER
from db.writing import RunWrite
from tests.db.filling import DEFAULT
from tests.db.triggers.watching import TERMS, publish, runs, triggered
from tests.workers.harness import Harness
from workers import schedules
from workers.hints import Pair, Waker
from workers.schedules import Schedules, remove_firings

NINE = triggered("SCHEDULE", "trigger.payload.scheduledFor", cron="0 9 * * *", timezone="Europe/Berlin")


class World:
    """A scheduler over a real database; what it tells is kept."""

    def __init__(self, database: Database) -> None:
        self.database, self.worker = database, Harness(database)
        self.written: list[RunWrite] = []
        self.schedules = Schedules(database, TERMS, self._publish, cast(Waker, self))

    def _publish(self, writes: Sequence[RunWrite]) -> None:
        self.written += writes

    def wake(self, pairs: Iterable[Pair]) -> None:
        self.worker.hints.extend(pairs)

    def due(self, count: int = 1) -> list[str]:
        """So many schedules that are due."""
        ids = [publish(self.database, NINE) for _ in range(count)]
        with self.database.write() as session:
            at = self.database.now() - timedelta(seconds=1)
            session.execute(update(PUBLISHED_TRIGGER).values(next_at=at))
        return ids


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def test_what_is_due_runs_to_its_end(world: World) -> None:
    (workflow_id,) = world.due()
    world.schedules.tick()
    world.schedules.tick()
    assert [event.type for write in world.written for event in write.events] == [
        "RunQueued",
        "ActivityExecutionPending",
    ]
    world.worker.work()
    (run,) = runs(world.database)
    assert (run.workflow_id, run.status) == (workflow_id, "COMPLETED")


def test_many_schedules_are_seen_to_a_number_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "MOST_AT_ONCE", 2)
    world.due(3)
    world.schedules.tick()
    assert len(runs(world.database)) == 2
    world.schedules.tick()
    assert len(runs(world.database)) == 3


def test_a_fault_of_one_schedule_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cursed, other = world.due(2)
    fire = db_schedules.fire_schedule

    def sometimes(database: Database, workflow_id: str, **rest: object) -> object:
        if workflow_id == cursed:
            raise RuntimeError("cannot be")
        return fire(database, workflow_id, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(schedules, "fire_schedule", sometimes)
    world.schedules.tick()
    assert [run.workflow_id for run in runs(world.database)] == [other]
    assert cursed in caplog.text and "cannot be" in caplog.text


def test_a_database_that_is_away_is_for_the_next_look(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.due(2)

    def away(*_: object, **__: object) -> None:
        raise psycopg.OperationalError("the server went away")

    monkeypatch.setattr(schedules, "fire_schedule", away)
    with pytest.raises(psycopg.OperationalError):
        world.schedules.tick()
    monkeypatch.undo()
    world.schedules.tick()
    assert len(runs(world.database)) == 2


def test_what_is_too_old_is_removed_and_the_log_says_so(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    at = world.database.now() - timedelta(days=31)
    values = {
        "workspace_id": DEFAULT,
        "workflow_id": "wf_1",
        "type": "SCHEDULE",
        "reason": "NOT_LIVE",
        "at": at,
    }
    with world.database.write() as session:
        session.execute(insert(EVALUATION), [{**values, "id": f"tev_{number}"} for number in range(3)])
    with caplog.at_level("INFO"):
        remove_firings(world.database)
        remove_firings(world.database)
    assert [record.getMessage() for record in caplog.records] == [
        "removed 3 firings and keys that were too old"
    ]
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(EVALUATION)) == 0
