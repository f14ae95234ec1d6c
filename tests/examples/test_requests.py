"""Enrich companies, Check a page: what asks others, who do not always answer."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.ports import HttpRequest, HttpResponse, PortError
from tests.examples.playing import LIFE, Play, Ran, of_executions, of_iterations, on_both_databases

Answer = Callable[[HttpRequest], HttpResponse]


def response(body: str, status: int = 200) -> HttpResponse:
    return HttpResponse(
        status=status, headers={"content-type": "application/json"}, body=body.encode(), truncated=False
    )


def service(**bodies: list[HttpResponse | PortError]) -> Answer:
    """Answers for each symbol with the next of these."""

    def answer(request: HttpRequest) -> HttpResponse:
        found = bodies[dict(request.query)["symbol"]].pop(0)
        if isinstance(found, PortError):
            raise found
        return found

    return answer


def to_the_end(play: Play, ran: Ran) -> Ran:
    while ran.row.status == "WAITING":
        ran = play.go_on(ran)
    return ran


@on_both_databases
def test_a_batch_is_enriched_and_each_problem_noted(play: Play) -> None:
    timeout = PortError("TIMEOUT", "No answer within 10 s", retryable=True)
    asked = play.answering(
        service(
            AAPL=[response('{"employees": 150000, "website": "https://example.com/a"}')],
            MSFT=[response("busy", 503), timeout, response('{"employees": 220000}')],
            NVDA=[response("gone", 404)],
            KO=[response("<html>")],
            PEP=[response('{"employees": 0}')],
            ZZZZ=[response('{"employees": 7}')],
            GE=[response("busy", 503)] * 3,
        )
    )
    ran = asked.run("Enrich companies", {"symbols": ["AAPL", "MSFT", "NVDA", "KO", "PEP", "ZZZZ", "GE"]})
    assert ran.row.status == "WAITING"
    done = to_the_end(asked, ran)
    assert {one: asked.company(one).get("employees") for one in ("AAPL", "MSFT", "NVDA")} == {
        "AAPL": 150000,
        "MSFT": 220000,
        "NVDA": None,
    }
    assert asked.company("AAPL")["website"] == "https://example.com/a"
    assert {one["symbol"]: one["problem"] for one in asked.records("enrichment_problems")} == {
        "NVDA": "HTTP_STATUS",
        "KO": "JSON_INVALID",
        "PEP": "SCHEMA_MISMATCH",
        "GE": "HTTP_STATUS",
    }
    # Nobody knows ZZZZ: its iteration fails, and the batch goes on.
    assert asked.records("enrichments") == [{"asked": 7, "answered": 2, "failed": 1, "employees": 370000}]
    assert done.executed == {
        "company": 1,
        "ask": 7,
        "read": 5,
        "find": 3,
        "keep": 3,
        "note": 4,
        "employees": 1,
        "report": 1,
    }
    # What failed costs nothing: two requests, two answers that are none, and the record that there is not.
    assert done.charged == {**done.executed, "ask": 5, "read": 3, "keep": 2}
    assert done.ended == ("COMPLETED", 1 + 5 + 3 + 3 + 2 + 4 + 1 + 1)
    attempts = {one.inputs["query"]["symbol"]: one.attempt for one in done.executions if one.key == "ask"}
    assert attempts == {"AAPL": 1, "MSFT": 3, "NVDA": 1, "KO": 1, "PEP": 1, "ZZZZ": 1, "GE": 3}


def test_attempts_wait_longer_each_time_and_carry_the_same_key(play: Play) -> None:
    asked = play.answering(
        service(KO=[response("busy", 503), response("busy", 503), response('{"employees": 1}')])
    )
    waits = []
    ran = asked.run("Enrich companies", {"symbols": ["KO"]})
    while ran.row.status == "WAITING":
        execution = ran.one("ask", "company:1")
        waits.append((execution.due_at - execution.attempt_started_at).total_seconds())
        ran = asked.go_on(ran)
    assert waits == [pytest.approx(1, abs=0.9), pytest.approx(3, abs=0.9)]
    assert ran.one("ask", "company:1").attempt == 3
    keys = {request.headers["Idempotency-Key"] for request in asked.http.requests}
    assert (len(asked.http.requests), keys) == (3, {ran.one("ask", "company:1").id})
    assert ran.events == LIFE | of_executions(7) | of_iterations(1) | {
        "ActivityExecutionStarted": 9,
        "ActivityExecutionRetrying": 2,
        "RunWaiting": 2,
        "RunResumed": 2,
        "ActivitiesSkipped": 1,
    }


def test_no_more_than_four_companies_are_asked_about_at_once(play: Play) -> None:
    under_way: list[int] = []

    def answer(request: HttpRequest) -> HttpResponse:
        query = "SELECT count(*) AS n FROM loop_iteration WHERE ended_at IS NULL"
        under_way.append(play.harness.query(query)[0].n)
        return response('{"employees": 5}')

    symbols = ["AAPL", "MSFT", "NVDA", "KO", "PEP", "GE", "MMM", "T"]
    ran = play.answering(answer).run("Enrich companies", {"symbols": symbols})
    assert ran.ended == ("COMPLETED", 1 + 8 * 4 + 2)
    assert max(under_way) == 4


@pytest.mark.parametrize(
    ("status", "expected"),
    [(200, {"status": 200, "problem": None}), (404, {"status": 404, "problem": None})],
)
def test_a_page_is_checked_for_its_status(play: Play, status: int, expected: dict[str, Any]) -> None:
    asked = play.answering(lambda request: response("", status))
    ran = asked.run("Check a page")
    assert asked.records("checks") == [{"url": "https://example.com/", **expected}]
    assert ran.ended == ("COMPLETED", 2)
    assert ran.skipped == {"keep_problem": "'Ask for the page' took 'next'"}
    assert ran.events == LIFE | of_executions(2) | {"ActivitiesSkipped": 1}


def test_a_page_that_does_not_answer_is_asked_for_three_times_and_noted(play: Play) -> None:
    asked = play.answering(lambda request: response("busy", 503))
    done = to_the_end(asked, asked.run("Check a page"))
    (check,) = asked.records("checks")
    assert check["status"] is None
    assert check["problem"].startswith("HTTP_STATUS: ")
    assert len(asked.http.requests) == 3
    assert done.ended == ("COMPLETED", 1)
    assert done.skipped == {"keep_status": "'Ask for the page' failed"}
    assert done.one("fetch").exit == "error"
