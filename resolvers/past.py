"""A run as it was right after an event: its loaders, in the place of those that read the tables."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from db.records import (
    ExecutionRecord,
    IterationRecord,
    LateResultRecord,
    LogLineRecord,
    QuestionRecord,
    RunRecord,
    StepRecord,
)
from db.research import Attempt
from engine.status import IterationStatus
from live.errors import SeqUnknown
from resolvers.context import Context
from resolvers.past_rows import PastRows

Key = TypeVar("Key")
Row = TypeVar("Row")


class Known(Generic[Key, Row]):
    """Loads what is known already."""

    def __init__(self, find: Callable[[Key], Row]) -> None:
        self._find = find

    async def load(self, key: Key, /) -> Row:
        """Load one."""
        return self._find(key)

    async def load_many(self, keys: Iterable[Key], /) -> list[Row]:
        """Load several, in the order of their keys."""
        return [self._find(key) for key in keys]


class Past:
    """What a run was: `RunLoaders` whose ids bear the mark of the seq, in and out. It lasts as long as what it is shown in."""

    def __init__(self, rows: PastRows) -> None:
        self.runs: Known[str, RunRecord | None] = Known(
            lambda an_id: rows.run if an_id == rows.run.id else None
        )
        self.executions: Known[str, ExecutionRecord | None] = Known(rows.execution)
        self.iterations: Known[str, IterationRecord | None] = Known(rows.iteration)
        self.turns: Known[tuple[str, int], IterationRecord | None] = Known(lambda place: rows.turn(*place))
        self.turn_statuses: Known[str, list[IterationStatus] | None] = Known(rows.turn_statuses)
        self.logs: Known[str, list[LogLineRecord] | None] = Known(rows.lines)
        self.questions: Known[str, QuestionRecord | None] = Known(rows.question)
        self.steps: Known[str, StepRecord | None] = Known(rows.step)
        self.questions_of_attempts: Known[Attempt, list[QuestionRecord] | None] = Known(rows.questions_of)
        self.steps_of_questions: Known[str, list[StepRecord] | None] = Known(rows.steps_of)
        self.late_results: Known[str, list[LateResultRecord] | None] = Known(lambda _: None)  # in no log
        self.executions_of_runs = Known(rows.executions_of_run)
        self.executions_of_iterations = Known(rows.executions_of_iteration)
        self.turns_of_loops = Known(rows.turns_of_loop)
        self.run = rows.run


async def run_at(context: Context, run_id: str, seq: int) -> Past | None:
    """Give a run as it was after an event, or None where the workspace has no such run.

    Raises:
        SeqUnknown: The run has no such event.
    """
    run = await context.loaders.runs.load(run_id)
    if run is None:
        return None
    past = await past_of(context, run_id, seq)
    if past is None:
        raise SeqUnknown(run_id, seq)
    return past


async def past_of(context: Context, run_id: str, seq: int) -> Past | None:
    """Give a run as it was after an event, or None where the workspace has no such run, or the run no such event."""
    found = await context.loaders.pasts.load((run_id, seq))
    return None if found is None else Past(PastRows(found))
