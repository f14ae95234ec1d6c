"""The records of a run as it was: made of its picture, ids marked with the seq, in the order and pages of the tables."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar

from db.cursors import Order, check_first
from db.executions import EXECUTIONS
from db.filters import ExecutionFilter, IterationFilter
from db.history import PastRun
from db.iterations import ITERATIONS
from db.records import (
    ExecutionRecord,
    IterationRecord,
    LogLineRecord,
    Page,
    QuestionRecord,
    RunRecord,
    StepRecord,
)
from db.research import Attempt
from engine.folding import Row
from engine.status import (
    EmptyReason,
    ExecutionStatus,
    IterationStatus,
    QuestionStatus,
    RunStatus,
    StepKind,
)
from resolvers.loaders import PageOf
from resolvers.marks import as_it_was, unmarked
from resolvers.paging import PageRequest

Item = TypeVar("Item")


class PastRows:
    """What `Past` gives, once the run's picture is there."""

    def __init__(self, past: PastRun) -> None:
        self._past, self._picture, self._seq = past, past.picture, past.picture.seq

    @cached_property
    def run(self) -> RunRecord:
        """Give the run."""
        row = self._picture.run
        rest = {name: value for name, value in row.items() if name not in ("status", "last_seq")}
        plain = RunRecord(
            workspace_id=self._past.workspace_id,
            workflow_id=self._past.workflow_id,
            version_id=self._past.version_id,
            status=RunStatus(row["status"]),
            seq=self._seq,
            state=self._picture.state,
            **rest,
        )
        return as_it_was(plain, self._seq)

    def execution(self, an_id: str) -> ExecutionRecord | None:
        """Give an execution that there was."""
        row = self._picture.executions.get(self._plain(an_id))
        return self._execution(row) if row is not None else None

    def iteration(self, an_id: str) -> IterationRecord | None:
        """Give an iteration that had begun."""
        row = self._picture.iterations.get(self._plain(an_id))
        return self._iteration(row) if row is not None else None

    def turn(self, loop_id: str, index: int) -> IterationRecord | None:
        """Give an iteration that had begun, by its index."""
        turns = self._turns.get(self._plain(loop_id), ())
        place = bisect_right(turns, index - 1, key=lambda row: row["index"])
        found = turns[place] if place < len(turns) else None
        return self._iteration(found) if found is not None and found["index"] == index else None

    def turn_statuses(self, loop_id: str) -> list[IterationStatus] | None:
        """Give where the iterations of a Loop stood, by index; None where none had begun."""
        turns = self._turns.get(self._plain(loop_id))
        return None if turns is None else [IterationStatus(row["status"]) for row in turns]

    def lines(self, execution_id: str) -> list[LogLineRecord]:
        """Give what an execution had reported."""
        plain = self._plain(execution_id)
        return [
            LogLineRecord(execution_id=execution_id, at=row["at"], level=row["level"], message=row["message"])
            for row in self._picture.lines
            if row["execution_id"] == plain
        ]

    def question(self, an_id: str) -> QuestionRecord | None:
        """Give a question that had begun."""
        row = self._picture.questions.get(self._plain(an_id))
        return self._question(row) if row is not None else None

    def step(self, an_id: str) -> StepRecord | None:
        """Give a step that had begun."""
        row = self._picture.steps.get(self._plain(an_id))
        return self._step(row) if row is not None else None

    def questions_of(self, attempt: Attempt) -> list[QuestionRecord]:
        """Give the questions of an attempt of an execution, by index."""
        rows = self._questions.get(self._plain(attempt[0]), ())
        return [self._question(row) for row in rows if row["attempt"] == attempt[1]]

    def steps_of(self, question_id: str) -> list[StepRecord]:
        """Give the steps of a question, by index."""
        return [self._step(row) for row in self._steps.get(self._plain(question_id), ())]

    def executions_of_run(self, asked: PageOf[ExecutionFilter]) -> Page[ExecutionRecord]:
        """Give a page of the run's executions.

        Raises:
            BadPage: The page cannot be given.
        """
        which = asked.which
        around = self._plain(which.iteration_id) if which.iteration_id is not None else None
        rows = self._executions if around is None else self._inside.get(around, ())
        found = (
            self._execution(row)
            for row in _beyond(rows, "created_seq", _start(EXECUTIONS, asked.request))
            if (which.keys is None or row["key"] in which.keys)
            and (which.statuses is None or row["status"] in which.statuses)
        )
        return _page(EXECUTIONS, found, asked.request)

    def executions_of_iteration(self, asked: PageOf[None]) -> Page[ExecutionRecord]:
        """Give a page of the executions directly in an iteration.

        Raises:
            BadPage: The page cannot be given.
        """
        rows = self._inside.get(self._plain(asked.parent_id), ())
        found = map(self._execution, _beyond(rows, "created_seq", _start(EXECUTIONS, asked.request)))
        return _page(EXECUTIONS, found, asked.request)

    def turns_of_loop(self, asked: PageOf[IterationFilter]) -> Page[IterationRecord]:
        """Give a page of the iterations of a Loop.

        Raises:
            BadPage: The page cannot be given.
        """
        statuses = asked.which.statuses
        rows = self._turns.get(self._plain(asked.parent_id), ())
        found = (
            self._iteration(row)
            for row in _beyond(rows, "index", _start(ITERATIONS, asked.request))
            if statuses is None or row["status"] in statuses
        )
        return _page(ITERATIONS, found, asked.request)

    # -- the order of the tables

    @cached_property
    def _executions(self) -> Sequence[Row]:
        return list(self._picture.executions.values())

    @cached_property
    def _inside(self) -> Mapping[str, Sequence[Row]]:
        return _grouped(self._executions, "iteration_id")

    @cached_property
    def _turns(self) -> Mapping[str, Sequence[Row]]:
        turns = sorted(self._picture.iterations.values(), key=lambda row: row["index"])
        return _grouped(turns, "loop_id")

    @cached_property
    def _questions(self) -> Mapping[str, Sequence[Row]]:
        return _grouped(list(self._picture.questions.values()), "execution_id")

    @cached_property
    def _steps(self) -> Mapping[str, Sequence[Row]]:
        return _grouped(list(self._picture.steps.values()), "question_id")

    # -- records

    def _execution(self, row: Row) -> ExecutionRecord:
        typed = {"status": ExecutionStatus(row["status"]), "attempts": row["attempts"] or ()}
        return as_it_was(ExecutionRecord(**{**row, **typed}), self._seq)

    def _iteration(self, row: Row) -> IterationRecord:
        kept = {name: value for name, value in row.items() if name != "collected"}
        return as_it_was(IterationRecord(**{**kept, "status": IterationStatus(row["status"])}), self._seq)

    def _question(self, row: Row) -> QuestionRecord:
        reason = row["empty_reason"]
        typed = {
            "status": QuestionStatus(row["status"]),
            "empty_reason": EmptyReason(reason) if reason is not None else None,
        }
        return as_it_was(QuestionRecord(**{**row, **typed}), self._seq)

    def _step(self, row: Row) -> StepRecord:
        return as_it_was(StepRecord(**{**row, "kind": StepKind(row["kind"])}), self._seq)

    def _plain(self, an_id: str) -> str:
        return unmarked(an_id, self._seq)


def _grouped(rows: Sequence[Row], column: str) -> Mapping[str, Sequence[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def _start(order: Order[Any], request: PageRequest) -> int:
    check_first(request.first)
    place: int = order.key(request.after)[0] if request.after is not None else 0
    return place


def _beyond(rows: Sequence[Row], column: str, place: int) -> Iterator[Row]:
    return islice(rows, bisect_right(rows, place, key=lambda row: row[column]), None)


def _page(order: Order[Item], found: Iterator[Item], request: PageRequest) -> Page[Item]:
    return order.page(list(islice(found, request.first + 1)), request.first, request.after)
