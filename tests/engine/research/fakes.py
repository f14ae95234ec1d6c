"""A web that tests hold in their hand, a trace that they can read, and models that do as they are told."""

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import ExecutionError
from engine.model import Completion, Finding, Model, Prompt, Task, Tools
from engine.passages.page import Link, Page
from engine.ports import PortError
from engine.research.ports import Hit
from engine.status import StepKind


def page(url: str, text: str, *links: str, title: str = "") -> Page:
    return Page(
        url=url, title=title, text=text, links=tuple(Link(one, one.rpartition("/")[2]) for one in links)
    )


class FakePages:
    """Pages by their addresses; any other is not there. Keeps what was asked for."""

    def __init__(self, *pages: Page, maps: Mapping[str, Sequence[str]] | None = None) -> None:
        self.pages: dict[str, Page | Exception] = {one.url: one for one in pages}
        self.maps = maps or {}
        self.asked: list[str] = []

    def read(self, url: str) -> Page:
        self.asked.append(url)
        found = self.pages.get(url)
        if isinstance(found, Exception):
            raise found
        if found is None:
            raise PortError("PAGE_STATUS", f"{url} answered 404", detail={"status": 404})
        return found

    def site_maps(self, url: str) -> Sequence[str]:
        return self.maps.get(url, ())


class FakeSearch:
    """Finds these, whatever is asked; without any, there is no search."""

    def __init__(self, *hits: Hit, failure: PortError | None = None) -> None:
        self.hits, self.failure = hits, failure
        self.name: str | None = "fake" if hits or failure else None
        self.queries: list[str] = []

    def find(self, query: str, limit: int) -> Sequence[Hit]:
        self.queries.append(query)
        if self.failure is not None:
            raise self.failure
        return self.hits[:limit]


@dataclass
class FakeModel:
    """Answers as the test says."""

    name: str = "fake:model"
    completes: Callable[[Prompt], Completion] | None = None
    researches: Callable[[Task, Tools], Finding] | None = None
    prompts: list[Prompt] = field(default_factory=list)

    def complete(self, prompt: Prompt) -> Completion:
        self.prompts.append(prompt)
        assert self.completes is not None
        return self.completes(prompt)

    def research(self, task: Task, tools: Tools) -> Finding:
        assert self.researches is not None
        return self.researches(task, tools)


@dataclass
class FakeModels:
    """The operator's model, or none."""

    mine: FakeModel | None = None
    asked: list[str | None] = field(default_factory=list)

    def model(self, name: str | None = None) -> Model | None:
        self.asked.append(name)
        return self.mine


@dataclass
class Told:
    """A step as the trace has it."""

    question: str
    kind: StepKind
    title: str
    given: Any
    output: Any = None
    error: ExecutionError | None = None
    ended: bool = False


class FakeTrace:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.questions: dict[str, dict[str, Any]] = {}
        self.steps: dict[str, Told] = {}
        self.before_step: Callable[[StepKind, str], None] = lambda kind, title: None
        self._numbers, self._lock = itertools.count(1), threading.Lock()

    def begin(self, questions: Sequence[str], at_once: int) -> Sequence[str]:
        ids = [f"q{number}" for number in range(1, len(questions) + 1)]
        self.questions = {one: {"question": text} for one, text in zip(ids, questions, strict=True)}
        return ids

    def begin_step(self, question_id: str, kind: StepKind, title: str, given: Any) -> str:
        self.before_step(kind, title)
        with self._lock:
            step_id = f"s{next(self._numbers)}"
            self.steps[step_id] = Told(question_id, kind, title, given)
        return step_id

    def end_step(
        self, question_id: str, step_id: str, *, output: Any = None, error: ExecutionError | None = None
    ) -> None:
        step = self.steps[step_id]
        assert step.question == question_id and not step.ended
        step.output, step.error, step.ended = output, error, True

    def end_question(self, question_id: str, **told: Any) -> None:
        self.questions[question_id].update(told)

    def side_by_side(self, work: Sequence[Callable[[], None]], at_once: int) -> None:
        for one in work:
            one()

    def told(self, question_id: str = "q1") -> list[tuple[str, str]]:
        """The steps of a question: kind and title."""
        return [(step.kind.value, step.title) for step in self.steps.values() if step.question == question_id]
