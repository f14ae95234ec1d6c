"""The one port through which decisions reach the database: `finish(writes) -> accepted`, one transaction, one fence a run."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from db import crash_points
from db.database import Database
from db.finish_sqlite import finish_one
from db.writing import RunWrite

_FINISH_MANY = "SELECT one->>'run', finish(one) FROM jsonb_array_elements(%s::jsonb) AS one"
_FINISH_ONE = "SELECT finish(%s::jsonb)"


def finish(database: Database, writes: Sequence[RunWrite], *, urgent: bool = False) -> set[str]:
    """Write decisions about different runs in one transaction; those whose run has moved on meanwhile change nothing.

    Args:
        database: Where.
        writes: At most one for a run, in any order.
        urgent: Whether to go before other writers of this process (SQLite).

    Returns:
        The ids of the runs whose decision was accepted.
    """
    ordered = sorted(writes, key=lambda write: write.run_id)
    if database.dialect == "postgresql":
        accepted = _finish_postgresql(database, ordered)
    else:
        accepted = _finish_sqlite(database, ordered, urgent=urgent)
    crash_points.reach("W6")
    return accepted


def _finish_sqlite(database: Database, writes: Sequence[RunWrite], *, urgent: bool) -> set[str]:
    with database.fast() as connection, database.gate.hold(urgent=urgent):
        connection.execute("BEGIN IMMEDIATE")
        try:
            accepted = {write.run_id for write in writes if finish_one(connection, write.payload)}
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return accepted


def _finish_postgresql(database: Database, writes: Sequence[RunWrite]) -> set[str]:
    with database.fast() as connection:
        if len(writes) == 1:
            only = writes[0]
            accepted = connection.execute(_FINISH_ONE, (_json(only.payload),), prepare=True).fetchone()[0]
            return {only.run_id} if accepted else set()
        document = _json([write.payload for write in writes])
        rows: Iterable[tuple[str, bool]] = connection.execute(_FINISH_MANY, (document,), prepare=True)
        return {run_id for run_id, accepted in rows if accepted}


def finish_within(session: Session, write: RunWrite) -> bool:
    """Write a decision in a transaction that is open and holds the run's row; says whether its seq still fitted."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        return bool(
            connection.execute(text("SELECT finish(CAST(:p AS jsonb))"), {"p": _json(write.payload)}).scalar()
        )
    raw = connection.connection.driver_connection
    if raw is None:
        raise RuntimeError("the connection is closed")
    return finish_one(raw, write.payload)


def _json(value: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> str:
    return orjson.dumps(value).decode()
