"""The chain on real databases: one transaction an activity, fenced, once, whatever is doubled, stale or lost."""

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from db.cancel import cancel_run
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.recovery import lose_attempt
from db.rows import RUN
from db.times import text_of
from db.writing import RunWrite
from engine.ports import HttpRequest, HttpResponse
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import USER, FakeHttp, Harness, check_invariants


@pytest.fixture
def harness(database_url: str) -> Iterator[Harness]:
    database = Database(database_url)
    yield Harness(database)
    database.dispose()


CHAIN = workflow(
    [
        activity("a", expression="1 + 1"),
        activity("b", expression="activities.a.value * 10"),
        activity("c", expression="activities.b.value + trigger.payload.n"),
    ],
    [edge("trigger", "a"), edge("a", "b"), edge("b", "c")],
)


def draw(key: str) -> dict[str, Any]:
    return activity(key, "random_number", min=1, max=6)


DRAWS = workflow([draw("a"), draw("b"), draw("c")], CHAIN["edges"])
"""A chain of activities that ask something of the world: each is written by itself."""


def test_a_chain_runs_in_one_go_with_one_transaction_an_activity(harness: Harness) -> None:
    writes: list[int] = []
    harness.before_write = lambda batch: writes.append(len(batch))
    run_id = harness.run(DRAWS)
    run = harness.row(run_id)
    assert (run.status, run.credits_used) == ("COMPLETED", 3)
    assert writes == [1, 1, 1, 1]
    assert harness.types(run_id).count("ActivityExecutionStarted") == 3
    check_invariants(harness, run_id)


def test_a_loop_over_records_changes_each_once_and_collects_in_order(harness: Harness) -> None:
    definition = workflow(
        [
            activity(
                "each",
                "loop",
                items="{{ trigger.payload.names }}",
                collect="{{ activities.keep.record.values.name }}",
            ),
            activity(
                "keep",
                "create_or_update_record",
                "each",
                object="people",
                matchOn="name",
                values={"name": "{{ loop.item }}", "at": "{{ loop.index }}"},
            ),
            activity("count", expression="LEN(activities.each.collected)"),
        ],
        [edge("trigger", "each"), edge("each", "keep", "each"), edge("each", "count")],
    )
    run_id = harness.run(definition, {"names": ["ann", "bob", "ann"]})
    run = harness.row(run_id)
    assert (run.status, run.credits_used) == ("COMPLETED", 5)
    results = harness.query(
        "SELECT result FROM activity_execution WHERE run_id = :id AND key = 'keep' ORDER BY created_seq",
        id=run_id,
    )
    assert ["CREATED" in str(row.result) for row in results] == [True, True, False]
    assert len(harness.query("SELECT id FROM record WHERE object = 'people'")) == 2
    check_invariants(harness, run_id)


def test_a_doubled_message_finds_nothing_to_do(harness: Harness) -> None:
    started = harness.begin(harness.publish(CHAIN), {"n": 1})
    harness.hints.extend(started.pending * 3)
    harness.work()
    assert harness.types(started.run.id).count("ActivityExecutionStarted") == 3
    check_invariants(harness, started.run.id)


def test_two_workers_that_race_for_a_claim_start_it_once(harness: Harness) -> None:
    started = harness.begin(harness.publish(CHAIN), {"n": 1})
    other = Harness(harness.database)
    raced = threading.Event()

    def other_goes_first(writes: Sequence[RunWrite]) -> None:
        if not raced.is_set():
            raced.set()
            other.chain.perform(*started.pending[0])

    harness.before_write = other_goes_first
    harness.work()
    assert harness.row(started.run.id).status == "COMPLETED"
    assert harness.types(started.run.id).count("ActivityExecutionStarted") == 3


def test_a_cancel_between_decision_and_write_is_obeyed(harness: Harness) -> None:
    started = harness.begin(harness.publish(CHAIN), {"n": 1})
    run_id = started.run.id
    seen: list[int] = []

    def cancel_at_second(writes: Sequence[RunWrite]) -> None:
        seen.append(len(writes))
        if len(seen) == 2:
            receipt = cancel_run(harness.database, DEFAULT_WORKSPACE, run_id, USER)
            assert receipt is not None and receipt.error is None
            harness.published += receipt.events

    harness.before_write = cancel_at_second
    harness.work()
    run = harness.row(run_id)
    assert (run.status, run.credits_used) == ("CANCELED", 1)
    assert harness.statuses(run_id) == {"a": "COMPLETED"}
    types = harness.types(run_id)
    assert "ActivityExecutionStarted" not in types[types.index("RunCancelRequested") :]
    check_invariants(harness, run_id)


def test_a_worker_whose_attempt_was_taken_over_changes_nothing(harness: Harness) -> None:
    started = harness.begin(harness.publish(CHAIN), {"n": 1})
    run_id, execution_id = started.pending[0]
    seen: list[int] = []

    def lose_at_second(writes: Sequence[RunWrite]) -> None:
        seen.append(len(writes))
        if len(seen) == 2:
            token = harness.leases.held[execution_id]
            recovered = lose_attempt(harness.database, run_id, execution_id, token)
            assert recovered is not None
            harness.published += recovered.events

    harness.before_write = lose_at_second
    harness.work()
    assert harness.statuses(run_id) == {"a": "PENDING"}
    harness.before_write = lambda writes: None
    harness.hints.append((run_id, execution_id))
    harness.work()
    run = harness.row(run_id)
    assert (run.status, run.credits_used) == ("COMPLETED", 3)
    assert (
        harness.query("SELECT attempt FROM activity_execution WHERE id = :id", id=execution_id)[0].attempt
        == 2
    )
    check_invariants(harness, run_id)


def test_a_zombie_changes_nothing_while_another_executes_what_it_held(harness: Harness) -> None:
    started = harness.begin(harness.publish(CHAIN), {"n": 1})
    run_id, execution_id = started.pending[0]
    other = Harness(harness.database)
    other_writes: list[int] = []
    seen: list[int] = []

    def stop_in_the_middle(writes: Sequence[RunWrite]) -> None:
        other_writes.append(len(writes))
        if len(other_writes) == 2:
            raise KeyboardInterrupt

    def take_over_at_second(writes: Sequence[RunWrite]) -> None:
        seen.append(len(writes))
        if len(seen) == 2:
            assert (
                lose_attempt(harness.database, run_id, execution_id, harness.leases.held[execution_id])
                is not None
            )
            with pytest.raises(KeyboardInterrupt):
                other.chain.perform(run_id, execution_id)

    harness.before_write, other.before_write = take_over_at_second, stop_in_the_middle
    harness.work()
    assert harness.statuses(run_id) == {"a": "RUNNING"}
    assert harness.row(run_id).credits_used == 0
    row = harness.query("SELECT attempt FROM activity_execution WHERE id = :id", id=execution_id)[0]
    assert row.attempt == 2


def test_a_lost_token_is_stale_and_loses_nothing(harness: Harness) -> None:
    run_id, execution_id = harness.begin(harness.publish(CHAIN), {"n": 1}).pending[0]
    assert lose_attempt(harness.database, run_id, execution_id, "no such token") is None
    assert harness.statuses(run_id) == {"a": "PENDING"}


def test_a_crash_after_the_commit_leaves_an_attempt_that_can_be_lost_and_made_again(harness: Harness) -> None:
    started = harness.begin(harness.publish(DRAWS))
    run_id = started.run.id
    seen: list[int] = []

    def crash(writes: Sequence[RunWrite]) -> None:
        seen.append(len(writes))
        if len(seen) == 2:
            raise KeyboardInterrupt

    harness.after_write = crash
    with pytest.raises(KeyboardInterrupt):
        harness.work()
    assert harness.statuses(run_id) == {"a": "COMPLETED", "b": "RUNNING"}
    row = harness.query(
        "SELECT id, token FROM activity_execution WHERE run_id = :id AND key = 'b'", id=run_id
    )[0]
    harness.after_write = lambda writes: None
    fresh = Harness(harness.database)
    recovered = lose_attempt(fresh.database, run_id, row.id, row.token)
    assert recovered is not None
    fresh.hints.extend(recovered.pending)
    fresh.work()
    assert (fresh.row(run_id).status, fresh.row(run_id).credits_used) == ("COMPLETED", 3)


def test_a_draining_worker_hands_back_what_follows(harness: Harness) -> None:
    started = harness.begin(harness.publish(CHAIN), {"n": 1})
    seen: list[int] = []

    def drain(writes: Sequence[RunWrite]) -> None:
        seen.append(len(writes))
        if len(seen) == 1:
            harness.draining.set()

    harness.after_write = drain
    harness.chain.perform(*harness.hints.popleft())
    assert harness.statuses(started.run.id) == {"a": "COMPLETED", "b": "PENDING"}
    assert len(harness.hints) == 1 and harness.leases.held == {}
    harness.draining.clear()
    harness.work()
    assert harness.row(started.run.id).status == "COMPLETED"


def test_a_draining_worker_claims_nothing_and_hands_on_what_it_was_told_of(harness: Harness) -> None:
    started = harness.begin(harness.publish(CHAIN), {"n": 1})
    harness.draining.set()

    harness.chain.perform(*harness.hints.popleft())

    assert harness.statuses(started.run.id) == {"a": "PENDING"}
    assert list(harness.hints) == list(started.pending)


def test_a_draining_worker_hands_on_nothing_that_is_done(harness: Harness) -> None:
    started = harness.begin(harness.publish(CHAIN), {"n": 1})
    harness.work()
    harness.draining.set()

    harness.chain.perform(*started.pending[0])

    assert not harness.hints


def test_a_wait_holds_no_worker_and_goes_on_when_due(harness: Harness) -> None:
    definition = workflow(
        [activity("wait", "delay", amount=1, unit="hours"), activity("after")],
        [edge("trigger", "wait"), edge("wait", "after")],
    )
    run_id = harness.run(definition)
    assert harness.row(run_id).status == "WAITING" and harness.leases.held == {}
    execution = harness.query("SELECT id FROM activity_execution WHERE run_id = :id", id=run_id)[0].id
    harness.hints.append((run_id, execution))
    harness.work()
    assert harness.row(run_id).status == "WAITING", "a forged message does not end a wait"
    past = datetime.now(UTC) - timedelta(hours=2)
    make_due(harness, run_id, past)
    harness.hints.append((run_id, execution))
    harness.work()
    run = harness.row(run_id)
    assert (run.status, run.credits_used) == ("COMPLETED", 2)
    check_invariants(harness, run_id)


def make_due(harness: Harness, run_id: str, moment: datetime) -> None:
    """Let the time of what waits have come."""
    with harness.database.write() as session:
        state = session.execute(select(RUN.c.state).where(RUN.c.id == run_id)).scalar_one()
        for scope in state["scopes"].values():
            for live in scope["live"].values():
                if "due_at" in live:
                    live["due_at"] = text_of(moment)
        session.execute(update(RUN).where(RUN.c.id == run_id).values(state=state))


def test_a_failing_request_is_retried_with_the_same_idempotency_key(harness: Harness) -> None:
    answers = iter([503, 200])

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(
            status=next(answers),
            headers={"content-type": "application/json"},
            body=b'{"ok": true}',
            truncated=False,
        )

    http = FakeHttp(answer)
    harness = Harness(harness.database, http=http)
    definition = workflow(
        [
            activity(
                "call",
                "http_request",
                method="POST",
                url="https://example.com/x",
                retry={"backoffSeconds": 0},
            )
        ],
        [edge("trigger", "call")],
    )
    run_id = harness.run(definition)
    assert harness.row(run_id).status == "WAITING"
    harness.hints.append(
        (run_id, harness.query("SELECT id FROM activity_execution WHERE run_id = :id", id=run_id)[0].id)
    )
    harness.work()
    assert harness.row(run_id).status == "COMPLETED"
    keys = {request.headers["Idempotency-Key"] for request in http.requests}
    assert len(http.requests) == 2 and len(keys) == 1 and next(iter(keys)).startswith("exe_")


def test_updating_a_record_that_is_not_there_fails_with_the_reason(harness: Harness) -> None:
    definition = workflow(
        [activity("put", "update_record", record="rec_none", values={"a": 1})], [edge("trigger", "put")]
    )
    run_id = harness.run(definition)
    run = harness.row(run_id)
    assert run.status == "FAILED" and "RECORD_NOT_FOUND" in str(run.error)
    check_invariants(harness, run_id)


def test_an_unexpected_fault_fails_the_execution_with_an_id_and_no_more(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Explodes:
        def find(self, *_: object) -> list[object]:
            raise ZeroDivisionError("a secret")

    harness = Harness(harness.database, records=Explodes())
    run_id = harness.run(
        workflow([activity("find", "find_records", object="companies")], [edge("trigger", "find")])
    )
    error = str(harness.row(run_id).error)
    assert "INTERNAL" in error and "a secret" not in error
