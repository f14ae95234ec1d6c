"""Queries of runs, each within one workspace."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, select

from db.cursors import Order, check_first
from db.database import Database
from db.filters import RunFilter
from db.pages import beyond, children, ordered, owned
from db.records import Page, RunRecord
from db.rows import RUN, RUN_COLUMNS, WORKFLOW, run_record
from db.texts import storable

RUNS = Order[RunRecord]("runs", (datetime, str), lambda run: (run.queued_at, run.id))
"""The newest first."""

_PLACE = (RUN.c.queued_at, RUN.c.id)


def get_run(database: Database, workspace_id: str, run_id: str) -> RunRecord | None:
    """Give a run, or None where the workspace has no such run."""
    return runs_by_ids(database, workspace_id, [run_id]).get(run_id)


def runs_by_ids(database: Database, workspace_id: str, ids: Collection[str]) -> dict[str, RunRecord]:
    """Give those of the runs that are the workspace's, by their ids."""
    query = select(*RUN_COLUMNS).where(RUN.c.id.in_(storable(ids)), owned(RUN, workspace_id))
    with database.read() as session:
        return {row.id: run_record(row) for row in session.execute(query)}


def runs_page(
    database: Database, workspace_id: str, which: RunFilter, *, first: int, after: str | None
) -> Page[RunRecord]:
    """Give a page of the workspace's runs, the newest first.

    Raises:
        BadPage: `first` or `after` is not what a page takes.
    """
    conditions = [RUN.c.workspace_id == workspace_id, *_conditions(which), *_after(first, after)]
    query = (
        select(*RUN_COLUMNS).where(*conditions).order_by(*ordered(_PLACE, descending=True)).limit(first + 1)
    )
    with database.read() as session:
        return RUNS.page([run_record(row) for row in session.execute(query)], first, after)


def runs_pages(
    database: Database,
    workspace_id: str,
    workflow_ids: Collection[str],
    which: RunFilter,
    *,
    first: int,
    after: str | None,
) -> dict[str, Page[RunRecord]]:
    """Give such a page for each of several workflows, by their ids; what is not the workspace's has no runs.

    Raises:
        BadPage: `first` or `after` is not what a page takes.
    """
    with database.read() as session:
        found = children(
            session,
            select(WORKFLOW.c.id).where(
                WORKFLOW.c.id.in_(storable(workflow_ids)), owned(WORKFLOW, workspace_id)
            ),
            RUN.c.workflow_id,
            RUN_COLUMNS,
            where=[*_conditions(which), *_after(first, after)],
            order=_PLACE,
            descending=True,
            limit=first + 1,
        )
    return {
        one: RUNS.page([run_record(row) for row in found.get(one, ())], first, after) for one in workflow_ids
    }


def latest_run_ids(database: Database, workspace_id: str, workflow_ids: Collection[str]) -> Mapping[str, str]:
    """Give the id of the newest run of each of the workflows that has one."""
    with database.read() as session:
        found = children(
            session,
            select(WORKFLOW.c.id).where(
                WORKFLOW.c.id.in_(storable(workflow_ids)), owned(WORKFLOW, workspace_id)
            ),
            RUN.c.workflow_id,
            (RUN.c.id, RUN.c.queued_at),
            where=(),
            order=_PLACE,
            descending=True,
            limit=1,
        )
    return {workflow_id: rows[0].id for workflow_id, rows in found.items()}


def _after(first: int, after: str | None) -> list[ColumnElement[bool]]:
    check_first(first)
    return [] if after is None else [beyond(_PLACE, RUNS.key(after), descending=True)]


def _conditions(which: RunFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.workflow_id is not None:
        found.append(RUN.c.workflow_id.in_(storable([which.workflow_id])))
    if which.statuses is not None:
        found.append(RUN.c.status.in_([status.value for status in which.statuses]))
    if which.trigger_types is not None:
        found.append(RUN.c.trigger["type"].as_string().in_(storable(which.trigger_types)))
    if which.started_after is not None:
        found.append(RUN.c.queued_at > which.started_after)
    if which.started_before is not None:
        found.append(RUN.c.queued_at < which.started_before)
    if which.has_error is not None:
        found.append(RUN.c.error.is_not(None) if which.has_error else RUN.c.error.is_(None))
    if which.error_code is not None:
        found.append(RUN.c.error["code"].as_string().in_(storable([which.error_code])))
    return found
