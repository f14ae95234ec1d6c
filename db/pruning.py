"""Pruning: runs that ended long ago go, with all that hangs on them, in small transactions.

The run's own row goes first, and is noted: nobody ever sees half a run, and whoever is stopped can go on. Rollups hold
what the runs added to the statistics and to the credits, and stay. A run that is in no rollup yet stays too.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, insert, or_, select, tuple_
from sqlmodel import SQLModel

from db.database import Database
from db.evaluations import KEPT
from db.folding import RUNS_AT_ONCE, fold_runs
from db.rows import EVALUATION, HOOK_KEY, PRUNED_RUN, RUN, RUN_DELTA
from engine.triggers.kinds import TriggerType

_RUNS = 100
_ROWS = 1_000
"""The most of one transaction."""

_BESIDE = (RUN_DELTA, HOOK_KEY, EVALUATION, PRUNED_RUN)
"""What names runs without being part of one: what is yet to be folded, and what goes by itself after 30 days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prunable:
    """What pruning would remove: runs, and rows that hang on them, by table."""

    runs: int
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What pruning has removed so far: whole runs, and rows that hung on them."""

    runs: int = 0
    rows: int = 0


def hanging_tables() -> list[Table]:
    """Give the tables that hold parts of runs: all that have a `run_id`, but for what only points at one."""
    tables = SQLModel.metadata.sorted_tables
    return [table for table in tables if "run_id" in table.c and table not in _BESIDE]


def count_prunable(database: Database, before: datetime) -> Prunable:
    """Count the runs that ended before a moment, and what hangs on them and on runs that are half pruned."""
    which = _ended_before(database, before)
    noted = select(PRUNED_RUN.c.run_id)
    with database.read() as session:
        runs = session.scalar(select(func.count()).select_from(RUN).where(which)) or 0
        rows = {
            table.name: session.scalar(
                select(func.count())
                .select_from(table)
                .where(or_(table.c.run_id.in_(select(RUN.c.id).where(which)), table.c.run_id.in_(noted)))
            )
            or 0
            for table in hanging_tables()
        }
        half = session.scalar(select(func.count()).select_from(PRUNED_RUN)) or 0
    return Prunable(runs=runs + half, rows=rows)


def prune(database: Database, before: datetime) -> Generator[Pruned, None, None]:
    """Remove the runs that ended before a moment; says after each transaction how far it is.

    What an earlier call left half done is removed first. Runs that a key of the last 30 days leads to stay, so that the
    key still starts none twice. It may be stopped at any moment, and run beside everything else.
    """
    while fold_runs(database) == RUNS_AT_ONCE:
        pass
    done = Pruned()
    for run_ids in _taken(database, before):
        for removed in _remove_parts(database, run_ids):
            done = Pruned(runs=done.runs, rows=done.rows + removed)
            yield done
        with database.write() as session:
            session.execute(delete(PRUNED_RUN).where(PRUNED_RUN.c.run_id.in_(run_ids)))
        done = Pruned(runs=done.runs + len(run_ids), rows=done.rows)
        yield done


def _taken(database: Database, before: datetime) -> Iterator[Sequence[str]]:
    """Give runs whose row is gone, some at a time: those that were left, then those that go now."""
    left = select(PRUNED_RUN.c.run_id).limit(_RUNS)
    while True:
        with database.read() as session:
            run_ids = session.scalars(left).all()
        if not run_ids:
            break
        yield run_ids
    last = ""
    while True:
        which = and_(_ended_before(database, before), ~exists().where(RUN_DELTA.c.run_id == RUN.c.id))
        found = select(RUN.c.id).where(which, RUN.c.id > last).order_by(RUN.c.id).limit(_RUNS)
        with database.read() as session:
            run_ids = session.scalars(found).all()
        if not run_ids:
            return
        last = run_ids[-1]
        with database.write() as session:
            gone = session.scalars(delete(RUN).where(RUN.c.id.in_(run_ids), which).returning(RUN.c.id)).all()
            if gone:
                session.execute(insert(PRUNED_RUN), [{"run_id": one} for one in gone])
        yield gone


def _remove_parts(database: Database, run_ids: Sequence[str]) -> Iterator[int]:
    for table in hanging_tables():
        place = tuple_(*table.primary_key.columns)
        some = select(*table.primary_key.columns).where(table.c.run_id.in_(run_ids)).limit(_ROWS)
        removed = _ROWS
        while removed == _ROWS:
            with database.write() as session:
                removed = len(
                    session.execute(delete(table).where(place.in_(some)).returning(table.c.run_id)).all()
                )
            if removed:
                yield removed


def _ended_before(database: Database, before: datetime) -> ColumnElement[bool]:
    keyed = or_(
        RUN.c.idempotency_key.is_not(None), RUN.c.trigger["type"].as_string() == TriggerType.WEBHOOK.value
    )
    return and_(RUN.c.ended_at < before, or_(RUN.c.queued_at < database.now() - KEPT, ~keyed))
