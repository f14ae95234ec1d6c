"""Reads the log of runs, for what has made sure already that its reader may see them."""

from collections.abc import Collection

from sqlalchemy import select

from db.database import Database
from db.rows import EVENT, EVENT_COLUMNS, RUN, event_record
from db.texts import storable
from engine.event_record import EventRecord


def events(database: Database, run_id: str, *, after: int, limit: int) -> list[EventRecord]:
    """Give at most `limit` events of a run whose seq is higher than `after`, in order."""
    query = (
        select(*EVENT_COLUMNS)
        .where(EVENT.c.run_id == run_id, EVENT.c.seq > after)
        .order_by(EVENT.c.seq)
        .limit(limit)
    )
    with database.read() as session:
        return [event_record(row) for row in session.execute(query)]


def last_seqs(database: Database, run_ids: Collection[str]) -> dict[str, int]:
    """Give the seq of the last event of each of the runs that there are, by their ids."""
    query = select(RUN.c.id, RUN.c.last_seq).where(RUN.c.id.in_(storable(run_ids)))
    with database.read() as session:
        return {row.id: row.last_seq for row in session.execute(query)}
