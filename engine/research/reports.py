"""What an attempt that researches tells of itself: its questions and their steps, begun and ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.errors import ExecutionError
from engine.status import EmptyReason, QuestionStatus, StepKind
from engine.values import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginQuestions:
    """An attempt begins to research these questions, by their ids in their order; `at_once` of them begin now."""

    questions: Sequence[tuple[str, str]]
    at_once: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginStep:
    """A step of a question begins; `input` is what it is given."""

    question_id: str
    step_id: str
    kind: StepKind
    title: str
    input: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class EndStep:
    """A step is over: it gave `output`, or `error` says why it did not."""

    question_id: str
    step_id: str
    output: JsonValue = None
    error: ExecutionError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndQuestion:
    """A question is over; `sources` are {url, title, quote}, `usage` says which model was asked and how much."""

    question_id: str
    status: QuestionStatus
    answer: str | None = None
    empty_reason: EmptyReason | None = None
    sources: Sequence[Mapping[str, str | None]] = ()
    usage: Mapping[str, JsonValue] | None = None


ResearchReport = BeginQuestions | BeginStep | EndStep | EndQuestion
"""What an attempt that researches tells of itself, at once."""
