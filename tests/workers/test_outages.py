"""A database that goes away under a worker: what was decided is written once, and no run fails for it."""

import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg
import pytest

from db.database import Database
from db.finish import finish
from db.outages import OutageError
from db.writing import RunWrite
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import Harness, check_invariants
from workers.ports.records import RecordsPort
from workers.tokens import new_token

CHAIN = workflow(
    [activity("a", expression="1 + 1"), activity("b", expression="2")], [edge("trigger", "a"), edge("a", "b")]
)
GONE = psycopg.OperationalError("server closed the connection unexpectedly")
Hook = Callable[[Sequence[RunWrite]], None]


@pytest.fixture
def harness(database_url: str) -> Iterator[Harness]:
    database = Database(database_url)
    yield Harness(database)
    database.dispose()


def failing(number: int) -> Hook:
    """Fails at the call of this number, from 1."""
    left = [number]

    def fail(_: Sequence[RunWrite]) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise GONE

    return fail


@pytest.mark.parametrize("which", [1, 2, 3])
@pytest.mark.parametrize("hook", ["before_write", "after_write"])
def test_a_commit_whose_reply_is_lost_counts_once(harness: Harness, which: int, hook: str) -> None:
    setattr(harness, hook, failing(which))

    run_id = harness.run(CHAIN)

    run = harness.row(run_id)
    assert (run.status, run.credits_used) == ("COMPLETED", 2)
    assert harness.types(run_id).count("ActivityExecutionStarted") == 2, "no attempt was made again"
    check_invariants(harness, run_id)


@pytest.mark.parametrize("which", [1, 2, 3])
def test_a_commit_that_comes_through_only_when_it_is_made_again_counts_once(
    harness: Harness, which: int
) -> None:
    """The connection broke, nothing was there when it was looked for, and then the server made the commit after all."""
    late: list[Sequence[RunWrite]] = []
    numbers = iter(range(1, 100))

    def break_off(writes: Sequence[RunWrite]) -> None:
        number = next(numbers)
        if number == which:
            late.append(writes)
            raise GONE
        if number == which + 1:
            finish(harness.database, late[0])

    harness.before_write = break_off

    run_id = harness.run(CHAIN)

    run = harness.row(run_id)
    assert (run.status, run.credits_used) == ("COMPLETED", 2)
    assert harness.types(run_id).count("ActivityExecutionStarted") == 2, "no attempt was made again"
    assert harness.query("SELECT * FROM late_result") == []
    check_invariants(harness, run_id)


def test_a_database_that_is_away_while_an_activity_reads_is_waited_for(harness: Harness) -> None:
    failures: list[Exception] = []

    class Away(RecordsPort):
        def find(self, *_: Any) -> Any:
            return super().find("companies", None, [], 1)

    records = Away(harness.database, "ws_default")
    harness = Harness(harness.database, records=records)
    real = harness.database.read

    def read() -> Any:
        if failures:
            raise failures.pop()
        return real()

    harness.database.read = read  # type: ignore[method-assign]
    definition = workflow([activity("find", "find_records", object="companies")], [edge("trigger", "find")])
    run_id, execution_id = harness.begin(harness.publish(definition)).pending[0]
    failures += [GONE, GONE]

    harness.chain.perform(run_id, execution_id)

    assert failures == [] and harness.statuses(run_id) == {"find": "COMPLETED"}


def test_an_attempt_for_which_the_database_stays_away_is_given_up_and_does_not_fail(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    class Away:
        def find(self, *_: object) -> list[object]:
            raise OutageError("the database does not answer")

    worker = Harness(harness.database, records=Away())
    definition = workflow([activity("find", "find_records", object="companies")], [edge("trigger", "find")])
    run_id, execution_id = worker.begin(worker.publish(definition)).pending[0]

    with caplog.at_level(logging.INFO, logger="playhead.worker"):
        worker.chain.perform(run_id, execution_id)

    assert worker.statuses(run_id) == {"find": "RUNNING"}, "its lease runs out, then it is made again"
    assert worker.leases.held == {}
    assert "the database does not answer" in caplog.text


def test_a_message_that_comes_while_the_database_is_away_is_left_to_the_sweep(
    harness: Harness, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Any:
        raise sqlite3.OperationalError("unable to open database file")

    run_id, execution_id = harness.begin(harness.publish(CHAIN)).pending[0]
    monkeypatch.setattr(harness.database, "glance", away)
    harness.chain.perform(run_id, execution_id)
    monkeypatch.undo()

    assert "the sweep will find this again" in caplog.text
    assert harness.statuses(run_id) == {"a": "PENDING"}


def test_tokens_of_later_claims_of_a_run_are_higher(harness: Harness) -> None:
    tokens: list[str] = []

    def note(writes: Sequence[RunWrite]) -> None:
        for write in writes:
            tokens.extend(one["token"] for one in write.payload["executions"] if "token" in one)

    harness.before_write = note
    draws = [activity(key, "random_number", min=1, max=6) for key in "ab"]
    harness.run(workflow(draws, [edge("trigger", "a"), edge("a", "b")]))

    assert len(tokens) == 2 and tokens == sorted(set(tokens))
    state = harness.chain.sessions.open(harness.begin(harness.publish(CHAIN)).run.id)
    assert state is not None and new_token(state.state) != new_token(state.state)
