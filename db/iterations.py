"""Queries of loop iterations, each within one workspace."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_, select

from db.cursors import Order, check_first
from db.database import Database
from db.filters import IterationFilter
from db.pages import beyond, children, owned
from db.records import IterationRecord, Page
from db.rows import EXECUTION, ITERATION, ITERATION_COLUMNS, RUN, iteration_record
from db.texts import is_storable, storable
from engine.status import IterationStatus

ITERATIONS = Order[IterationRecord]("loop iterations", (int,), lambda iteration: (iteration.index,))
"""By index."""

_PLACE = (ITERATION.c.index,)
_INDEXES = range(1, 2**31)
_MAX_TERMS = 200


def iterations_by_ids(
    database: Database, workspace_id: str, ids: Collection[str]
) -> dict[str, IterationRecord]:
    """Give those of the iterations that are the workspace's, by their ids."""
    found = _found(database, workspace_id, ITERATION.c.id.in_(storable(ids)))
    return {iteration.id: iteration for iteration in found}


def iterations_by_index(
    database: Database, workspace_id: str, places: Collection[tuple[str, int]]
) -> dict[tuple[str, int], IterationRecord]:
    """Give iterations by their Loop's execution and their index; those that have not begun are absent."""
    asked: dict[str, set[int]] = defaultdict(set)
    for loop_id, index in places:
        if is_storable(loop_id) and index in _INDEXES:
            asked[loop_id].add(index)
    alike: dict[frozenset[int], list[str]] = defaultdict(list)  # most Loops of a batch are asked for the same
    for loop_id, indexes in asked.items():
        alike[frozenset(indexes)].append(loop_id)
    which = [
        and_(ITERATION.c.loop_id.in_(loops), ITERATION.c.index.in_(all_of)) for all_of, loops in alike.items()
    ]
    found = [
        iteration
        for start in range(0, len(which), _MAX_TERMS)
        for iteration in _found(database, workspace_id, or_(*which[start : start + _MAX_TERMS]))
    ]
    return {(iteration.loop_id, iteration.index): iteration for iteration in found}


def iterations_pages(
    database: Database,
    workspace_id: str,
    loop_ids: Collection[str],
    which: IterationFilter,
    *,
    first: int,
    after: str | None,
) -> dict[str, Page[IterationRecord]]:
    """Give a page of the iterations of each Loop's execution, by the executions' ids.

    Raises:
        BadPage: `first` or `after` is not what a page takes.
    """
    check_first(first)
    conditions = [] if after is None else [beyond(_PLACE, ITERATIONS.key(after), descending=False)]
    if which.statuses is not None:
        conditions.append(ITERATION.c.status.in_([status.value for status in which.statuses]))
    parents = (
        select(EXECUTION.c.id)
        .join(RUN, RUN.c.id == EXECUTION.c.run_id)
        .where(EXECUTION.c.id.in_(storable(loop_ids)), owned(RUN, workspace_id))
    )
    with database.read() as session:
        found = children(
            session,
            parents,
            ITERATION.c.loop_id,
            ITERATION_COLUMNS,
            where=conditions,
            order=_PLACE,
            descending=False,
            limit=first + 1,
        )
    return {
        one: ITERATIONS.page([iteration_record(row) for row in found.get(one, ())], first, after)
        for one in loop_ids
    }


def iteration_statuses(
    database: Database, workspace_id: str, loop_ids: Collection[str]
) -> dict[str, list[IterationStatus]]:
    """Give the statuses of the iterations of each Loop's execution, by index from 1: they begin in that order."""
    query = (
        select(ITERATION.c.loop_id, ITERATION.c.status)
        .join(RUN, RUN.c.id == ITERATION.c.run_id)
        .where(ITERATION.c.loop_id.in_(storable(loop_ids)), owned(RUN, workspace_id))
        .order_by(ITERATION.c.loop_id, ITERATION.c.index)
    )
    found: dict[str, list[IterationStatus]] = defaultdict(list)
    with database.read() as session:
        for loop_id, status in session.execute(query):
            found[loop_id].append(IterationStatus(status))
    return found


def _found(database: Database, workspace_id: str, which: ColumnElement[bool]) -> list[IterationRecord]:
    query = (
        select(*ITERATION_COLUMNS)
        .join(RUN, RUN.c.id == ITERATION.c.run_id)
        .where(which, owned(RUN, workspace_id))
    )
    with database.read() as session:
        return [iteration_record(row) for row in session.execute(query)]
