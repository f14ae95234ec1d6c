"""The trace of a research activity: its questions and their steps, begun and ended, each an event of its own.

The state holds the questions that are not final: what it takes to tell the whole of one when it changes, and to end it
with its attempt. All else is in the log.
"""

from typing import Any, assert_never

from engine.decision import IllegalCommand, RunCanceling
from engine.errors import ExecutionError
from engine.events import EventType, Subject
from engine.research.reports import BeginQuestions, BeginStep, EndQuestion, EndStep, ResearchReport
from engine.state import LiveExecution
from engine.status import ExecutionStatus, QuestionStatus, RunStatus
from engine.turn import Turn

Data = dict[str, Any]


def report(turn: Turn, live: LiveExecution, told: ResearchReport) -> None:
    """Say what an attempt reports of its research.

    Raises:
        RunCanceling: Something would begin in a run that is canceling.
        IllegalCommand: The attempt is not under way, or the question or step is not.
    """
    if live.status is not ExecutionStatus.RUNNING:
        raise IllegalCommand(f"{live.id} is {live.status}, it researches nothing")
    if isinstance(told, BeginQuestions | BeginStep) and turn.state.status is RunStatus.CANCELING:
        raise RunCanceling(f"run {turn.state.run_id} is canceling, nothing begins in {live.id}")
    match told:
        case BeginQuestions():
            _begin_questions(turn, live, told)
        case BeginStep():
            _begin_step(turn, live, told)
        case EndStep():
            error = told.error.as_data() if told.error is not None else None
            _end_step(turn, live, told.question_id, told.step_id, output=told.output, error=error)
        case EndQuestion():
            _end_question(turn, live, told)
        case _:
            assert_never(told)


def end_open(turn: Turn, live: LiveExecution, status: QuestionStatus, error: ExecutionError) -> None:
    """End what an attempt that is over leaves open: steps with why it is over, questions without an answer."""
    for question_id in list(live.questions):
        for step_id in list(live.questions[question_id]["open"]):
            _end_step(turn, live, question_id, step_id, output=None, error=error.as_data())
        question = live.questions.pop(question_id)
        _question_event(turn, EventType.QUESTION_ENDED, _shown(question, status=status.value))


def _begin_questions(turn: Turn, live: LiveExecution, told: BeginQuestions) -> None:
    if live.questions:
        raise IllegalCommand(f"attempt {live.attempt} of {live.id} has questions")
    for index, (question_id, text) in enumerate(told.questions, start=1):
        begins = index <= told.at_once
        question = {
            "id": question_id,
            "executionId": live.id,
            "attempt": live.attempt,
            "index": index,
            "total": len(told.questions),
            "question": text,
            "status": (QuestionStatus.RUNNING if begins else QuestionStatus.PENDING).value,
            "steps": 0,
            "open": {},
        }
        live.questions[question_id] = question
        _question_event(turn, EventType.QUESTION_STARTED, _shown(question))


def _begin_step(turn: Turn, live: LiveExecution, told: BeginStep) -> None:
    question = _open_question(live, told.question_id)
    was_pending = question["status"] == QuestionStatus.PENDING
    step = {
        "id": told.step_id,
        "questionId": told.question_id,
        "index": question["steps"] + 1,
        "kind": told.kind.value,
        "title": told.title,
        "input": told.input,
        "startedAt": turn.now,
    }
    question = {
        **question,
        "status": QuestionStatus.RUNNING.value,
        "steps": step["index"],
        "open": {**question["open"], told.step_id: step},
    }
    live.questions[told.question_id] = question
    seq = _step_event(turn, EventType.STEP_STARTED, {**step, "output": None, "error": None, "endedAt": None})
    if was_pending:
        turn.decision.questions[told.question_id] = {**_shown(question), "seq": seq}


def _end_step(
    turn: Turn, live: LiveExecution, question_id: str, step_id: str, *, output: Any, error: Data | None
) -> None:
    question = _open_question(live, question_id)
    steps = dict(question["open"])
    step = steps.pop(step_id, None)
    if step is None:
        raise IllegalCommand(f"{step_id} is no step of {question_id} that is under way")
    live.questions[question_id] = {**question, "open": steps}
    _step_event(turn, EventType.STEP_ENDED, {**step, "output": output, "error": error, "endedAt": turn.now})


def _end_question(turn: Turn, live: LiveExecution, told: EndQuestion) -> None:
    question = _open_question(live, told.question_id)
    if question["open"]:
        raise IllegalCommand(f"{told.question_id} has steps that are under way")
    del live.questions[told.question_id]
    data = _shown(
        question,
        status=told.status.value,
        answer=told.answer,
        emptyReason=told.empty_reason.value if told.empty_reason is not None else None,
        sources=[dict(one) for one in told.sources],
        usage=dict(told.usage) if told.usage is not None else None,
    )
    _question_event(turn, EventType.QUESTION_ENDED, data)


def _open_question(live: LiveExecution, question_id: str) -> Data:
    question = live.questions.get(question_id)
    if question is None:
        raise IllegalCommand(f"{question_id} is no question of {live.id} that is under way")
    return question


def _shown(question: Data, **changes: Any) -> Data:
    kept = {name: value for name, value in question.items() if name not in ("steps", "open")}
    return {**kept, "answer": None, "emptyReason": None, "sources": [], "usage": None, **changes}


def _question_event(turn: Turn, kind: EventType, data: Data) -> None:
    seq = turn.emit(kind, Subject.QUESTION, data["id"], data)
    turn.decision.questions[data["id"]] = {**data, "seq": seq}


def _step_event(turn: Turn, kind: EventType, data: Data) -> int:
    seq = turn.emit(kind, Subject.STEP, data["id"], data)
    turn.decision.steps[data["id"]] = {**data, "seq": seq}
    return seq
