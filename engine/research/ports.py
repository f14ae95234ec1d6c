"""The ways research may touch the world; `workers/ports` implements them, tests fake them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.errors import ExecutionError
from engine.passages.page import Page
from engine.status import EmptyReason, QuestionStatus, StepKind
from engine.values import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What a search found: a page by its address, and what it says of it."""

    url: str
    title: str
    snippet: str


class Search(Protocol):
    """Finds pages."""

    @property
    def name(self) -> str | None:
        """Name the provider, or None where none is set up: nothing is searched then."""
        ...

    def find(self, query: str, limit: int) -> Sequence[Hit]:
        """Give at most so many pages, the best first.

        Raises:
            PortError: SEARCH_UNAVAILABLE, SEARCH_REJECTED, or what the HTTP port raises.
            Interrupted: The run was canceled meanwhile.
        """
        ...


class Pages(Protocol):
    """Reads pages of the web, as a polite guest; one that was read in this attempt is not asked for again."""

    def read(self, url: str) -> Page:
        """Read a page, or a site's map or feed, which is a page of links.

        Raises:
            PortError: ROBOTS_REFUSED, PAGE_STATUS, PAGE_UNREADABLE, or what the HTTP port raises.
            Interrupted: The run was canceled meanwhile.
        """
        ...

    def site_maps(self, url: str) -> Sequence[str]:
        """Give the addresses where the maps of an address's site are, as its robots.txt says, or where they mostly are."""
        ...


class Trace(Protocol):
    """Tells of an attempt's research at once, step by step. Several threads may use it."""

    def begin(self, questions: Sequence[str], at_once: int) -> Sequence[str]:
        """Tell of the questions, of which so many begin now; give their ids.

        Raises:
            Interrupted: The run is canceling.
        """
        ...

    def begin_step(self, question_id: str, kind: StepKind, title: str, given: JsonValue) -> str:
        """Tell that a step begins; give its id.

        Raises:
            Interrupted: The run is canceling, or another question has ended the attempt: nothing begins any more.
        """
        ...

    def end_step(
        self, question_id: str, step_id: str, *, output: JsonValue = None, error: ExecutionError | None = None
    ) -> None:
        """Tell what came of a step."""
        ...

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
        ...

    def side_by_side(self, work: Sequence[Callable[[], None]], at_once: int) -> None:
        """Do all of the work, so many at once, in its order.

        Where one raises, nothing more begins; once all that goes on has ended, the first error is raised.
        """
        ...
