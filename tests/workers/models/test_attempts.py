"""What a model's failures make of attempts, durable: the real chain, both databases, the real client and protocol."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from db.database import Database
from tests.engine.research.fakes import FakePages, page
from tests.engine.simulation import activity, edge, workflow
from tests.waiting import wait_until
from tests.workers.harness import Harness, NoRecords, check_invariants
from tests.workers.models.openai_server import (
    KEY,
    OpenAIServer,
    answers,
    breaks,
    openai_server,
    reads,
    refuses,
    says,
    status,
)

HOME = "https://acme.example/"
FOUNDED = "Acme was founded in 1987."
RECORD = {"id": "rec_1", "object": "companies", "values": {"name": "Acme", "website": HOME}}


class OneRecord(NoRecords):
    def get(self, record_id: str) -> Mapping[str, Any] | None:
        return RECORD


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with openai_server() as one:
        yield one


@pytest.fixture
def worker(database: Database, server: OpenAIServer) -> Harness:
    made = Harness(database, records=OneRecord())
    made.pages = FakePages(page(HOME, FOUNDED))
    made.models = server.port()
    return made


def looking(**retry: Any) -> dict[str, Any]:
    look = activity("look", "research_record", record="rec_1", questions=["When?"], retry=retry or None)
    return workflow([look], [edge("trigger", "look")])


def steps(worker: Harness) -> list[tuple[int, str, str]]:
    """The attempt, the kind and the error's code of each step, in order."""
    rows = worker.query(
        """SELECT q.attempt, s.kind, s.error FROM research_step s JOIN research_question q ON q.id = s.question_id
        ORDER BY s.seq"""
    )
    codes = ("MODEL_UNAVAILABLE", "MODEL_REFUSED", "MODEL_REJECTED")
    return [
        (row.attempt, row.kind, next((code for code in codes if code in str(row.error)), "")) for row in rows
    ]


def again(worker: Harness, run_id: str) -> None:
    """Lets the next attempt be made once it is due."""

    def made() -> bool:
        (row,) = worker.query("SELECT id, attempt FROM activity_execution")
        worker.hints.append((run_id, row.id))
        worker.work()
        return bool(worker.query("SELECT attempt FROM activity_execution")[0].attempt > row.attempt)

    wait_until(made)


def test_a_killed_connection_is_a_step_an_attempt_and_then_an_answer(
    worker: Harness, server: OpenAIServer
) -> None:
    server.replies = [reads(HOME), breaks, reads(HOME), answers("1987", (HOME, FOUNDED))]
    run_id = worker.run(looking(backoffSeconds=0.001))
    assert worker.statuses(run_id) == {"look": "RETRYING"}
    again(worker, run_id)
    assert steps(worker) == [
        (1, "THINK", ""),
        (1, "READ_PAGE", ""),
        (1, "THINK", "MODEL_UNAVAILABLE"),
        (2, "THINK", ""),
        (2, "READ_PAGE", ""),
        (2, "THINK", ""),
        (2, "ANSWER", ""),
    ]
    run = worker.row(run_id)
    assert (run.status, run.credits_used) == ("COMPLETED", 10)
    check_invariants(worker, run_id)


def test_a_rate_limit_is_waited_for_as_long_as_the_server_asks(worker: Harness, server: OpenAIServer) -> None:
    server.replies = [status("429 Too Many Requests", **{"Retry-After": "120"})]
    run_id = worker.run(looking())
    (row,) = worker.query("SELECT status, due_at, error FROM activity_execution")
    assert row.status == "RETRYING" and "MODEL_UNAVAILABLE" in str(row.error)
    due = row.due_at if isinstance(row.due_at, datetime) else datetime.fromisoformat(f"{row.due_at}+00:00")
    assert timedelta(seconds=90) < due - worker.database.now() <= timedelta(seconds=120)
    assert steps(worker) == [(1, "THINK", "MODEL_UNAVAILABLE")]
    check_invariants(worker, run_id)


def test_a_refusal_is_an_empty_answer_that_is_paid_for(worker: Harness, server: OpenAIServer) -> None:
    server.replies = [refuses()]
    run_id = worker.run(looking())
    run = worker.row(run_id)
    assert (run.status, run.credits_used) == ("COMPLETED", 10)
    assert steps(worker) == [(1, "THINK", "MODEL_REFUSED"), (1, "ANSWER", "")]
    (question,) = worker.query("SELECT status, empty_reason FROM research_question")
    assert tuple(question) == ("NOT_FOUND", "BLOCKED")
    check_invariants(worker, run_id)


def test_a_key_that_is_not_accepted_fails_the_run_at_once(worker: Harness, server: OpenAIServer) -> None:
    server.replies = [status("401 Unauthorized")]
    run_id = worker.run(looking())
    run = worker.row(run_id)
    assert (run.status, run.credits_used) == ("FAILED", 0)
    assert "MODEL_REJECTED" in str(run.error)
    assert steps(worker) == [(1, "THINK", "MODEL_REJECTED")]
    check_invariants(worker, run_id)


def test_a_prompt_is_completed_and_shows_its_usage(worker: Harness, server: OpenAIServer) -> None:
    server.replies = [says("Good morning.")]
    run_id = worker.run(
        workflow([activity("say", "prompt_completion", prompt="Greet me")], [edge("trigger", "say")])
    )
    assert worker.row(run_id).credits_used == 1
    (row,) = worker.query("SELECT outputs, result FROM activity_execution")
    assert "Good morning." in str(row.outputs) and "inputTokens" in str(row.result)
    assert KEY not in str(worker.query("SELECT * FROM run_event"))
    check_invariants(worker, run_id)
