"""A disk that is full, as SQLite meets it: errors that say so, nothing half written, and it goes on once there is room."""

from collections.abc import Callable, Iterator, Sequence

import pytest

import db.start
from db import engines
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.outages import OutageError, reason_of
from db.recovery import lose_attempt
from db.runs import get_run
from db.writing import RunWrite
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import Harness, check_invariants

CHAIN = workflow(
    [activity("a", expression="trigger.payload.n"), activity("b", expression="2")],
    [edge("trigger", "a"), edge("a", "b")],
)


@pytest.fixture
def harness(migrated_sqlite_url: str) -> Iterator[Harness]:
    database = Database(migrated_sqlite_url)
    yield Harness(database)
    database.dispose()


@pytest.fixture
def full(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Fills the disk of a SQLite database at its next call, until the test ends or undoes it."""

    def fill() -> None:
        with harness.database.fast() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
        monkeypatch.setattr(engines, "_PRAGMAS", (*engines._PRAGMAS, f"max_page_count={pages}"))
        harness.database.dispose()

    return fill


LARGE = {"n": "x" * 100_000}
"""More than fits in what is left of a page."""


def test_a_start_on_a_full_disk_is_refused_and_leaves_nothing_behind(
    harness: Harness, full: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    workflow_id = harness.publish(CHAIN)
    full()
    monkeypatch.setattr(db.start, "CALLER_SECONDS", -1.0)

    with pytest.raises(OutageError) as raised:
        harness.begin(workflow_id, LARGE)

    assert reason_of(raised.value) == "its disk is full"
    assert harness.query("SELECT id FROM run") == harness.query("SELECT seq FROM run_event") == []
    assert [row[0] for row in harness.query("PRAGMA integrity_check")] == ["ok"]
    monkeypatch.undo()
    harness.database.dispose()
    assert get_run(harness.database, DEFAULT_WORKSPACE, harness.begin(workflow_id, LARGE).run.id) is not None


def test_a_run_whose_disk_is_full_goes_on_once_there_is_room(
    harness: Harness, full: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id, execution_id = harness.begin(harness.publish(CHAIN), LARGE).pending[0]
    writes: list[int] = []

    def fill(batch: Sequence[RunWrite]) -> None:
        writes.append(len(batch))
        if len(writes) == 2:
            full()
            harness.leases.given_up.add(execution_id)  # the lease could not be renewed either

    harness.before_write = fill
    harness.chain.perform(*harness.hints.popleft())
    assert harness.statuses(run_id) == {"a": "RUNNING"}
    monkeypatch.undo()
    harness.database.dispose()
    harness.before_write = lambda batch: None

    token = harness.query("SELECT token FROM activity_execution WHERE id = :id", id=execution_id)[0].token
    recovered = lose_attempt(harness.database, run_id, execution_id, token)
    assert recovered is not None
    harness.published += recovered.events
    harness.hints.extend(recovered.pending)
    harness.work()

    assert (harness.row(run_id).status, harness.row(run_id).credits_used) == ("COMPLETED", 2)
    check_invariants(harness, run_id)
