"""The two tools of an agent, within a budget: each use is a step of the trace, told when it begins and when it ends."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from engine.errors import ExecutionError
from engine.model import Step
from engine.passages.page import Page
from engine.ports import Clock, PortError
from engine.research.addresses import Addresses, shown
from engine.research.budget import BudgetUsed, ToolFailed
from engine.research.ports import Hit, Pages, Search, Trace
from engine.status import StepKind
from engine.values import JsonValue

HITS = 8
"""How many pages a search gives."""

MAX_QUERY = 400
"""Characters of a query: a search is no way to carry a page away."""

EXCERPT = 600
"""Characters of a page that its step shows."""

NOT_OFFERED = ExecutionError(
    code="ADDRESS_NOT_OFFERED",
    message="This address was neither given, nor found by a search, nor linked from a page that was read.",
    hint="Put pages that are to be read into `startUrls`.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the questions of an attempt share: ports, and until when they may take."""

    search: Search
    pages: Pages
    trace: Trace
    clock: Clock
    deadline: datetime


class Toolbox:
    """The tools of one question, as `engine.model.Tools`."""

    def __init__(self, means: Means, question_id: str, seeds: Sequence[str], max_steps: int) -> None:
        self._means, self._question_id = means, question_id
        self._lock = threading.Lock()
        self._left = max_steps
        self._read: dict[str, Page] = {}
        self._known = Addresses(seeds)
        self.seeds = tuple(seeds)
        self.failures: list[ExecutionError] = []

    @property
    def searches(self) -> bool:
        """Say whether there is a search."""
        return self._means.search.name is not None

    @property
    def pages(self) -> Sequence[Page]:
        """Give the pages that were read so far."""
        with self._lock:
            return tuple(self._read.values())

    @property
    def seconds_left(self) -> float:
        """Give how long the question may still take."""
        return max(0.0, (self._means.deadline - self._means.clock.now()).total_seconds())

    def search(self, query: str) -> Sequence[Hit]:
        """Search for pages; see `engine.model.Tools`."""
        asked = " ".join(query.split())[:MAX_QUERY]
        self._spend()
        with self._tool(StepKind.SEARCH, f"Searched for “{asked}”", {"query": asked}) as step:
            hits = self._means.search.find(asked, HITS)
            self._known.add(hit.url for hit in hits)
            step.output = {
                "provider": self._means.search.name,
                "results": [{"url": hit.url, "title": hit.title, "snippet": hit.snippet} for hit in hits],
            }
        return hits

    def read(self, url: str) -> Page:
        """Read a page; see `engine.model.Tools`."""
        self._spend()
        with self._tool(StepKind.READ_PAGE, f"Read {shown(url)}", {"url": url[:2000]}) as step:
            if url not in self._known:
                raise PortError(NOT_OFFERED.code, NOT_OFFERED.message, hint=NOT_OFFERED.hint)
            page = self._means.pages.read(url)
            self._known.add(link.url for link in page.links)
            with self._lock:
                self._read[page.url] = page
            step.output = {
                "url": page.url,
                "title": page.title,
                "characters": len(page.text),
                "links": len(page.links),
                "excerpt": page.text[:EXCERPT],
            }
        return page

    def site_maps(self, url: str) -> Sequence[str]:
        """Give the addresses of the maps of a site; they may be read."""
        found = self._means.pages.site_maps(url)
        self._known.add(found)
        return found

    @contextmanager
    def think(self, title: str, given: JsonValue) -> Iterator[Step]:
        """Do something that is shown as a thought; a failure of it is the agent's."""
        self._check_time()
        with self._step(StepKind.THINK, title, given) as step:
            yield step

    @contextmanager
    def answer(self, given: JsonValue) -> Iterator[Step]:
        """Give the answer: always the last step, which no budget prevents."""
        with self._step(StepKind.ANSWER, "Answered", given) as step:
            yield step

    def _spend(self) -> None:
        self._check_time()
        with self._lock:
            if self._left <= 0:
                raise BudgetUsed("steps")
            self._left -= 1

    def _check_time(self) -> None:
        if self.seconds_left <= 0:
            raise BudgetUsed("time")

    @contextmanager
    def _tool(self, kind: StepKind, title: str, given: JsonValue) -> Iterator[Step]:
        """A step whose failure the agent is told of, and goes on without."""
        try:
            with self._step(kind, title, given) as step:
                yield step
        except PortError as error:
            failure = error.as_error()
            with self._lock:
                self.failures.append(failure)
            raise ToolFailed(failure) from error

    @contextmanager
    def _step(self, kind: StepKind, title: str, given: JsonValue) -> Iterator[Step]:
        """A step told; what else is raised than a port's failure ends the attempt, and the step with it."""
        trace, step = self._means.trace, Step()
        step_id = trace.begin_step(self._question_id, kind, title, given)
        try:
            yield step
        except PortError as error:
            trace.end_step(self._question_id, step_id, error=error.as_error())
            raise
        trace.end_step(self._question_id, step_id, output=step.output)
