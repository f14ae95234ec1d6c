"""Loads many records of an object, in transactions of a hundred."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy.orm import Session

from db.beginning import Fired
from db.database import Database
from db.record_faults import WriteRefused
from db.record_firing import Source, fire
from db.record_keys import key_of
from db.record_store import Author, Change, Changed, create_or_update_record, create_record
from db.records import Actor
from db.terms import Terms
from engine.errors import Problem, Refused
from engine.values import JsonValue

_Row = tuple[int, Mapping[str, JsonValue]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """How many rows became records so far, all of them committed; `fired` is what the last transaction started."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    fired: Fired = field(default_factory=Fired, compare=False)

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
    terms: Terms | None,
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
        terms: What the runs of workflows that watch the object start under; None to start none.
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
            fired = _fired(session, database, author, changes, terms)
        for changed in changes:
            counts[changed.change] += 1
        yield ImportProgress(**{change.lower(): count for change, count in counts.items()}, fired=fired)


def _fired(
    session: Session, database: Database, author: Author, changes: Sequence[Changed], terms: Terms | None
) -> Fired:
    if terms is None:
        return Fired()
    source = Source(actor=author.actor, terms=terms)
    return fire(session, database, author.workspace_id, changes, source, at=author.at)


def _by(key: str) -> Callable[[_Row], str]:
    return lambda row: (key_of(row[1].get(key)) if isinstance(row[1], Mapping) else None) or ""


def _load(session: Session, author: Author, object_name: str, row: _Row, key: str | None) -> Changed:
    number, values = row
    try:
        if key is None:
            return create_record(session, author, object_name, values)
        return create_or_update_record(session, author, object_name, key, values)
    except WriteRefused as error:
        message, path = f"Row {number}: {error.problem.message}", ("rows", str(number), *error.problem.path)
        raise Refused(Problem("VALUE_INVALID", message, path)) from error
