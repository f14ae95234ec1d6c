"""Changes of records within a transaction of the caller's, such as the one that completes an execution."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from db.ids import new_id
from db.locks import hold_name
from db.pages import owned
from db.record_faults import WriteRefused, check_object, check_size, check_values, refusal
from db.record_index import having, reindex
from db.record_keys import key_of
from db.records import Actor, RecordRecord
from db.rows import RECORD, RECORD_COLUMNS, record_record
from db.texts import storable
from db.times import text_of
from engine.activity import RecordAction, RecordWrite
from engine.equality import same
from engine.values import JsonValue

__all__ = [
    "Applied",
    "Author",
    "Change",
    "Changed",
    "WriteRefused",
    "apply",
    "create_or_update_record",
    "create_record",
    "record_json",
    "update_record",
]


class Change(StrEnum):
    """What became of a record, as the API names it."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    UNCHANGED = "UNCHANGED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A change of a record that was made: the record as it is now, as it was before, and what became of it."""

    record: RecordRecord
    change: Change
    previous: RecordRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What an activity's change of a record came to.

    Attributes:
        record: The record as it is now, as outputs hold it.
        action: What became of it, a `Change`.
        created: Whether it is new; None where the activity left no choice.
        changed: The change itself, for those who watch records.
    """

    record: dict[str, JsonValue]
    action: str
    created: bool | None
    changed: Changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who changes records, where and when."""

    workspace_id: str
    actor: Actor
    at: datetime


def record_json(record: RecordRecord) -> dict[str, JsonValue]:
    """Give a record as outputs, payloads and expressions see it."""
    return {
        "id": record.id,
        "object": record.object,
        "values": dict(record.values),
        "createdAt": text_of(record.created_at),
        "createdBy": record.created_by.as_data(),
        "updatedAt": text_of(record.updated_at),
        "updatedBy": record.updated_by.as_data(),
    }


def apply(session: Session, workspace_id: str, write: RecordWrite, *, actor: Actor, at: datetime) -> Applied:
    """Make the change of a record that an activity wants.

    Raises:
        WriteRefused: RECORD_NOT_FOUND, MATCH_AMBIGUOUS, VALUE_INVALID, VALUE_TOO_LARGE; nothing was changed.
    """
    author = Author(workspace_id=workspace_id, actor=actor, at=at)
    created = None
    match write.action:
        case RecordAction.CREATE:
            changed = create_record(session, author, str(write.object), write.values)
        case RecordAction.UPDATE:
            changed = update_record(session, author, str(write.record_id), write.values)
        case RecordAction.CREATE_OR_UPDATE:
            name, match_on = str(write.object), str(write.match_on)
            changed = create_or_update_record(session, author, name, match_on, write.values)
            created = changed.change is Change.CREATED
    return Applied(
        record=record_json(changed.record), action=changed.change.value, created=created, changed=changed
    )


def create_record(session: Session, author: Author, object_name: str, values: object) -> Changed:
    """Create a record.

    Raises:
        WriteRefused: VALUE_INVALID or VALUE_TOO_LARGE; nothing was changed.
    """
    check_object(object_name)
    record = RecordRecord(
        id=new_id("rec"),
        workspace_id=author.workspace_id,
        object=object_name,
        values=check_values(values),
        created_at=author.at,
        created_by=author.actor,
        updated_at=author.at,
        updated_by=author.actor,
    )
    check_size(record_json(record))
    session.execute(insert(RECORD).values(**_columns(record)))
    reindex(session, record, {}, record.values)
    return Changed(record=record, change=Change.CREATED)


def update_record(session: Session, author: Author, record_id: str, values: object) -> Changed:
    """Change the values of a record that are named and leave the others.

    Raises:
        WriteRefused: RECORD_NOT_FOUND, VALUE_INVALID or VALUE_TOO_LARGE; nothing was changed.
    """
    checked = check_values(values)
    record = _locked(session, author, record_id)
    if record is None:
        raise refusal(
            "RECORD_NOT_FOUND", f"There is no record '{record_id}'.", {"record": record_id}, path=("id",)
        )
    return _changed(session, author, record, checked)


def create_or_update_record(
    session: Session, author: Author, object_name: str, match_on: str, values: object
) -> Changed:
    """Change the one record of an object whose `match_on` has the value that it has here, or create it.

    Of several that are looked for at once, one is created.

    Raises:
        WriteRefused: MATCH_AMBIGUOUS (several have it), VALUE_INVALID, VALUE_TOO_LARGE; nothing was changed.
    """
    check_object(object_name)
    checked = check_values(values)
    key = key_of(checked.get(match_on))
    if key is None:
        message = f"'{match_on}' decides which record is meant: it takes a text, a number or a boolean."
        raise refusal("VALUE_INVALID", message, {"attribute": match_on}, path=("values", match_on))
    hold_name(session, "record", author.workspace_id, object_name, match_on, key)
    ids = session.scalars(having(author.workspace_id, object_name, match_on, [key]).limit(2)).all()
    if len(ids) > 1:
        message = f"Several records of '{object_name}' have this '{match_on}'; one at most may have it."
        facts = {"attribute": match_on, "value": checked[match_on], "records": sorted(ids)}
        raise refusal("MATCH_AMBIGUOUS", message, facts, path=("values", match_on))
    if not ids:
        return create_record(session, author, object_name, checked)
    record = _locked(session, author, ids[0])
    if record is None:
        raise LookupError(f"record {ids[0]} is in the index of its values, and not there")
    return _changed(session, author, record, checked)


def _locked(session: Session, author: Author, record_id: str) -> RecordRecord | None:
    query = select(*RECORD_COLUMNS).where(
        RECORD.c.id.in_(storable([record_id])), owned(RECORD, author.workspace_id)
    )
    row = session.execute(query.with_for_update()).one_or_none()
    return None if row is None else record_record(row)


def _changed(
    session: Session, author: Author, record: RecordRecord, values: Mapping[str, JsonValue]
) -> Changed:
    merged = {**record.values, **values}
    if same(merged, record.values):
        return Changed(record=record, change=Change.UNCHANGED)
    after = RecordRecord(
        id=record.id,
        workspace_id=record.workspace_id,
        object=record.object,
        values=merged,
        created_at=record.created_at,
        created_by=record.created_by,
        updated_at=author.at,
        updated_by=author.actor,
    )
    check_size(record_json(after))
    session.execute(update(RECORD).where(RECORD.c.id == record.id).values(**_columns(after)))
    reindex(session, after, record.values, merged)
    return Changed(record=after, change=Change.UPDATED, previous=record)


def _columns(record: RecordRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "workspace_id": record.workspace_id,
        "object": record.object,
        "values": record.values,
        "created_at": record.created_at,
        "created_by": record.created_by.as_data(),
        "updated_at": record.updated_at,
        "updated_by": record.updated_by.as_data(),
    }
