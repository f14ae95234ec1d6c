"""The result of an attempt that was taken away changes nothing, and is kept for people to see."""

import logging
import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from db.cancel import cancel_run
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.late_results import keep_late_result, late_results_by_execution_ids
from db.records import LateResultRecord
from db.recovery import lose_attempt
from engine.ports import HttpRequest, HttpResponse
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import USER, FakeHttp, Harness
from workers import late_results

CALL = workflow(
    [activity("call", "http_request", method="POST", url="https://example.com/x", retry={"maxAttempts": 1})],
    [edge("trigger", "call")],
)


@pytest.fixture
def harness(database_url: str) -> Iterator[Harness]:
    database = Database(database_url)
    yield Harness(database)
    database.dispose()


def late_of(harness: Harness, execution_id: str) -> list[LateResultRecord]:
    return late_results_by_execution_ids(harness.database, DEFAULT_WORKSPACE, [execution_id])[execution_id]


def taken_while_calling(harness: Harness, status: int) -> tuple[str, str]:
    """Start a call whose attempt is taken away before the answer comes; gives the ids of run and execution."""
    answer = HttpResponse(
        status=status, headers={"content-type": "application/json"}, body=b'{"n": 7}', truncated=False
    )
    run_id, execution_id = harness.begin(harness.publish(CALL)).pending[0]

    def take_away(request: HttpRequest) -> HttpResponse:
        token = worker.leases.held[execution_id]
        assert lose_attempt(harness.database, run_id, execution_id, token) is not None
        return answer

    worker = Harness(harness.database, http=FakeHttp(take_away))
    worker.chain.perform(run_id, execution_id)
    return run_id, execution_id


def test_what_came_too_late_is_kept_and_nothing_else_changes(harness: Harness) -> None:
    run_id, execution_id = taken_while_calling(harness, 200)

    (late,) = late_of(harness, execution_id)
    assert (late.attempt, late.worker, late.status, late.exit) == (1, "test:1:a", "COMPLETED", "next")
    assert late.outputs["body"] == '{"n": 7}' and late.error is None
    assert harness.statuses(run_id) == {"call": "PENDING"}
    assert harness.row(run_id).credits_used == 0
    assert harness.types(run_id)[-1] == "ActivityExecutionPending"


def test_the_attempt_made_again_counts_and_both_are_shown(harness: Harness) -> None:
    run_id, execution_id = taken_while_calling(harness, 200)
    again = HttpResponse(status=204, headers={}, body=b"", truncated=False)
    other = Harness(harness.database, http=FakeHttp(lambda request: again))

    other.chain.perform(run_id, execution_id)

    run = harness.row(run_id)
    assert (run.status, run.credits_used) == ("COMPLETED", 1)
    assert [one.attempt for one in late_of(harness, execution_id)] == [1]
    outputs = harness.query("SELECT outputs FROM activity_execution WHERE id = :id", id=execution_id)[
        0
    ].outputs
    assert "204" in str(outputs)


def test_a_failure_that_comes_too_late_is_kept_as_one(harness: Harness) -> None:
    run_id, execution_id = taken_while_calling(harness, 500)

    (late,) = late_of(harness, execution_id)
    assert (late.status, late.outputs) == ("FAILED", None)
    assert late.error is not None and late.error["code"] == "HTTP_STATUS"
    assert harness.row(run_id).status == "RUNNING"


def test_a_result_that_comes_after_the_run_has_ended_is_kept_too(harness: Harness) -> None:
    run_id, execution_id = harness.begin(harness.publish(CALL)).pending[0]

    def end_the_run(request: HttpRequest) -> HttpResponse:
        receipt = cancel_run(harness.database, DEFAULT_WORKSPACE, run_id, USER)
        assert receipt is not None
        recovered = lose_attempt(harness.database, run_id, execution_id, worker.leases.held[execution_id])
        assert recovered is not None
        return HttpResponse(status=200, headers={}, body=b"", truncated=False)

    worker = Harness(harness.database, http=FakeHttp(end_the_run))
    worker.chain.perform(run_id, execution_id)

    run = harness.row(run_id)
    assert (run.status, run.credits_used) == ("CANCELED", 0)
    assert [one.status for one in late_of(harness, execution_id)] == ["COMPLETED"]


def test_an_attempt_brings_one_late_result_at_most(harness: Harness) -> None:
    run_id, execution_id = taken_while_calling(harness, 200)
    again = {"execution_id": execution_id, "attempt": 1, "worker": "test:1:a", "status": "FAILED"}

    assert not keep_late_result(harness.database, run_id, again)
    assert [one.status for one in late_of(harness, execution_id)] == ["COMPLETED"]


def test_the_late_result_of_a_run_that_is_gone_is_not_kept(harness: Harness) -> None:
    result = {"execution_id": "exe_1", "attempt": 1, "worker": "test:1:a", "status": "FAILED"}

    assert not keep_late_result(harness.database, "run_none", result)
    assert harness.query("SELECT * FROM late_result") == []


def test_another_workspace_sees_none(harness: Harness) -> None:
    _, execution_id = taken_while_calling(harness, 200)

    assert late_results_by_execution_ids(harness.database, "ws_other", [execution_id]) == {execution_id: []}


def test_where_the_database_is_away_the_log_has_it(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object) -> bool:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))

    monkeypatch.setattr(late_results, "keep_late_result", away)
    with caplog.at_level(logging.WARNING, logger="playhead.worker"):
        run_id, _ = taken_while_calling(harness, 200)

    assert "attempt 1, is not kept" in caplog.text
    assert harness.statuses(run_id) == {"call": "PENDING"}
