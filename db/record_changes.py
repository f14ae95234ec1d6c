"""Changes of records that a client asks for, each a transaction of its own, with the runs that it starts."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from db.beginning import Fired
from db.database import Database
from db.record_faults import WriteRefused
from db.record_firing import Source, fire
from db.record_store import Author, Changed, create_record, update_record
from db.records import Actor, RecordRecord
from db.terms import Terms
from engine.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A record as a change left it, and the runs that the change started."""

    record: RecordRecord
    fired: Fired


def create(
    database: Database, workspace_id: str, actor: Actor, object_name: str, values: object, *, terms: Terms
) -> Made:
    """Create a record.

    Raises:
        Refused: VALUE_INVALID; nothing was changed.
    """
    return _made(
        database,
        Author(workspace_id=workspace_id, actor=actor, at=database.now()),
        terms,
        lambda session, author: create_record(session, author, object_name, values),
    )


def update(
    database: Database, workspace_id: str, actor: Actor, record_id: str, values: object, *, terms: Terms
) -> Made:
    """Change the values of a record that are named and leave the others; null empties one.

    Raises:
        Refused: NOT_FOUND or VALUE_INVALID; nothing was changed.
    """
    return _made(
        database,
        Author(workspace_id=workspace_id, actor=actor, at=database.now()),
        terms,
        lambda session, author: update_record(session, author, record_id, values),
    )


def _made(
    database: Database, author: Author, terms: Terms, change: Callable[[Session, Author], Changed]
) -> Made:
    try:
        with database.write() as session:
            changed = change(session, author)
            source = Source(actor=author.actor, terms=terms)
            fired = fire(session, database, author.workspace_id, [changed], source, at=author.at)
    except WriteRefused as error:
        raise Refused(error.problem) from error
    return Made(record=changed.record, fired=fired)
