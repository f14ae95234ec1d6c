"""Queries of trigger evaluations, each within one workspace.

A firing that started a run is the run itself, read as an evaluation whose id is the run's under another prefix: it needs
no row of its own, is there as long as the run is, and costs a start nothing. The others have rows.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, select

from db.cursors import Order, check_first
from db.database import Database
from db.pages import beyond, children, owned
from db.records import JsonObject, Page
from db.rows import EVALUATION, RUN, WORKFLOW, Row
from db.texts import storable
from engine.triggers.kinds import Reason, TriggerType

_EVALUATION, _RUN = "tev_", "run_"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRecord:
    """What came of a firing.

    Attributes:
        type: What fired.
        reason: Why no run was started; None where one was.
        detail: What it takes to understand that: for conditions the verdicts.
        run_id: The run that was started, or that was there already.
    """

    id: str
    workspace_id: str
    workflow_id: str
    at: datetime
    type: TriggerType
    reason: Reason | None
    detail: JsonObject | None
    run_id: str | None

    @property
    def started(self) -> bool:
        """Whether it started a run."""
        return self.reason is None


EVALUATIONS = Order[EvaluationRecord](
    "triggerEvaluations", (datetime, str), lambda one: (one.at, one.id.removeprefix(_EVALUATION))
)
"""The newest first."""

_ROW_COLUMNS = tuple(EVALUATION.c)
_RUN_COLUMNS = (RUN.c.id, RUN.c.workspace_id, RUN.c.workflow_id, RUN.c.trigger, RUN.c.queued_at)
_ROW_PLACE, _RUN_PLACE = (EVALUATION.c.at, EVALUATION.c.id), (RUN.c.queued_at, RUN.c.id)


def evaluations_pages(
    database: Database,
    workspace_id: str,
    workflow_ids: Collection[str],
    _which: None,
    /,
    *,
    first: int,
    after: str | None,
) -> dict[str, Page[EvaluationRecord]]:
    """Give a page of evaluations for each of several workflows; what is not the workspace's has none.

    Raises:
        BadPage: `first` or `after` is not what a page takes.
    """
    check_first(first)
    workflows = select(WORKFLOW.c.id).where(
        WORKFLOW.c.id.in_(storable(workflow_ids)), owned(WORKFLOW, workspace_id)
    )

    def rows(link: Column[Any], columns: tuple[Column[Any], ...], place: tuple[Column[Any], ...]) -> Any:
        where = _beyond(place, after)
        return children(
            session, workflows, link, columns, where=where, order=place, descending=True, limit=first + 1
        )

    with database.read() as session:
        declined = rows(EVALUATION.c.workflow_id, _ROW_COLUMNS, _ROW_PLACE)
        started = rows(RUN.c.workflow_id, _RUN_COLUMNS, _RUN_PLACE)
    return {
        one: EVALUATIONS.page(_merged(declined.get(one, ()), started.get(one, ()), first + 1), first, after)
        for one in workflow_ids
    }


def evaluations_by_ids(
    database: Database, workspace_id: str, ids: Collection[str]
) -> dict[str, EvaluationRecord]:
    """Give those of the evaluations that are the workspace's, by their ids."""
    known = storable(ids)
    runs = [_RUN + one.removeprefix(_EVALUATION) for one in known]
    declined: Select[Any] = select(*_ROW_COLUMNS).where(
        EVALUATION.c.id.in_(known), owned(EVALUATION, workspace_id)
    )
    started: Select[Any] = select(*_RUN_COLUMNS).where(RUN.c.id.in_(runs), owned(RUN, workspace_id))
    with database.read() as session:
        found = [_of_row(row) for row in session.execute(declined)]
        found += [_of_run(row) for row in session.execute(started)]
    return {one.id: one for one in found}


def _beyond(place: tuple[Column[Any], ...], after: str | None) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    at, suffix = EVALUATIONS.key(after)
    prefix = _RUN if place is _RUN_PLACE else _EVALUATION
    return [beyond(place, (at, prefix + suffix), descending=True)]


def _merged(declined: Collection[Row], started: Collection[Row], limit: int) -> list[EvaluationRecord]:
    found = [*map(_of_row, declined), *map(_of_run, started)]
    return list(islice(sorted(found, key=EVALUATIONS.key_of, reverse=True), limit))


def _of_row(row: Row) -> EvaluationRecord:
    return EvaluationRecord(
        id=row.id,
        workspace_id=row.workspace_id,
        workflow_id=row.workflow_id,
        at=row.at,
        type=TriggerType(row.type),
        reason=Reason(row.reason),
        detail=row.detail,
        run_id=row.run_id,
    )


def _of_run(row: Row) -> EvaluationRecord:
    return EvaluationRecord(
        id=_EVALUATION + row.id.removeprefix(_RUN),
        workspace_id=row.workspace_id,
        workflow_id=row.workflow_id,
        at=row.queued_at,
        type=TriggerType(row.trigger["type"]),
        reason=None,
        detail=row.trigger.get("conditions"),
        run_id=row.id,
    )
