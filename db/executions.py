"""Queries of activity executions, each within one workspace."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, select

from db.cursors import Order, check_first
from db.database import Database
from db.filters import ExecutionFilter
from db.pages import beyond, children, owned
from db.records import ExecutionRecord, LogLineRecord, Page
from db.rows import (
    EXECUTION,
    EXECUTION_COLUMNS,
    ITERATION,
    LOG_LINE,
    LOG_LINE_COLUMNS,
    RUN,
    execution_record,
    log_line_record,
)
from db.texts import storable

EXECUTIONS = Order[ExecutionRecord]("activity executions", (int,), lambda execution: (execution.created_seq,))
"""By the event that created them."""

_PLACE = (EXECUTION.c.created_seq,)


def executions_by_ids(
    database: Database, workspace_id: str, ids: Collection[str]
) -> dict[str, ExecutionRecord]:
    """Give those of the executions that are the workspace's, by their ids."""
    query = _of_workspace(select(*EXECUTION_COLUMNS), workspace_id, ids)
    with database.read() as session:
        return {row.id: execution_record(row) for row in session.execute(query)}


def executions_pages(
    database: Database,
    workspace_id: str,
    run_ids: Collection[str],
    which: ExecutionFilter,
    *,
    first: int,
    after: str | None,
) -> dict[str, Page[ExecutionRecord]]:
    """Give a page of each run's executions, by the runs' ids; a run that is not the workspace's has none.

    Raises:
        BadPage: `first` or `after` is not what a page takes.
    """
    parents = select(RUN.c.id).where(RUN.c.id.in_(storable(run_ids)), owned(RUN, workspace_id))
    return _pages(
        database, parents, run_ids, EXECUTION.c.run_id, _conditions(which), first=first, after=after
    )


def executions_of_iterations(
    database: Database, workspace_id: str, iteration_ids: Collection[str], *, first: int, after: str | None
) -> dict[str, Page[ExecutionRecord]]:
    """Give a page of the executions directly in each iteration, by the iterations' ids.

    Raises:
        BadPage: `first` or `after` is not what a page takes.
    """
    parents = (
        select(ITERATION.c.id)
        .join(RUN, RUN.c.id == ITERATION.c.run_id)
        .where(ITERATION.c.id.in_(storable(iteration_ids)), owned(RUN, workspace_id))
    )
    return _pages(database, parents, iteration_ids, EXECUTION.c.iteration_id, (), first=first, after=after)


def inputs_by_execution_ids(database: Database, workspace_id: str, ids: Collection[str]) -> Mapping[str, Any]:
    """Give what each of the executions was given, by their ids; None before the first start."""
    query = _of_workspace(select(EXECUTION.c.id, EXECUTION.c.inputs), workspace_id, ids)
    with database.read() as session:
        return {row.id: row.inputs for row in session.execute(query)}


def log_lines_by_execution_ids(
    database: Database, workspace_id: str, ids: Collection[str]
) -> dict[str, list[LogLineRecord]]:
    """Give the lines that each of the executions reported, in order, by their ids."""
    query = (
        select(*LOG_LINE_COLUMNS)
        .join(RUN, RUN.c.id == LOG_LINE.c.run_id)
        .where(LOG_LINE.c.execution_id.in_(storable(ids)), owned(RUN, workspace_id))
        .order_by(LOG_LINE.c.execution_id, LOG_LINE.c.seq)
    )
    found: dict[str, list[LogLineRecord]] = {one: [] for one in ids}
    with database.read() as session:
        for row in session.execute(query):
            found[row.execution_id].append(log_line_record(row))
    return found


def _of_workspace(query: Select[Any], workspace_id: str, ids: Collection[str]) -> Select[Any]:
    joined = query.join(RUN, RUN.c.id == EXECUTION.c.run_id)
    return joined.where(EXECUTION.c.id.in_(storable(ids)), owned(RUN, workspace_id))


def _pages(
    database: Database,
    parents: Select[Any],
    ids: Collection[str],
    link: Column[Any],
    conditions: Sequence[ColumnElement[bool]],
    *,
    first: int,
    after: str | None,
) -> dict[str, Page[ExecutionRecord]]:
    check_first(first)
    start = [] if after is None else [beyond(_PLACE, EXECUTIONS.key(after), descending=False)]
    with database.read() as session:
        found = children(
            session,
            parents,
            link,
            EXECUTION_COLUMNS,
            where=[*conditions, *start],
            order=_PLACE,
            descending=False,
            limit=first + 1,
        )
    return {
        one: EXECUTIONS.page([execution_record(row) for row in found.get(one, ())], first, after)
        for one in ids
    }


def _conditions(which: ExecutionFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.keys is not None:
        found.append(EXECUTION.c.key.in_(storable(which.keys)))
    if which.statuses is not None:
        found.append(EXECUTION.c.status.in_([status.value for status in which.statuses]))
    if which.iteration_id is not None:
        found.append(EXECUTION.c.iteration_id.in_(storable([which.iteration_id])))
    return found
