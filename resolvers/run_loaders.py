"""What is in a run, as it is asked for: by the tables' loaders for the present, by a `Past` for a moment before."""

from collections.abc import Awaitable, Iterable, Sequence
from typing import Protocol, TypeVar

from db.filters import ExecutionFilter, IterationFilter
from db.records import (
    ExecutionRecord,
    IterationRecord,
    LateResultRecord,
    LogLineRecord,
    Page,
    QuestionRecord,
    RunRecord,
    StepRecord,
)
from db.research import Attempt
from engine.status import IterationStatus
from resolvers.loaders import PageOf

Key_contra = TypeVar("Key_contra", contravariant=True)
Row_co = TypeVar("Row_co", covariant=True)


class Loads(Protocol[Key_contra, Row_co]):
    """Loads a row by its key."""

    def load(self, key: Key_contra, /) -> Awaitable[Row_co]:
        """Load one."""
        ...

    def load_many(self, keys: Iterable[Key_contra], /) -> Awaitable[Sequence[Row_co]]:
        """Load several, in the order of their keys."""
        ...


class RunLoaders(Protocol):
    """The loaders of what is in a run. An unknown id loads as None, an unknown parent as a page without rows."""

    @property
    def runs(self) -> Loads[str, RunRecord | None]:
        """By id."""
        ...

    @property
    def executions(self) -> Loads[str, ExecutionRecord | None]:
        """By id."""
        ...

    @property
    def iterations(self) -> Loads[str, IterationRecord | None]:
        """By id."""
        ...

    @property
    def turns(self) -> Loads[tuple[str, int], IterationRecord | None]:
        """By their Loop's execution and their index."""
        ...

    @property
    def turn_statuses(self) -> Loads[str, Sequence[IterationStatus] | None]:
        """Of the iterations that have begun, by their Loop's execution; in the order of their indexes, from 1."""
        ...

    @property
    def logs(self) -> Loads[str, Sequence[LogLineRecord] | None]:
        """By execution."""
        ...

    @property
    def questions(self) -> Loads[str, QuestionRecord | None]:
        """By id."""
        ...

    @property
    def steps(self) -> Loads[str, StepRecord | None]:
        """By id."""
        ...

    @property
    def questions_of_attempts(self) -> Loads[Attempt, Sequence[QuestionRecord] | None]:
        """By an attempt of their execution."""
        ...

    @property
    def steps_of_questions(self) -> Loads[str, Sequence[StepRecord] | None]:
        """By question."""
        ...

    @property
    def late_results(self) -> Loads[str, Sequence[LateResultRecord] | None]:
        """By execution."""
        ...

    @property
    def executions_of_runs(self) -> Loads[PageOf[ExecutionFilter], Page[ExecutionRecord]]:
        """By run."""
        ...

    @property
    def executions_of_iterations(self) -> Loads[PageOf[None], Page[ExecutionRecord]]:
        """By iteration."""
        ...

    @property
    def turns_of_loops(self) -> Loads[PageOf[IterationFilter], Page[IterationRecord]]:
        """By their Loop's execution."""
        ...
