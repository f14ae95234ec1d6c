from collections.abc import Iterator

import pytest
from sqlalchemy import update

from db.database import Database
from db.rows import RUN
from tests.db.filling import add_run
from tests.waiting import wait_until
from workers.cancel_watch import CancelWatch


@pytest.fixture
def watch(database: Database) -> Iterator[CancelWatch]:
    made = CancelWatch(database, poll_seconds=0.02)
    made.start()
    yield made
    made.stop()


def set_status(database: Database, run_id: str, status: str) -> None:
    with database.write() as session:
        session.execute(update(RUN).where(RUN.c.id == run_id).values(status=status))


@pytest.mark.parametrize("status", ["CANCELING", "CANCELED", "FAILED", "COMPLETED"])
def test_a_run_that_is_canceling_or_has_ended_is_told(
    database: Database, watch: CancelWatch, status: str
) -> None:
    run_id = add_run(database)
    with watch.watch(run_id) as canceled:
        assert not canceled.wait(0.1)
        set_status(database, run_id, status)
        assert canceled.wait(5)


def test_all_who_watch_a_run_are_told_and_nobody_else(database: Database, watch: CancelWatch) -> None:
    run_id, other = add_run(database), add_run(database)
    with watch.watch(run_id) as one, watch.watch(run_id) as two, watch.watch(other) as apart:
        set_status(database, run_id, "CANCELING")
        assert one.wait(5)
        assert two.wait(5)
        assert not apart.is_set()


def test_one_query_asks_for_all_watched_runs_and_none_where_nobody_watches(database: Database) -> None:
    from sqlalchemy import event

    watch = CancelWatch(database)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    runs = [add_run(database) for _ in range(3)]
    statements.clear()
    watch._look()
    assert statements == []
    with watch.watch(runs[0]), watch.watch(runs[1]), watch.watch(runs[2]):
        watch._look()
    assert len([one for one in statements if one.startswith("SELECT run.id")]) == 1


def test_asking_about_one_run_takes_the_database_at_its_word(database: Database) -> None:
    watch, run_id = CancelWatch(database), add_run(database)
    assert not watch.is_canceling(run_id)
    set_status(database, run_id, "CANCELING")
    assert watch.is_canceling(run_id)


def test_a_database_that_comes_back_is_asked_again(
    database: Database, watch: CancelWatch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import psycopg

    run_id = add_run(database, status="CANCELING")

    def away(_run_ids: object) -> set[str]:
        raise psycopg.OperationalError("the server went away")

    with monkeypatch.context() as patch:
        patch.setattr(watch, "_stopping", away)
        with watch.watch(run_id) as canceled:
            wait_until(lambda: "the server went away" in caplog.text)
            assert not canceled.is_set()
    with watch.watch(run_id) as canceled:
        assert canceled.wait(5)
    assert caplog.text.count("the server went away") == 1
