"""A database that goes away in the middle: what was asked is done once, or said not to be known."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

import db.cancel
import db.start
from db.cancel import cancel_run
from db.database import Database
from db.finish import finish
from db.ids import DEFAULT_WORKSPACE
from db.outages import OutageError, is_outage, reason_of
from db.start import Start, start_run
from db.writing import RunWrite
from engine.status import RunStatus
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import TERMS, USER, Harness

CHAIN = workflow(
    [activity("a", expression="1 + 1"), activity("b", expression="2")], [edge("trigger", "a"), edge("a", "b")]
)
GONE = psycopg.OperationalError("server closed the connection unexpectedly")


@pytest.fixture
def harness(database_url: str) -> Iterator[Harness]:
    database = Database(database_url)
    yield Harness(database)
    database.dispose()


def fails(real: Callable[..., Any], *when: str) -> Callable[..., Any]:
    """Give what writes, and fails before or after each of its first calls, or not."""
    left = list(when)

    def write(*args: Any, **kwargs: Any) -> Any:
        how = left.pop(0) if left else "not"
        if how == "before":
            raise GONE
        answer = real(*args, **kwargs)
        if how == "after":
            raise GONE
        return answer

    return write


def start(harness: Harness, key: str | None = None) -> str:
    wish = Start(workflow_id=harness.publish(CHAIN), payload={}, actor=USER, terms=TERMS, idempotency_key=key)
    return start_run(harness.database, DEFAULT_WORKSPACE, wish).run.id


@pytest.mark.parametrize("key", [None, "once"])
@pytest.mark.parametrize("when", [("after",), ("before",), ("before", "after"), ("before", "before")])
def test_a_run_whose_start_was_not_answered_begins_once(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, when: Sequence[str], key: str | None
) -> None:
    monkeypatch.setattr(db.start, "finish", fails(finish, *when))

    run_id = start(harness, key)

    assert [row.id for row in harness.query("SELECT id FROM run")] == [run_id]
    assert harness.types(run_id)[0] == "RunQueued"


def test_a_start_that_was_under_way_when_it_was_looked_for_is_not_made_twice(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = list[Sequence[RunWrite]]()

    def slow(database: Database, writes: Sequence[RunWrite]) -> set[str]:
        seen.append(writes)
        if len(seen) == 1:
            raise GONE
        finish(database, writes)  # the first comes through only now
        return finish(database, writes)

    monkeypatch.setattr(db.start, "finish", slow)

    run_id = start(harness)

    assert [row.id for row in harness.query("SELECT id FROM run")] == [run_id] and len(seen) == 2


def test_a_start_gives_up_in_the_end_and_says_so(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db.start, "finish", fails(finish, *["before"] * 9))
    monkeypatch.setattr(db.start, "CALLER_SECONDS", -1.0)

    with pytest.raises(OutageError):
        start(harness)

    assert harness.query("SELECT id FROM run") == []


@pytest.mark.parametrize("when", [("after",), ("before",), ("before", "after")])
def test_a_cancel_that_was_not_answered_is_made_once(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, when: Sequence[str]
) -> None:
    run_id = start(harness)
    monkeypatch.setattr(db.cancel, "_cancel", fails(db.cancel._cancel, *when))

    receipt = cancel_run(harness.database, DEFAULT_WORKSPACE, run_id, USER)

    assert receipt is not None and receipt.run.status is RunStatus.CANCELED
    assert harness.types(run_id).count("RunCancelRequested") == 1


def test_what_a_wrong_statement_raises_is_no_outage(database: Database) -> None:
    with pytest.raises(Exception, match="no_such_table") as raised, database.fast() as connection:
        connection.execute("SELECT * FROM no_such_table")
    assert not is_outage(raised.value)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (GONE, "it does not answer"),
        (psycopg.errors.DiskFull("could not extend file"), "its disk is full"),
        (
            OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full")),
            "its disk is full",
        ),
        (sqlite3.OperationalError("database is locked"), "it does not answer"),
    ],
)
def test_an_outage_is_told_in_a_few_words(error: Exception, reason: str) -> None:
    assert is_outage(error)
    assert reason_of(error) == reason
    given_up = OutageError("the database does not answer")
    given_up.__cause__ = error
    assert reason_of(given_up) == reason
