"""Folding: deltas are added to rollups and taken away, in one small transaction at a time.

Any number of processes may fold: one at a time does, the others find nothing to do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, text, tuple_, update
from sqlalchemy.orm import Session

from db.database import Database
from db.grains import Grain
from db.locks import try_hold_name
from db.rows import CREDIT_DELTA, RUN, RUN_DELTA, RUN_ROLLUP, Row
from db.stats import ENDED_RUN, TALLIES
from db.sums import ActivitySums, RunSum

RUNS_AT_ONCE = 100
CREDITS_AT_ONCE = 2_000

_ADD_CREDITS = text(
    "INSERT INTO credit_rollup (workspace_id, month, workflow_id, used)"
    " VALUES (:workspace_id, :month, :workflow_id, :used)"
    " ON CONFLICT (workspace_id, month, workflow_id) DO UPDATE SET used = credit_rollup.used + excluded.used"
).bindparams(bindparam("month", type_=CREDIT_DELTA.c.at.type))


def fold_credits(database: Database, *, at_once: int = CREDITS_AT_ONCE) -> int:
    """Add some charges to the months of their workflows.

    Returns:
        How many; less than `at_once` where no more are left, or another process is at it.
    """
    if _is_empty(database, CREDIT_DELTA):
        return 0
    place = tuple_(CREDIT_DELTA.c.workspace_id, CREDIT_DELTA.c.execution_id)
    some = select(CREDIT_DELTA.c.workspace_id, CREDIT_DELTA.c.execution_id).limit(at_once)
    with database.write() as session:
        if not try_hold_name(session, "folding", "credits"):
            return 0
        taken = session.execute(delete(CREDIT_DELTA).where(place.in_(some)).returning(*CREDIT_DELTA.c)).all()
        _add_charges(session, taken)
    return len(taken)


def _add_charges(session: Session, charges: Iterable[Row]) -> None:
    used: dict[tuple[str, datetime, str], int] = {}
    for one in charges:
        place = one.workspace_id, Grain.MONTH.floor(one.at), one.workflow_id
        used[place] = used.get(place, 0) + one.amount
    for (workspace_id, month, workflow_id), amount in used.items():
        added = {"workspace_id": workspace_id, "month": month, "workflow_id": workflow_id, "used": amount}
        session.execute(_ADD_CREDITS, added)


@dataclass(slots=True)
class _Sum:
    """What a rollup is to hold."""

    runs: RunSum = field(default_factory=RunSum)
    activities: ActivitySums = field(default_factory=ActivitySums)

    def add(self, more: "_Sum") -> None:
        self.runs.add(more.runs)
        self.activities.add(more.activities.data())


_Place = tuple[str, str, datetime]
"""The workflow, the grain and the start of a rollup."""


def fold_runs(database: Database, *, at_once: int = RUNS_AT_ONCE) -> int:
    """Add some ended runs to the minutes, hours, days, months and years in which they were queued.

    Returns:
        How many; less than `at_once` where no more are left, or another process is at it.
    """
    if _is_empty(database, RUN_DELTA):
        return 0
    some = select(RUN_DELTA.c.run_id).order_by(RUN_DELTA.c.run_id).limit(at_once)
    with database.write() as session:
        if not try_hold_name(session, "folding", "runs"):
            return 0
        take = delete(RUN_DELTA).where(RUN_DELTA.c.run_id.in_(some)).returning(RUN_DELTA.c.run_id)
        taken = session.scalars(take).all()
        runs = session.execute(select(*ENDED_RUN, RUN.c.queued_at, TALLIES).where(RUN.c.id.in_(taken))).all()
        _keep(session, _sums(runs))
    return len(taken)


def _is_empty(database: Database, deltas: Table) -> bool:
    """Say whether there is nothing to fold; where there is not, nothing has to wait for its turn to write."""
    with database.glance() as connection:
        return connection.execute(select(deltas.primary_key.columns[0]).limit(1)).first() is None


def _sums(runs: Iterable[Row]) -> dict[_Place, _Sum]:
    """Add runs up by minutes, those by hours, and so on."""
    level: dict[tuple[str, datetime], _Sum] = {}
    for run in runs:
        total = level.setdefault((run.workflow_id, Grain.MINUTE.floor(run.queued_at)), _Sum())
        total.runs.add_run(run)
        total.activities.add(run.tallies)
    found: dict[_Place, _Sum] = {}
    for grain in Grain:
        if grain is not Grain.MINUTE:
            level = _gathered(level, grain)
        found |= {(workflow_id, grain.value, start): total for (workflow_id, start), total in level.items()}
    return found


def _gathered(finer: Mapping[tuple[str, datetime], _Sum], grain: Grain) -> dict[tuple[str, datetime], _Sum]:
    found: dict[tuple[str, datetime], _Sum] = {}
    for (workflow_id, start), total in finer.items():
        found.setdefault((workflow_id, grain.floor(start)), _Sum()).add(total)
    return found


_PLACE = (RUN_ROLLUP.c.workflow_id, RUN_ROLLUP.c.grain, RUN_ROLLUP.c.start)
_PLACE_NAMES = tuple(column.name for column in _PLACE)
_UPDATE = (
    update(RUN_ROLLUP)
    .where(*(column == bindparam(f"place_{column.name}") for column in _PLACE))
    .values({one.name: bindparam(one.name) for one in RUN_ROLLUP.c if one.name not in _PLACE_NAMES})
)


def _keep(session: Session, sums: dict[_Place, _Sum]) -> None:
    known: set[_Place] = set()
    for row in session.execute(select(RUN_ROLLUP).where(tuple_(*_PLACE).in_(list(sums)))):
        place = row.workflow_id, row.grain, row.start
        known.add(place)
        sums[place].runs.add(row)
        sums[place].activities.add(row.activities)
    changed = [_row(place, total, "place_") for place, total in sums.items() if place in known]
    new = [_row(place, total) for place, total in sums.items() if place not in known]
    if changed:
        session.connection().execute(_UPDATE, changed)
    if new:
        session.connection().execute(insert(RUN_ROLLUP), new)


def _row(place: _Place, total: _Sum, prefix: str = "") -> dict[str, Any]:
    names = (f"{prefix}{name}" for name in _PLACE_NAMES)
    return {
        **dict(zip(names, place, strict=True)),
        "completed": total.runs.completed,
        "failed": total.runs.failed,
        "canceled": total.runs.canceled,
        "credits_used": total.runs.credits_used,
        "durations": total.runs.durations,
        "activities": total.activities.data(),
    }
