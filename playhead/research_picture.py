"""What the terminal shows of research: the questions of an execution, and what each of them is doing. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

RESEARCH_FIELDS: Final = """
      ... on ResearchQuestion { id index attempt asked: question questionStatus: status answer emptyReason sources { url }
        execution { id } }
      ... on ResearchStep { id kind title endedAt error { code } question { id } }
"""
"""What the picture is folded from, of a change."""

RESULTS_SHOWN: Final = 5
"""How many answers a loop shows: the latest."""


@dataclass(slots=True, kw_only=True)
class QuestionLine:
    """A question, and the steps on the way to its answer."""

    index: int
    question: str
    status: str = "PENDING"
    answer: str | None = None
    empty_reason: str | None = None
    source: str | None = None
    steps: int = 0
    doing: str = ""

    @property
    def ended(self) -> bool:
        """Whether it is final."""
        return self.status not in ("PENDING", "RUNNING")

    @property
    def result(self) -> str:
        """What came of it, in a few words."""
        if self.answer is not None:
            return f"{self.answer} ({self.source})" if self.source else self.answer
        return self.empty_reason or self.status


@dataclass(slots=True)
class Research:
    """The questions of an execution's latest attempt, by id."""

    attempt: int = 0
    questions: dict[str, QuestionLine] = field(default_factory=dict)

    def take_question(self, change: Mapping[str, Any]) -> QuestionLine:
        """Folds a question in; one of a newer attempt leaves those before it behind."""
        if change["attempt"] > self.attempt:
            self.attempt, self.questions = change["attempt"], {}
        line = self.questions.setdefault(
            change["id"], QuestionLine(index=change["index"], question=change["asked"])
        )
        line.status, line.answer = change["questionStatus"], change["answer"]
        line.empty_reason = change["emptyReason"]
        line.source = change["sources"][0]["url"] if change["sources"] else None
        return line

    def take_step(self, change: Mapping[str, Any]) -> QuestionLine | None:
        """Folds a step in; None where its question is of an attempt before."""
        line = self.questions.get(change["question"]["id"])
        if line is None:
            return None
        if change["endedAt"] is None:
            line.status, line.steps, line.doing = "RUNNING", line.steps + 1, change["title"]
        return line
