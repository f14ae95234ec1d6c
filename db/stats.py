"""Statistics of workflows: the rollups, and what is not in them yet, added up in one snapshot.

Each function takes the same number of statements for any number of workflows.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    Select,
    and_,
    cast,
    false,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from db.database import Database
from db.grains import Grain, Window, pieces
from db.pages import owned
from db.rows import EXECUTION, RUN, RUN_DELTA, RUN_ROLLUP, VERSION, WORKFLOW, Row
from db.stat_records import ActivityStats, PeriodStats, WorkflowStats
from db.sums import ActivitySums, RunSum, TallySum
from db.texts import storable
from db.times import EpochSecond
from engine.histogram import percentiles
from engine.status import RunStatus

TALLIES = RUN.c.state["tallies"].label("tallies")
ENDED_RUN = tuple(RUN.c[name] for name in ("workflow_id", "status", "credits_used", "started_at", "ended_at"))
"""What `RunSum.add_run` takes of a run."""

_COUNTS = (RUN_ROLLUP.c.completed, RUN_ROLLUP.c.failed, RUN_ROLLUP.c.canceled, RUN_ROLLUP.c.credits_used)
_ENDS = (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELED)
_SECONDS = {Grain.HOUR: 3_600, Grain.DAY: 86_400}


def workflow_stats(
    database: Database, workspace_id: str, workflow_ids: Collection[str], within: Window
) -> dict[str, WorkflowStats]:
    """Give the statistics of those of the workflows that are the workspace's, by their ids."""
    with database.read() as session:
        known = _known(session, workspace_id, workflow_ids)
        ended, under_way = {one: RunSum() for one in known}, {one: _UnderWay() for one in known}
        for row in _rolled_up(session, known, within, (*_COUNTS, RUN_ROLLUP.c.durations)):
            ended[row.workflow_id].add(row)
        for row in _not_folded(session, known, within, ENDED_RUN):
            ended[row.workflow_id].add_run(row)
        for row in _under_way_by_status(session, known, within):
            under_way[row.workflow_id].add(row)
    return {one: _workflow_stats(ended[one], under_way[one]) for one in known}


def activity_stats(
    database: Database, workspace_id: str, workflow_ids: Collection[str], within: Window
) -> dict[str, list[ActivityStats]]:
    """Give the statistics of every activity that was executed in a run of such workflows, by their ids, in order of keys."""
    with database.read() as session:
        known = _known(session, workspace_id, workflow_ids)
        sums = {one: ActivitySums() for one in known}
        for row in _rolled_up(session, known, within, (RUN_ROLLUP.c.activities,)):
            sums[row.workflow_id].add(row.activities)
        for row in _not_folded(session, known, within, (RUN.c.workflow_id, TALLIES)):
            sums[row.workflow_id].add(row.tallies)
        tallies = select(RUN.c.workflow_id, TALLIES).where(*_has_not_ended(known, within))
        for row in session.execute(tallies).all():
            sums[row.workflow_id].add(row.tallies)
        latest = {total.latest for one in sums.values() for total in one.by_key.values()}
        query = select(EXECUTION.c.id, EXECUTION.c.name).where(EXECUTION.c.id.in_(latest))
        names = {row.id: row.name for row in session.execute(query).all()}
        pruned = [one for one in known if any(t.latest not in names for t in sums[one].by_key.values())]
        written = _names_in_versions(session, pruned)
    return {
        one: [
            _activity_stats(key, names.get(total.latest) or written.get((one, key), key), total)
            for key, total in sorted(sums[one].by_key.items())
        ]
        for one in known
    }


def stats_over_time(
    database: Database, workspace_id: str, workflow_ids: Collection[str], within: Window, grain: Grain
) -> dict[str, list[PeriodStats]]:
    """Give the statistics of each hour or day in which a run of such workflows was queued, by their ids, the oldest first."""
    with database.read() as session:
        known = _known(session, workspace_id, workflow_ids)
        found: dict[str, list[PeriodStats]] = {one: [] for one in known}
        for row in session.execute(_periods(known, within, grain)).all():
            found[row.workflow_id].append(_period_stats(row))
    return found


# -- reading


def _known(session: Session, workspace_id: str, workflow_ids: Collection[str]) -> list[str]:
    query = select(WORKFLOW.c.id).where(
        WORKFLOW.c.id.in_(storable(workflow_ids)), owned(WORKFLOW, workspace_id)
    )
    return list(session.scalars(query))


def _rolled_up(
    session: Session, workflow_ids: Sequence[str], within: Window, columns: Sequence[Column[Any]]
) -> Sequence[Row]:
    query = select(RUN_ROLLUP.c.workflow_id, *columns)
    return session.execute(query.where(*_in_rollups(workflow_ids, within))).all()


def _in_rollups(
    workflow_ids: Sequence[str], within: Window, coarsest: Grain = Grain.YEAR
) -> tuple[ColumnElement[bool], ...]:
    in_pieces = (
        and_(RUN_ROLLUP.c.grain == piece.grain.value, *_between(RUN_ROLLUP.c.start, piece.start, piece.end))
        for piece in pieces(within, coarsest)
    )
    return RUN_ROLLUP.c.workflow_id.in_(workflow_ids), or_(false(), *in_pieces)


def _not_folded(
    session: Session, workflow_ids: Sequence[str], within: Window, columns: Sequence[ColumnElement[Any]]
) -> Sequence[Row]:
    return session.execute(_deltas(workflow_ids, within, columns)).all()


def _deltas(
    workflow_ids: Sequence[str], within: Window, columns: Sequence[ColumnElement[Any]]
) -> Select[Any]:
    queued = _between(RUN.c.queued_at, within.start, within.end)
    joined = select(*columns).join_from(RUN_DELTA, RUN, RUN.c.id == RUN_DELTA.c.run_id)
    return joined.where(RUN_DELTA.c.workflow_id.in_(workflow_ids), *queued)


def _names_in_versions(session: Session, workflow_ids: Sequence[str]) -> dict[tuple[str, str], str]:
    """Give the names of activities by workflow and key, as the newest published version that has them says."""
    if not workflow_ids:
        return {}
    query = (
        select(VERSION.c.workflow_id, VERSION.c.definition["activities"].label("activities"))
        .where(VERSION.c.workflow_id.in_(workflow_ids), VERSION.c.published_at.is_not(None))
        .order_by(VERSION.c.number)
    )
    return {
        (row.workflow_id, activity["key"]): activity["name"]
        for row in session.execute(query)
        for activity in row.activities
    }


def _under_way_by_status(session: Session, workflow_ids: Sequence[str], within: Window) -> Sequence[Row]:
    counts = (func.count().label("runs"), func.sum(RUN.c.credits_used).label("credits_used"))
    grouped = (RUN.c.workflow_id, RUN.c.status)
    query = select(*grouped, *counts).where(*_has_not_ended(workflow_ids, within))
    return session.execute(query.group_by(*grouped)).all()


def _has_not_ended(workflow_ids: Sequence[str], within: Window) -> tuple[ColumnElement[bool], ...]:
    queued = _between(RUN.c.queued_at, within.start, within.end)
    return RUN.c.workflow_id.in_(workflow_ids), RUN.c.ended_at.is_(None), *queued


def _periods(workflow_ids: Sequence[str], within: Window, grain: Grain) -> Select[Any]:
    """Add up rollups, what is in none yet, and what has not ended, by the seconds of 1970 in which hours or days began."""
    run = (
        RUN.c.workflow_id,
        _second(RUN.c.queued_at, grain),
        *(cast(RUN.c.status == one, Integer) for one in _ENDS),
        RUN.c.credits_used,
    )
    parts = union_all(
        select(RUN_ROLLUP.c.workflow_id, _second(RUN_ROLLUP.c.start, grain), *_COUNTS).where(
            *_in_rollups(workflow_ids, within, grain)
        ),
        _deltas(workflow_ids, within, run),
        select(*run).where(*_has_not_ended(workflow_ids, within)),
    ).subquery()
    sums = (cast(func.sum(parts.c[one.name]), BigInteger).label(one.name) for one in _COUNTS)
    place = (parts.c.workflow_id, parts.c.second)
    return select(*place, *sums).group_by(*place).order_by(parts.c.second)


def _second(moment: Column[Any], grain: Grain) -> ColumnElement[Any]:
    second = EpochSecond(moment)
    return (second - second % _SECONDS[grain]).label("second")


def _between(moment: Column[Any], start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return moment >= start, moment < end


# -- adding up


class _UnderWay:
    def __init__(self) -> None:
        self.queued = self.running = self.credits_used = 0

    def add(self, row: Row) -> None:
        if row.status == RunStatus.QUEUED:
            self.queued += row.runs
        else:
            self.running += row.runs
        self.credits_used += row.credits_used


def _workflow_stats(ended: RunSum, under_way: _UnderWay) -> WorkflowStats:
    p50, p95 = percentiles(ended.durations, 0.5, 0.95)
    return WorkflowStats(
        queued=under_way.queued,
        running=under_way.running,
        completed=ended.completed,
        failed=ended.failed,
        canceled=ended.canceled,
        credits_used=ended.credits_used + under_way.credits_used,
        duration_ms_p50=p50,
        duration_ms_p95=p95,
    )


def _activity_stats(key: str, name: str, total: TallySum) -> ActivityStats:
    p50, p95 = percentiles(total.durations, 0.5, 0.95)
    return ActivityStats(
        key=key,
        name=name,
        executions=total.executions,
        failures=total.failures,
        credits_used=total.credits,
        duration_ms_p50=p50,
        duration_ms_p95=p95,
    )


def _period_stats(row: Row) -> PeriodStats:
    return PeriodStats(
        start=_moment(row.second),
        completed=row.completed,
        failed=row.failed,
        canceled=row.canceled,
        credits_used=row.credits_used,
    )


@lru_cache(maxsize=10_000)
def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
