"""What lists of runs are kept true with: how far the runs of a workspace have come, and their headers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Text, and_, column, null, select, values

from db.database import Database
from db.pages import owned
from db.records import JsonObject, RunRecord
from db.rows import EVENT, RUN, RUN_COLUMNS, WORKFLOW, run_record
from db.texts import storable

_PLACE = (RUN.c.id.label("run_id"), RUN.c.last_seq.label("seq"), RUN.c.changed_at)


@dataclass(frozen=True, slots=True)
class RunPlace:
    """How far a run has come; `changed_at` is None for long ago."""

    run_id: str
    seq: int
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunStanding:
    """The header of a run right after one of its events."""

    run_id: str
    seq: int
    at: datetime
    header: JsonObject


def present_runs(
    database: Database, workspace_id: str, *, within: timedelta
) -> tuple[datetime, Sequence[RunPlace]]:
    """Give the database's time, and the runs that have not ended by then, or have changed within so long before."""
    now = database.now()
    workflows = select(WORKFLOW.c.id).where(WORKFLOW.c.workspace_id == workspace_id)
    under_way = select(*_PLACE).where(RUN.c.workflow_id.in_(workflows), RUN.c.ended_at.is_(None))
    with database.read() as session:
        found = {row.run_id: row for row in session.execute(_changed(workspace_id, now - within))}
        found |= {row.run_id: row for row in session.execute(under_way)}
    return now, [_place(row) for row in found.values()]


def changed_runs(database: Database, workspace_id: str, *, since: datetime) -> list[RunPlace]:
    """Give the runs that have changed since then."""
    with database.read() as session:
        return [_place(row) for row in session.execute(_changed(workspace_id, since))]


def run_outlines(database: Database, workspace_id: str, ids: Collection[str]) -> dict[str, RunRecord]:
    """Give runs by their ids, their `state` left empty: it is large, and soon another."""
    columns = [one for one in RUN_COLUMNS if one.name != "state"]
    query = select(*columns).where(RUN.c.id.in_(storable(ids)), owned(RUN, workspace_id))
    with database.read() as session:
        rows = session.execute(query.add_columns(null().label("state"))).all()
    return {row.id: replace(run_record(row), state={}) for row in rows}


def headers(database: Database, after: Mapping[str, int], *, limit: int) -> list[RunStanding]:
    """Give the headers after each of these seqs, run by run, in order, at most `limit` of each run."""
    if not after:
        return []
    asked = (
        values(column("run_id", Text), column("after", Integer), name="asked")
        .data(list(after.items()))
        .cte("asked")
    )
    query = (
        select(EVENT.c.run_id, EVENT.c.seq, EVENT.c.at, EVENT.c.header)
        .join(
            asked,
            and_(
                EVENT.c.run_id == asked.c.run_id,
                EVENT.c.seq > asked.c.after,
                EVENT.c.seq <= asked.c.after + limit,
            ),
        )
        .order_by(EVENT.c.run_id, EVENT.c.seq)
    )
    with database.read() as session:
        return [RunStanding(row.run_id, row.seq, row.at, row.header) for row in session.execute(query)]


def _changed(workspace_id: str, since: datetime) -> Any:
    return select(*_PLACE).where(RUN.c.workspace_id == workspace_id, RUN.c.changed_at >= since)


def _place(row: Any) -> RunPlace:
    return RunPlace(row.run_id, row.seq, row.changed_at)
