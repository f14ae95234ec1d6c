"""The trace port: an attempt tells of its research, from several threads, each step at once."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from db.ids import new_id
from engine.errors import ExecutionError
from engine.ports import Interrupted
from engine.research.reports import BeginQuestions, BeginStep, EndQuestion, EndStep, ResearchReport
from engine.status import EmptyReason, QuestionStatus, StepKind
from engine.values import JsonValue, clean

Tell = Callable[[ResearchReport], None]
"""Keeps what an attempt tells; raises Interrupted where something would begin and the run is canceling."""


class AttemptTrace:
    """Tells of one attempt, as `engine.research.ports.Trace` says."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._failure: BaseException | None = None

    def begin(self, questions: Sequence[str], at_once: int) -> Sequence[str]:
        """Tell of the questions; give their ids."""
        asked = [(new_id("rsq"), _text(question)) for question in questions]
        self._tell(BeginQuestions(questions=asked, at_once=at_once))
        return [question_id for question_id, _ in asked]

    def begin_step(self, question_id: str, kind: StepKind, title: str, given: JsonValue) -> str:
        """Tell that a step begins; give its id.

        Raises:
            Interrupted: The run is canceling, or another question has ended the attempt.
        """
        if self._failure is not None:
            raise Interrupted
        step_id = new_id("rss")
        self._tell(
            BeginStep(
                question_id=question_id, step_id=step_id, kind=kind, title=_text(title), input=clean(given)
            )
        )
        return step_id

    def end_step(
        self, question_id: str, step_id: str, *, output: JsonValue = None, error: ExecutionError | None = None
    ) -> None:
        """Tell what came of a step."""
        self._tell(EndStep(question_id=question_id, step_id=step_id, output=clean(output), error=error))

    def end_question(
        self,
        question_id: str,
        *,
        status: QuestionStatus,
        answer: str | None,
        empty_reason: EmptyReason | None,
        sources: Sequence[Mapping[str, str | None]],
        usage: Mapping[str, JsonValue],
    ) -> None:
        """Tell what came of a question."""
        self._tell(
            EndQuestion(
                question_id=question_id,
                status=status,
                answer=_text(answer) if answer is not None else None,
                empty_reason=empty_reason,
                sources=[
                    {name: _text(part) if part is not None else None for name, part in one.items()}
                    for one in sources
                ],
                usage=usage,
            )
        )

    def side_by_side(self, work: Sequence[Callable[[], None]], at_once: int) -> None:
        """Do all of the work, so many at once; see `engine.research.ports.Trace`."""
        with ThreadPoolExecutor(at_once, thread_name_prefix="research") as pool:
            for one in work:
                pool.submit(copy_context().run, self._do, one)
        if self._failure is not None:
            raise self._failure

    def _do(self, one: Callable[[], None]) -> None:
        if self._failure is not None:
            return
        try:
            one()
        except BaseException as error:  # noqa: BLE001 - the first is raised in the thread that waits
            with self._lock:
                self._failure = self._failure or error


def _text(text: str) -> str:
    return str(clean(text))
