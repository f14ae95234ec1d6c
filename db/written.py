"""Whether a decision was written although nobody was told: the reply to a commit may be lost."""

from sqlalchemy import select

from db.database import Database
from db.rows import EVENT
from db.writing import RunWrite


def was_written(database: Database, write: RunWrite) -> bool:
    """Say whether a decision is in the log of its run: where its first event should be, this very one is.

    Raises:
        SQLAlchemyError: The database could not be reached.
    """
    first = write.events[0]
    query = select(EVENT.c.at, EVENT.c.type, EVENT.c.subject_id).where(
        EVENT.c.run_id == write.run_id, EVENT.c.seq == first.seq
    )
    with database.glance() as connection:
        row = connection.execute(query).one_or_none()
    return row is not None and tuple(row) == (first.at, first.type, first.subject_id)
