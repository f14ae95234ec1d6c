"""Research as it reaches the database: rows as the log says, live, and ended with the attempt."""

import threading
from typing import Any

import pytest

from db.cancel import cancel_run
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.recovery import lose_attempt
from engine.commands import InterruptExecution
from engine.ports import Interrupted
from tests.workers.harness import USER, Harness, check_invariants
from tests.workers.researching import BROKEN, Researching
from workers.abandoned import Abandoned


def questions(harness: Harness) -> list[tuple[object, ...]]:
    rows = harness.query('SELECT attempt, "index", status, answer FROM research_question ORDER BY attempt, 2')
    return [tuple(row) for row in rows]


def test_each_report_is_a_row_and_an_event_that_is_published_at_once(database: Database) -> None:
    harness = Harness(database)
    look = Researching(harness)
    first, second = look.ask("When was it founded?", "Who leads it?", at_once=1)
    look.step(first)
    look.answer(first)
    assert [event.type for event in harness.published][-5:] == [
        "ResearchQuestionStarted",
        "ResearchQuestionStarted",
        "ResearchStepStarted",
        "ResearchStepEnded",
        "ResearchQuestionEnded",
    ]
    look.step(second, BROKEN)
    look.nothing(second)
    assert questions(harness) == [(1, 1, "ANSWERED", "1999"), (1, 2, "NOT_FOUND", None)]
    check_invariants(harness, look.run_id)
    look.complete()
    assert harness.row(look.run_id).status == "COMPLETED"
    check_invariants(harness, look.run_id)


def test_a_cancel_is_found_by_the_next_step_and_by_no_other(database: Database) -> None:
    harness = Harness(database)
    look = Researching(harness)
    (asked,) = look.ask("When?")
    step = look.begin(asked)
    cancel_run(database, DEFAULT_WORKSPACE, look.run_id, USER)
    look.end(asked, step)
    with pytest.raises(Interrupted):
        look.begin(asked)
    look.settle(InterruptExecution(path="", key="look"))
    assert questions(harness) == [(1, 1, "CANCELED", None)]
    run = harness.row(look.run_id)
    assert (run.status, run.credits_used) == ("CANCELED", 0)
    types = harness.types(look.run_id)
    assert "ResearchStepStarted" not in types[types.index("RunCancelRequested") :]


def test_the_steps_of_a_lost_attempt_stay_and_the_next_has_its_own(database: Database) -> None:
    harness = Harness(database)
    look = Researching(harness)
    (asked,) = look.ask("When?")
    look.step(asked)
    look.begin(asked)
    lost = look.held
    lose_attempt(database, look.run_id, lost.id, lost.token)
    harness.hints.append((look.run_id, lost.id))
    with pytest.raises(Abandoned):
        look.begin(asked)
    look.held = look.claim()
    (again,) = look.ask("When?")
    look.step(again)
    look.answer(again)
    look.complete()
    assert questions(harness) == [(1, 1, "FAILED", None), (2, 1, "ANSWERED", "1999")]
    steps = harness.query("SELECT question_id, error, ended_at FROM research_step ORDER BY seq")
    assert [row.question_id for row in steps] == [asked, asked, again]
    assert all(row.ended_at is not None for row in steps)


def test_reports_of_several_threads_all_arrive(database: Database) -> None:
    harness = Harness(database)
    look = Researching(harness)
    asked = look.ask(*(f"Question {number}?" for number in range(4)))

    def research(question_id: str) -> None:
        for _ in range(5):
            look.step(question_id)
        look.answer(question_id)

    threads = [threading.Thread(target=research, args=(one,)) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    look.complete()
    assert len(harness.query("SELECT id FROM research_step")) == 20
    check_invariants(harness, look.run_id)


def test_reports_of_several_threads_are_taken_one_after_the_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a report changes of the session is no thread's to touch while another does."""
    look = Researching(Harness(database))
    asked = look.ask("When?", "Who?")
    keep, meeting, met = look.session._values.keep, threading.Barrier(2), list[int]()

    def keep_alone(*given: Any) -> None:
        try:
            met.append(meeting.wait(0.3))
        except threading.BrokenBarrierError:
            keep(*given)

    monkeypatch.setattr(look.session._values, "keep", keep_alone)
    threads = [threading.Thread(target=look.step, args=(one,)) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert met == []
