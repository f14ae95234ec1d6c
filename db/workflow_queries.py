"""Queries of workflows and their versions, each within one workspace."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, false, or_, select

from db.cursors import Order, check_first
from db.database import Database
from db.filters import WorkflowFilter
from db.pages import beyond, children, ordered, owned
from db.records import Page, VersionRecord, WorkflowRecord
from db.rows import VERSION, VERSION_COLUMNS, WORKFLOW, WORKFLOW_COLUMNS, version_record, workflow_record
from db.texts import is_storable, storable

WORKFLOWS = Order[WorkflowRecord]("workflows", (str,), lambda workflow: (workflow.id,))
"""The newest first."""

VERSIONS = Order[VersionRecord]("versions", (int,), lambda version: (version.number,))
"""The newest first, which is the draft where there is one."""

_PLACE = (WORKFLOW.c.id,)
_NUMBER = (VERSION.c.number,)


def get_workflow(database: Database, workspace_id: str, workflow_id: str) -> WorkflowRecord | None:
    """Give a workflow, or None where the workspace has no such workflow."""
    return workflows_by_ids(database, workspace_id, [workflow_id]).get(workflow_id)


def workflows_by_ids(
    database: Database, workspace_id: str, ids: Collection[str]
) -> dict[str, WorkflowRecord]:
    """Give those of the workflows that are the workspace's, by their ids."""
    query = select(*WORKFLOW_COLUMNS).where(WORKFLOW.c.id.in_(storable(ids)), owned(WORKFLOW, workspace_id))
    with database.read() as session:
        return {row.id: workflow_record(row) for row in session.execute(query)}


def workflows_page(
    database: Database, workspace_id: str, which: WorkflowFilter, *, first: int, after: str | None
) -> Page[WorkflowRecord]:
    """Give a page of the workspace's workflows, the newest first.

    Raises:
        BadPage: `first` or `after` is not what a page takes.
    """
    check_first(first)
    conditions = [WORKFLOW.c.workspace_id == workspace_id, *_conditions(which)]
    if after is not None:
        conditions.append(beyond(_PLACE, WORKFLOWS.key(after), descending=True))
    query = select(*WORKFLOW_COLUMNS).where(*conditions).limit(first + 1)
    with database.read() as session:
        rows = session.execute(query.order_by(*ordered(_PLACE, descending=True)))
        return WORKFLOWS.page([workflow_record(row) for row in rows], first, after)


def versions_by_ids(database: Database, workspace_id: str, ids: Collection[str]) -> dict[str, VersionRecord]:
    """Give those of the versions that are the workspace's, by their ids."""
    query = (
        select(*VERSION_COLUMNS)
        .join(WORKFLOW, WORKFLOW.c.id == VERSION.c.workflow_id)
        .where(VERSION.c.id.in_(storable(ids)), owned(WORKFLOW, workspace_id))
    )
    with database.read() as session:
        return {row.id: version_record(row) for row in session.execute(query)}


def versions_pages(
    database: Database,
    workspace_id: str,
    workflow_ids: Collection[str],
    *,
    first: int,
    after: str | None,
) -> dict[str, Page[VersionRecord]]:
    """Give a page of the versions of each of several workflows, by their ids; what is not the workspace's has none.

    Raises:
        BadPage: `first` or `after` is not what a page takes.
    """
    check_first(first)
    parents = select(WORKFLOW.c.id).where(
        WORKFLOW.c.id.in_(storable(workflow_ids)), owned(WORKFLOW, workspace_id)
    )
    with database.read() as session:
        found = children(
            session,
            parents,
            VERSION.c.workflow_id,
            VERSION_COLUMNS,
            where=[] if after is None else [beyond(_NUMBER, VERSIONS.key(after), descending=True)],
            order=_NUMBER,
            descending=True,
            limit=first + 1,
        )
    return {
        one: VERSIONS.page([version_record(row) for row in found.get(one, ())], first, after)
        for one in workflow_ids
    }


def _conditions(which: WorkflowFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.statuses is not None:
        found.append(WORKFLOW.c.status.in_([status.value for status in which.statuses]))
    if which.search is not None:
        searched = (WORKFLOW.c.name, WORKFLOW.c.description)
        found.append(
            or_(*(column.icontains(which.search, autoescape=True) for column in searched))
            if is_storable(which.search)
            else false()
        )
    return found
