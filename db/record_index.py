"""The index of records by the values of their attributes: kept with each change of a record."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from db.record_keys import keys_of
from db.records import RecordRecord
from db.rows import RECORD_VALUE

_REMOVE = delete(RECORD_VALUE).where(
    *(column == bindparam(f"old_{column.name}") for column in RECORD_VALUE.c)
)


def reindex(
    session: Session, record: RecordRecord, before: Mapping[str, object], after: Mapping[str, object]
) -> None:
    """Bring the index from the values that a record had to those that it has."""
    old, new = keys_of(before), keys_of(after)
    gone = [(attribute, key) for attribute, key in old.items() if new.get(attribute) != key]
    come = [(attribute, key) for attribute, key in new.items() if old.get(attribute) != key]
    if gone:
        rows = [{f"old_{name}": part for name, part in _row(record, *one).items()} for one in gone]
        session.execute(_REMOVE, rows)
    if come:
        session.execute(insert(RECORD_VALUE), [_row(record, *one) for one in come])


def having(workspace_id: str, object_name: str, attribute: str, keys: Collection[str]) -> Select[str]:
    """Select the ids of the records of an object whose attribute has one of the keys."""
    return select(RECORD_VALUE.c.record_id).where(
        RECORD_VALUE.c.workspace_id == workspace_id,
        RECORD_VALUE.c.object == object_name,
        RECORD_VALUE.c.attribute == attribute,
        RECORD_VALUE.c.key.in_(keys),
    )


def _row(record: RecordRecord, attribute: str, key: str) -> dict[str, Any]:
    return {
        "workspace_id": record.workspace_id,
        "object": record.object,
        "attribute": attribute,
        "key": key,
        "record_id": record.id,
    }
