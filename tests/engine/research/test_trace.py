"""The trace of research: what each report makes of the run, and how open things end with their attempt."""

from typing import Any

import pytest

from engine.commands import (
    CancelRun,
    CompleteExecution,
    FailExecution,
    InterruptExecution,
    LoseAttempt,
    ReportResearch,
)
from engine.decision import IllegalCommand, RunCanceling
from engine.errors import ExecutionError
from engine.research.reports import BeginQuestions, BeginStep, EndQuestion, EndStep, ResearchReport
from engine.status import EmptyReason, QuestionStatus, StepKind
from tests.engine.simulation import USER, Simulation, activity, edge, workflow

ERROR = ExecutionError(code="MODEL_UNAVAILABLE", message="Nobody answers.", retryable=True)
DEFINITION = workflow([activity("look", retry={"maxAttempts": 2})], [edge("trigger", "look")])


def begun() -> Simulation:
    simulation = Simulation(DEFINITION)
    simulation.begin()
    simulation.start("look")
    return simulation


def tell(simulation: Simulation, report: ResearchReport) -> Any:
    return simulation.do(ReportResearch(path="", key="look", report=report))


def ask(simulation: Simulation, *ids: str, at_once: int = 10) -> Any:
    return tell(
        simulation, BeginQuestions(questions=[(one, f"What is {one}?") for one in ids], at_once=at_once)
    )


def step(question_id: str, step_id: str) -> BeginStep:
    return BeginStep(
        question_id=question_id, step_id=step_id, kind=StepKind.SEARCH, title="Searched for x", input="x"
    )


def after(simulation: Simulation, seq: int) -> list[tuple[str, str, Any]]:
    return [(one.type.value, one.subject_id, one.data) for one in simulation.events if one.seq > seq]


def test_all_questions_are_told_at_once_and_those_beyond_the_bound_wait() -> None:
    simulation = begun()
    decision = ask(simulation, "q1", "q2", "q3", at_once=2)
    told = [
        (event.type, event.subject, event.data["index"], event.data["status"]) for event in decision.events
    ]
    assert told == [
        ("ResearchQuestionStarted", "question", 1, "RUNNING"),
        ("ResearchQuestionStarted", "question", 2, "RUNNING"),
        ("ResearchQuestionStarted", "question", 3, "PENDING"),
    ]
    assert decision.events[0].data == {
        "id": "q1",
        "executionId": "exe_1",
        "attempt": 1,
        "index": 1,
        "total": 3,
        "question": "What is q1?",
        "status": "RUNNING",
        "answer": None,
        "emptyReason": None,
        "sources": [],
        "usage": None,
    }


def test_a_question_that_waited_is_running_from_its_first_step_on() -> None:
    simulation = begun()
    ask(simulation, "q1", "q2", at_once=1)
    decision = tell(simulation, step("q2", "s1"))
    (event,) = decision.events
    assert event.type == "ResearchStepStarted"
    assert (decision.questions["q2"]["status"], decision.questions["q2"]["seq"]) == ("RUNNING", event.seq)
    assert tell(simulation, step("q2", "s2")).questions == {}


def test_a_step_tells_the_whole_of_itself_when_it_begins_and_when_it_ends() -> None:
    simulation = begun()
    ask(simulation, "q1")
    (began,) = tell(simulation, step("q1", "s1")).events
    (ended,) = tell(simulation, EndStep(question_id="q1", step_id="s1", output={"found": 2})).events
    assert began.data == {
        "id": "s1",
        "questionId": "q1",
        "index": 1,
        "kind": "SEARCH",
        "title": "Searched for x",
        "input": "x",
        "startedAt": began.at,
        "output": None,
        "error": None,
        "endedAt": None,
    }
    assert ended.data == {**began.data, "output": {"found": 2}, "endedAt": ended.at}
    assert (ended.type, ended.subject, ended.subject_id) == ("ResearchStepEnded", "step", "s1")


def test_steps_of_one_question_may_overlap_and_count_on() -> None:
    simulation = begun()
    ask(simulation, "q1")
    tell(simulation, step("q1", "s1"))
    assert tell(simulation, step("q1", "s2")).events[0].data["index"] == 2
    tell(simulation, EndStep(question_id="q1", step_id="s1", error=ERROR))
    assert tell(simulation, step("q1", "s3")).events[0].data["index"] == 3


def test_a_question_ends_with_its_answer_or_with_why_there_is_none() -> None:
    simulation = begun()
    ask(simulation, "q1", "q2")
    source = {"url": "https://a.example", "title": None, "quote": "It is 7."}
    answered = EndQuestion(
        question_id="q1",
        status=QuestionStatus.ANSWERED,
        answer="7",
        sources=[source],
        usage={"model": "m"},
    )
    (event,) = tell(simulation, answered).events
    assert (event.data["status"], event.data["answer"], event.data["sources"]) == ("ANSWERED", "7", [source])
    empty = EndQuestion(
        question_id="q2", status=QuestionStatus.NOT_FOUND, empty_reason=EmptyReason.BUDGET, usage=None
    )
    (event,) = tell(simulation, empty).events
    assert (event.data["status"], event.data["answer"], event.data["emptyReason"]) == (
        "NOT_FOUND",
        None,
        "BUDGET",
    )


def test_nothing_begins_once_the_run_is_canceling_but_what_is_open_may_end() -> None:
    simulation = begun()
    ask(simulation, "q1")
    tell(simulation, step("q1", "s1"))
    simulation.do(CancelRun(actor=USER))
    seq = simulation.state.seq
    with pytest.raises(RunCanceling):
        tell(simulation, step("q1", "s2"))
    tell(simulation, EndStep(question_id="q1", step_id="s1", output=1))
    with pytest.raises(RunCanceling):
        ask(begun_canceled := canceled(), "q9")
    assert begun_canceled.state.status == "CANCELING"
    simulation.do(InterruptExecution(path="", key="look"))
    kinds = [kind for kind, _, _ in after(simulation, seq)]
    assert kinds == [
        "ResearchStepEnded",
        "ResearchQuestionEnded",
        "ActivityExecutionCanceled",
        "RunCanceled",
    ]
    assert after(simulation, seq)[1][2]["status"] == "CANCELED"


def canceled() -> Simulation:
    simulation = begun()
    simulation.do(CancelRun(actor=USER))
    return simulation


@pytest.mark.parametrize(
    ("ending", "code", "status"),
    [
        (FailExecution(path="", key="look", error=ERROR), "MODEL_UNAVAILABLE", "RETRYING"),
        (LoseAttempt(path="", key="look"), "WORKER_LOST", "PENDING"),
    ],
)
def test_what_an_attempt_leaves_open_ends_with_it_before_it(ending: Any, code: str, status: str) -> None:
    simulation = begun()
    ask(simulation, "q1", "q2", "q3", at_once=2)
    answer = EndQuestion(question_id="q1", status=QuestionStatus.ANSWERED, answer="7")
    tell(simulation, answer)
    tell(simulation, step("q2", "s1"))
    seq = simulation.state.seq
    simulation.do(ending)
    found = after(simulation, seq)
    assert [(kind, an_id) for kind, an_id, _ in found[:3]] == [
        ("ResearchStepEnded", "s1"),
        ("ResearchQuestionEnded", "q2"),
        ("ResearchQuestionEnded", "q3"),
    ]
    assert found[0][2]["error"]["code"] == code
    assert [data["status"] for _, _, data in found[1:3]] == ["FAILED", "FAILED"]
    assert simulation.statuses() == {"look": status}


def test_the_next_attempt_begins_a_trace_of_its_own() -> None:
    simulation = begun()
    ask(simulation, "q1")
    simulation.do(LoseAttempt(path="", key="look"))
    simulation.start("look")
    (event,) = ask(simulation, "q2").events
    assert (event.data["attempt"], event.data["index"]) == (2, 1)
    assert list(simulation.state.scopes[""].live["look"].questions) == ["q2"]


@pytest.mark.parametrize(
    "report",
    [
        step("q7", "s1"),
        EndStep(question_id="q1", step_id="s7"),
        EndQuestion(question_id="q7", status=QuestionStatus.ANSWERED),
        BeginQuestions(questions=[("q3", "again?")], at_once=1),
    ],
)
def test_what_is_not_under_way_is_refused(report: ResearchReport) -> None:
    simulation = begun()
    ask(simulation, "q1")
    with pytest.raises(IllegalCommand):
        tell(simulation, report)


def test_a_question_whose_steps_are_under_way_does_not_end() -> None:
    simulation = begun()
    ask(simulation, "q1")
    tell(simulation, step("q1", "s1"))
    with pytest.raises(IllegalCommand, match="steps that are under way"):
        tell(simulation, EndQuestion(question_id="q1", status=QuestionStatus.ANSWERED, answer="7"))


def test_an_execution_that_is_over_or_parked_researches_nothing() -> None:
    simulation = begun()
    simulation.do(FailExecution(path="", key="look", error=ERROR))
    with pytest.raises(IllegalCommand, match="RETRYING"):
        ask(simulation, "q1")


def test_what_is_kept_of_research_is_gone_with_its_questions() -> None:
    simulation = begun()
    ask(simulation, "q1")
    for number in range(50):
        tell(simulation, step("q1", f"s{number}"))
        tell(simulation, EndStep(question_id="q1", step_id=f"s{number}", output="x" * 1000))
    kept = simulation.state.kept()["scopes"][""]["live"]["look"]["questions"]["q1"]
    assert (kept["steps"], kept["open"]) == (50, {})
    tell(simulation, EndQuestion(question_id="q1", status=QuestionStatus.ANSWERED, answer="7"))
    assert "questions" not in simulation.state.kept()["scopes"][""]["live"]["look"]
    simulation.do(CompleteExecution(path="", key="look", outputs={}, exit="next"))
    assert simulation.final
