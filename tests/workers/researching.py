"""An attempt in the hands of a test, which reports research step by step as a worker would."""

from collections.abc import Mapping
from typing import Any

from db.ids import new_id
from engine.commands import Command, CompleteExecution, FailExecution, ReportResearch, StartExecution
from engine.decision import Started
from engine.errors import ExecutionError
from engine.research.reports import BeginQuestions, BeginStep, EndQuestion, EndStep, ResearchReport
from engine.status import EmptyReason, QuestionStatus, StepKind
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import Harness
from workers.run_session import RunSession

ONE = workflow([activity("look"), activity("after")], [edge("trigger", "look"), edge("look", "after")])
SOURCE = {"url": "https://example.com/about", "title": "About", "quote": "Founded in 1999."}
USAGE = {"model": "extractive"}
BROKEN = ExecutionError(code="CONNECTION_FAILED", message="It broke.", retryable=True)


class Researching:
    """Holds the first activity of a run."""

    def __init__(
        self, harness: Harness, definition: Mapping[str, Any] = ONE, run_id: str | None = None
    ) -> None:
        """Of a run that is given, the hint must be the oldest."""
        self.harness = harness
        self.run_id = run_id or harness.begin(harness.publish(definition)).run.id
        self.held = self.claim()

    def claim(self) -> Started:
        """Begin an attempt, as a worker does that took the hint."""
        _, execution_id = self.harness.hints.popleft()
        opened = self.harness.chain.sessions.open(self.run_id)
        assert opened is not None
        self.session: RunSession = opened
        place = opened.place_of(execution_id)
        assert place is not None
        held = opened.commit(StartExecution(path=place[0], key=place[1].key), None, keep=True)
        assert held is not None
        return held

    def report(self, report: ResearchReport) -> None:
        self.session.report(self.held, ReportResearch(path="", key=self.held.activity.key, report=report))

    def ask(self, *questions: str, at_once: int = 10) -> list[str]:
        ids = [new_id("rsq") for _ in questions]
        self.report(BeginQuestions(questions=list(zip(ids, questions, strict=True)), at_once=at_once))
        return ids

    def begin(self, question_id: str, kind: StepKind = StepKind.READ_PAGE, title: str = "Read it") -> str:
        step_id = new_id("rss")
        told = BeginStep(question_id=question_id, step_id=step_id, kind=kind, title=title, input={"url": "x"})
        self.report(told)
        return step_id

    def end(self, question_id: str, step_id: str, error: ExecutionError | None = None) -> None:
        output = {"characters": 12} if error is None else None
        self.report(EndStep(question_id=question_id, step_id=step_id, output=output, error=error))

    def step(self, question_id: str, error: ExecutionError | None = None) -> str:
        step_id = self.begin(question_id)
        self.end(question_id, step_id, error)
        return step_id

    def answer(self, question_id: str, answer: str = "1999") -> None:
        told = EndQuestion(
            question_id=question_id,
            status=QuestionStatus.ANSWERED,
            answer=answer,
            sources=[SOURCE],
            usage=USAGE,
        )
        self.report(told)

    def nothing(self, question_id: str, reason: EmptyReason = EmptyReason.NOT_FOUND) -> None:
        told = EndQuestion(
            question_id=question_id, status=QuestionStatus.NOT_FOUND, empty_reason=reason, usage=USAGE
        )
        self.report(told)

    def settle(self, command: Command) -> None:
        """End the attempt, and do what follows."""
        following = self.session.commit(command, self.held, keep=False)
        assert following is None
        self.harness.work()

    def complete(self) -> None:
        self.settle(CompleteExecution(path="", key=self.held.activity.key, outputs={"value": 1}, exit="next"))

    def fail(self, error: ExecutionError = BROKEN) -> None:
        self.settle(FailExecution(path="", key=self.held.activity.key, error=error))
