"""Queries of records, each within one workspace; what a condition group holds for is judged by the engine."""

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.cursors import Order, check_first
from db.database import Database
from db.pages import owned
from db.record_conditions import candidates
from db.record_order import sort_key
from db.record_store import record_json
from db.records import Page, RecordRecord
from db.rows import RECORD, RECORD_COLUMNS, record_record
from db.texts import is_storable, storable
from engine.conditions import Group, check_group, matches_record
from engine.errors import Problem, Refused
from engine.expression import ExpressionError
from engine.values import JsonValue

RECORDS = Order[RecordRecord]("records", (str,), lambda record: (record.id,))
"""The oldest first."""

_BATCH = 200


def records_by_ids(database: Database, workspace_id: str, ids: Collection[str]) -> dict[str, RecordRecord]:
    """Give those of the records that are the workspace's, by their ids."""
    query = select(*RECORD_COLUMNS).where(RECORD.c.id.in_(storable(ids)), owned(RECORD, workspace_id))
    with database.read() as session:
        return {row.id: record_record(row) for row in session.execute(query)}


def find_records(
    database: Database,
    workspace_id: str,
    object_name: str,
    conditions: Group | None,
    *,
    sort: Sequence[Mapping[str, str]],
    limit: int,
) -> list[dict[str, JsonValue]]:
    """Give records of an object as outputs hold them, the oldest first or sorted.

    Args:
        database: Where.
        workspace_id: Whose.
        object_name: The object.
        conditions: A group over attributes whose right sides are values; None for all.
        sort: What to sort by, as `sort_key` takes it.
        limit: How many at most.

    Raises:
        ExpressionError: CONDITION_TYPES, where a value cannot be compared so.
    """
    with database.read() as session:
        found = _matching(session, workspace_id, object_name, conditions, after=None)
        chosen = heapq.nsmallest(limit, found, key=sort_key(sort)) if sort else islice(found, limit)
        return [record_json(record) for record in chosen]


def records_page(
    database: Database,
    workspace_id: str,
    object_name: str,
    conditions: object,
    *,
    first: int,
    after: str | None,
) -> Page[RecordRecord]:
    """Give a page of the records of an object, the oldest first.

    Args:
        database: Where.
        workspace_id: Whose.
        object_name: The object.
        conditions: A client's condition group over attributes; None for all.
        first: How many, 1 to 100.
        after: The cursor to go on after.

    Raises:
        BadPage: `first` or `after` is not what a page takes.
        Refused: VALUE_INVALID, the group has faults or compares what cannot be compared.
    """
    check_first(first)
    start = None if after is None else RECORDS.key(after)[0]
    group = _checked(conditions)
    try:
        with database.read() as session:
            found = _matching(session, workspace_id, object_name, group, after=start)
            return RECORDS.page(list(islice(found, first + 1)), first, after)
    except ExpressionError as error:
        raise Refused(Problem("VALUE_INVALID", error.message, ("filter",))) from error


def _checked(conditions: object) -> Group | None:
    if conditions is None:
        return None
    faults = check_group(conditions, left="attribute")
    if faults or not isinstance(conditions, Mapping):
        raise Refused(
            *(
                Problem("VALUE_INVALID", f"{message}.", ("filter", *map(str, path)))
                for path, message in faults
            )
        )
    return conditions


def _matching(
    session: Session, workspace_id: str, object_name: str, group: Group | None, *, after: str | None
) -> Iterator[RecordRecord]:
    if not is_storable(object_name):
        return
    possible = None if group is None else candidates(workspace_id, object_name, group)
    if possible is None:
        possible = select(RECORD.c.id.label("record_id")).where(
            RECORD.c.workspace_id == workspace_id, RECORD.c.object == object_name
        )
    for record in _scan(session, possible, after):
        if group is None or matches_record(group, record.values):
            yield record


def _scan(session: Session, ids: Select[str], after: str | None) -> Iterator[RecordRecord]:
    """Read records in batches: first the ids, by an index alone, then the records by their ids.

    In one statement, PostgreSQL may walk all records of the object for the few that it wants of them.
    """
    (place,) = ids.selected_columns
    ids = ids.order_by(place).limit(_BATCH)
    while True:
        found = session.scalars(ids if after is None else ids.where(place > after)).all()
        query = select(*RECORD_COLUMNS).where(RECORD.c.id.in_(found)).order_by(RECORD.c.id)
        yield from map(record_record, session.execute(query) if found else ())
        if len(found) < _BATCH:
            return
        after = found[-1]
