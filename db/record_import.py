"""Loads many records of an object, in transactions of a hundred."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.orm import Session

from db.database import Database
from db.record_faults import WriteRefused
from db.record_keys import key_of
from db.record_store import Author, Change, create_or_update_record, create_record
from db.records import Actor
from engine.errors import Problem, Refused
from engine.values import JsonValue

_Row = tuple[int, Mapping[str, JsonValue]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """How many rows became records so far, all of them committed."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def done(self) -> int:
        """How many rows that is together."""
        return self.created + self.updated + self.unchanged


def import_records(
    database: Database,
    workspace_id: str,
    actor: Actor,
    object_name: str,
    rows: Iterable[Mapping[str, JsonValue]],
    *,
    key: str | None,
    batch: int = 100,
) -> Iterator[ImportProgress]:
    """Load records; gives the progress after each transaction.

    Args:
        database: Where.
        workspace_id: Whose.
        actor: Who.
        object_name: The object.
        rows: The values of each record.
        key: The attribute by which a row changes the record that is there; None to create one for each row.
        batch: How many rows a transaction holds.

    Raises:
        Refused: VALUE_INVALID, a row is no record, or its key is missing or that of several records. Message
            and path name the row, counted from 1; nothing of its transaction is kept.
    """
    numbered = enumerate(rows, start=1)
    counts = dict.fromkeys(Change, 0)
    while taken := list(islice(numbered, batch)):
        # In the order of their keys: two imports at once wait for each other, never in a circle.
        ordered = taken if key is None else sorted(taken, key=_by(key))
        author = Author(workspace_id=workspace_id, actor=actor, at=database.now())
        with database.write() as session:
            changes = [_load(session, author, object_name, row, key) for row in ordered]
        for change in changes:
            counts[change] += 1
        yield ImportProgress(**{change.lower(): count for change, count in counts.items()})


def _by(key: str) -> Callable[[_Row], str]:
    return lambda row: (key_of(row[1].get(key)) if isinstance(row[1], Mapping) else None) or ""


def _load(session: Session, author: Author, object_name: str, row: _Row, key: str | None) -> Change:
    number, values = row
    try:
        if key is None:
            return create_record(session, author, object_name, values).change
        return create_or_update_record(session, author, object_name, key, values).change
    except WriteRefused as error:
        message, path = f"Row {number}: {error.problem.message}", ("rows", str(number), *error.problem.path)
        raise Refused(Problem("VALUE_INVALID", message, path)) from error
