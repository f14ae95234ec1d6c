"""Changes of records that a client asks for, each a transaction of its own."""

from db.database import Database
from db.record_faults import WriteRefused
from db.record_store import Author, create_record, update_record
from db.records import Actor, RecordRecord
from engine.errors import Refused


def create(
    database: Database, workspace_id: str, actor: Actor, object_name: str, values: object
) -> RecordRecord:
    """Create a record.

    Raises:
        Refused: VALUE_INVALID; nothing was changed.
    """
    author = Author(workspace_id=workspace_id, actor=actor, at=database.now())
    try:
        with database.write() as session:
            return create_record(session, author, object_name, values).record
    except WriteRefused as error:
        raise Refused(error.problem) from error


def update(
    database: Database, workspace_id: str, actor: Actor, record_id: str, values: object
) -> RecordRecord:
    """Change the values of a record that are named and leave the others; null empties one.

    Raises:
        Refused: NOT_FOUND or VALUE_INVALID; nothing was changed.
    """
    author = Author(workspace_id=workspace_id, actor=actor, at=database.now())
    try:
        with database.write() as session:
            return update_record(session, author, record_id, values).record
    except WriteRefused as error:
        raise Refused(error.problem) from error
