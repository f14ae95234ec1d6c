"""A Research record activity, durable: what it costs, what a cancel and a lost worker leave, several questions at once."""

import threading
from collections.abc import Mapping
from typing import Any

import pytest

from db.cancel import cancel_run
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.recovery import lose_attempt
from engine.model import Finding, Source, Usage
from engine.passages.page import Page
from engine.ports import PortError
from tests.engine.research.fakes import FakeModel, FakeModels, FakePages, page
from tests.engine.simulation import activity, edge, workflow
from tests.waiting import wait_until
from tests.workers.folded import check_folding
from tests.workers.harness import USER, Harness, NoRecords, check_invariants

HOME = "https://acme.example/"
RECORD = {"id": "rec_1", "object": "companies", "values": {"name": "Acme", "website": HOME}}
FOUNDED = "Acme was founded in 1987 by Jane Doe."
QUESTIONS = ["When was Acme founded?", "What is the name of its office dog?"]


class OneRecord(NoRecords):
    def get(self, record_id: str) -> Mapping[str, Any] | None:
        return RECORD if record_id == "rec_1" else None


class Gate(FakePages):
    """Pages that come when the test lets them."""

    def __init__(self, *pages: Page) -> None:
        super().__init__(*pages)
        self.open = threading.Event()
        self.waiting = 0

    def read(self, url: str) -> Page:
        self.waiting += 1
        assert self.open.wait(20)
        return super().read(url)


def looking(*questions: str, **retry: Any) -> dict[str, Any]:
    look = activity("look", "research_record", record="rec_1", questions=list(questions), retry=retry or None)
    return workflow([look, activity("after")], [edge("trigger", "look"), edge("look", "after")])


def harness(database: Database, pages: FakePages | None = None) -> Harness:
    made = Harness(database, records=OneRecord())
    made.pages = pages or FakePages(page(HOME, f"Acme\n{FOUNDED}"))
    return made


def questions(worker: Harness) -> list[tuple[Any, ...]]:
    query = 'SELECT attempt, "index", status, empty_reason FROM research_question ORDER BY attempt, "index"'
    return [tuple(row) for row in worker.query(query)]


def test_each_question_costs_ten_credits_whatever_its_answer(database: Database) -> None:
    worker = harness(database)
    run_id = worker.run(looking(*QUESTIONS))
    run = worker.row(run_id)
    assert (run.status, run.credits_used) == ("COMPLETED", 21)
    assert questions(worker) == [(1, 1, "ANSWERED", None), (1, 2, "NOT_FOUND", "NOT_FOUND")]
    (outputs,) = worker.query("SELECT outputs FROM activity_execution WHERE key = 'look'")
    assert "1987" in str(outputs) and "null" in str(outputs).lower().replace("none", "null")
    check_invariants(worker, run_id)


def test_an_attempt_that_fails_costs_nothing_and_the_next_has_a_trace_of_its_own(database: Database) -> None:
    worker = harness(database)
    answers = iter([PortError("MODEL_UNAVAILABLE", "Busy.", retryable=True), None])

    def research(task: Any, tools: Any) -> Finding:
        with tools.think("Asked fake:model", {"request": 1}) as step:
            failure = next(answers)
            if failure is not None:
                raise failure
            step.output = {"text": "Read"}
        tools.read(HOME)
        return Finding(
            usage=Usage(model="fake:model"), answer="1987", sources=[Source(url=HOME, quote=FOUNDED)]
        )

    worker.models = FakeModels(FakeModel(researches=research))
    run_id = worker.run(looking("When?", backoffSeconds=0.001))
    assert worker.statuses(run_id) == {"look": "RETRYING"}
    assert questions(worker) == [(1, 1, "FAILED", None)]
    (look,) = worker.query("SELECT id FROM activity_execution")

    def made() -> bool:
        worker.hints.append((run_id, look.id))
        worker.work()
        return len(questions(worker)) == 2

    wait_until(made)
    assert questions(worker) == [(1, 1, "FAILED", None), (2, 1, "ANSWERED", None)]
    steps = worker.query("SELECT kind, error FROM research_step ORDER BY seq")
    assert [row.kind for row in steps] == ["THINK", "THINK", "READ_PAGE", "ANSWER"]
    assert "MODEL_UNAVAILABLE" in str(steps[0].error)
    assert worker.row(run_id).credits_used == 11
    check_invariants(worker, run_id)


def test_a_failed_research_record_costs_nothing(database: Database) -> None:
    worker = harness(database)
    worker.models = FakeModels(FakeModel(researches=_refuse))
    run_id = worker.run(looking("When?", maxAttempts=1))
    run = worker.row(run_id)
    assert (run.status, run.credits_used) == ("FAILED", 0)
    check_invariants(worker, run_id)


def _refuse(task: Any, tools: Any) -> Finding:
    raise PortError("MODEL_REJECTED", "No.")


def test_a_cancel_ends_it_between_two_steps_at_no_cost(database: Database) -> None:
    pages = Gate(page(HOME, "Nothing.", f"{HOME}about"), page(f"{HOME}about", FOUNDED))
    worker = harness(database, pages)
    run_id = worker.begin(worker.publish(looking(*QUESTIONS))).run.id
    working = threading.Thread(target=worker.work)
    working.start()
    wait_until(lambda: pages.waiting == 2)
    cancel_run(database, DEFAULT_WORKSPACE, run_id, USER)
    pages.open.set()
    working.join(20)
    run = worker.row(run_id)
    assert (run.status, run.credits_used) == ("CANCELED", 0)
    assert questions(worker) == [(1, 1, "CANCELED", None), (1, 2, "CANCELED", None)]
    types = worker.types(run_id)
    assert "ResearchStepStarted" not in types[types.index("RunCancelRequested") :]
    assert worker.statuses(run_id) == {"look": "CANCELED"}
    check_folding(database, run_id)


def test_a_worker_that_is_lost_leaves_its_steps_and_its_late_reports_change_nothing(
    database: Database,
) -> None:
    pages = Gate(page(HOME, FOUNDED))
    worker = harness(database, pages)
    run_id = worker.begin(worker.publish(looking(QUESTIONS[0]))).run.id
    working = threading.Thread(target=worker.work)
    working.start()
    wait_until(lambda: pages.waiting == 1)
    (held,) = worker.query("SELECT id, token FROM activity_execution")
    lose_attempt(database, run_id, held.id, held.token)
    other = harness(database)
    other.hints.append((run_id, held.id))
    other.work()
    pages.open.set()
    working.join(20)
    assert questions(worker) == [(1, 1, "FAILED", None), (2, 1, "ANSWERED", None)]
    lost = worker.query("SELECT error FROM research_step ORDER BY seq")[0]
    assert "WORKER_LOST" in str(lost.error)
    assert worker.row(run_id).credits_used == 11
    check_folding(database, run_id)
    assert len(worker.query("SELECT id FROM activity_execution WHERE key = 'look' AND attempt = 2")) == 1


def test_questions_are_researched_side_by_side_within_a_bound(database: Database) -> None:
    pages = Gate(page(HOME, FOUNDED))
    worker = harness(database, pages)
    run_id = worker.begin(worker.publish(looking(*(f"Question {number}?" for number in range(5))))).run.id
    working = threading.Thread(target=worker.work)
    working.start()
    wait_until(lambda: pages.waiting == 3)
    shown = [status for _, _, status, _ in questions(worker)]
    assert shown == ["RUNNING"] * 3 + ["PENDING"] * 2
    pages.open.set()
    working.join(20)
    assert worker.row(run_id).credits_used == 51
    check_invariants(worker, run_id)


def test_where_one_question_fails_the_others_make_no_further_step(database: Database) -> None:
    worker = harness(database)
    failing, failed = threading.Event(), threading.Event()

    def research(task: Any, tools: Any) -> Finding:
        if task.question == "Fail?":
            assert failing.wait(20)
            failed.set()
            raise PortError("MODEL_REJECTED", "No.")
        tools.read(HOME)
        failing.set()
        assert failed.wait(20)
        while True:  # no budget ends this
            with tools.think("Went on", None):
                pass

    worker.models = FakeModels(FakeModel(researches=research))
    run_id = worker.run(looking("Fail?", "Go on?"))
    assert worker.row(run_id).status == "FAILED"
    assert questions(worker) == [(1, 1, "FAILED", None), (1, 2, "FAILED", None)]
    check_invariants(worker, run_id)


@pytest.mark.parametrize("kind", ["classify", "summarize"])
def test_the_other_activities_show_what_they_wrote(database: Database, kind: str) -> None:
    config: dict[str, Any] = {"input": "An invoice."} | (
        {"labels": ["invoice"]} if kind == "classify" else {}
    )
    worker = harness(database)
    run_id = worker.run(workflow([activity("it", kind, **config)], [edge("trigger", "it")]))
    (row,) = worker.query("SELECT status, result FROM activity_execution")
    assert row.status == "COMPLETED" and "extractive" in str(row.result)
    assert worker.row(run_id).credits_used == 1
