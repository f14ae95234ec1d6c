"""API keys: shown once when they are made, kept as hashes; good until they expire or are revoked."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, or_, select, update

from db.cursors import Order, check_first
from db.database import Database
from db.ids import new_id
from db.pages import beyond, ordered, owned
from db.records import Page
from db.roles import Role
from db.rows import API_KEY, Row
from db.texts import is_storable, storable
from engine.errors import Problem, Refused

MAX_NAME = 200
PREFIX = "pk_"
"""What every key begins with."""

COARSE = timedelta(minutes=1)
"""How exactly it is known when a key was last used."""

_BYTES = 32
_COLUMNS = tuple(column for column in API_KEY.c if column.name != "hash")
_PLACE = (API_KEY.c.id,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRecord:
    """An API key, without the key. One that never expires has no `expires_at`."""

    id: str
    workspace_id: str
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


API_KEYS = Order[ApiKeyRecord]("apiKeys", (str,), lambda key: (key.id,))
"""The newest first."""


def create_key(
    database: Database, workspace_id: str, name: str, *, role: Role, expires_at: datetime | None = None
) -> tuple[ApiKeyRecord, str]:
    """Make a key of a workspace; gives its record and the key itself, `pk_…`, which nothing gives again.

    Raises:
        Refused: VALUE_INVALID, the name is empty or too long, or the key would have expired already.
    """
    now = database.now()
    problems = []
    if not 1 <= len(name.strip()) <= MAX_NAME or not is_storable(name):
        message = f"A key's name has 1 to {MAX_NAME} characters."
        problems.append(Problem("VALUE_INVALID", message, ("name",)))
    if expires_at is not None and expires_at <= now:
        problems.append(Problem("VALUE_INVALID", "A key expires in the future.", ("expiresAt",)))
    if problems:
        raise Refused(*problems)
    # 256 bits of randomness: nobody guesses it, so a fast hash without salt keeps it as well as a slow one.
    key = PREFIX + secrets.token_urlsafe(_BYTES)
    record = ApiKeyRecord(
        id=new_id("key"),
        workspace_id=workspace_id,
        name=name.strip(),
        role=role,
        created_at=now,
        expires_at=expires_at,
        revoked_at=None,
        last_used_at=None,
    )
    values = {column.name: getattr(record, column.name) for column in _COLUMNS}
    with database.write() as session:
        session.execute(insert(API_KEY).values(**values, hash=_hash(key)))
    return record, key


def find_key(database: Database, key: str) -> ApiKeyRecord | None:
    """Give the record of a key that a caller sent, or None where there is no such key that is good now."""
    if not is_storable(key):
        return None
    sent = _hash(key)
    query = select(*_COLUMNS, API_KEY.c.hash).where(API_KEY.c.hash == sent, *_good())
    with database.glance() as connection:
        row = connection.execute(query).one_or_none()
    # The index compared hashes, whose timing tells nobody a key; this compares them in constant time.
    return _record(row) if row is not None and hmac.compare_digest(row.hash, sent) else None


def good_keys(database: Database, ids: Collection[str]) -> set[str]:
    """Give those of the keys that are good now: neither revoked nor expired nor deleted."""
    with database.glance() as connection:
        return set(connection.scalars(select(API_KEY.c.id).where(API_KEY.c.id.in_(ids), *_good())))


def note_use(database: Database, ids: Collection[str], at: datetime) -> None:
    """Remember that the keys were used at a time; what is known within a minute is left as it is."""
    column = API_KEY.c.last_used_at
    stale = or_(column.is_(None), column < at - COARSE)
    with database.write() as session:
        session.execute(update(API_KEY).where(API_KEY.c.id.in_(ids), stale).values(last_used_at=at))


def revoke_key(database: Database, workspace_id: str | None, key_id: str) -> ApiKeyRecord | None:
    """Make a key worthless from now on, and keep its record; revoking twice changes nothing.

    Args:
        database: Where.
        workspace_id: Whose key it must be; None for the operator, who reaches all workspaces.
        key_id: The key.

    Returns:
        The key as it is now, or None where there is no such key.
    """
    if not is_storable(key_id):
        return None
    its = [API_KEY.c.id == key_id, *([] if workspace_id is None else [owned(API_KEY, workspace_id)])]
    with database.write() as session:
        still = API_KEY.c.revoked_at.is_(None)
        session.execute(update(API_KEY).where(*its, still).values(revoked_at=datetime.now(UTC)))
        row = session.execute(select(*_COLUMNS).where(*its)).one_or_none()
    return None if row is None else _record(row)


def delete_key(database: Database, key_id: str) -> None:
    """Forget a key: from now on nobody may call with it. Does nothing where there is no such key."""
    with database.write() as session:
        session.execute(delete(API_KEY).where(API_KEY.c.id == key_id))


def keys_by_ids(database: Database, workspace_id: str, ids: Collection[str]) -> dict[str, ApiKeyRecord]:
    """Give those of the keys that are the workspace's, by their ids."""
    query = select(*_COLUMNS).where(API_KEY.c.id.in_(storable(ids)), owned(API_KEY, workspace_id))
    with database.read() as session:
        return {row.id: _record(row) for row in session.execute(query)}


def keys_page(database: Database, workspace_id: str, *, first: int, after: str | None) -> Page[ApiKeyRecord]:
    """Give a page of the workspace's keys, the newest first.

    Raises:
        BadPage: `first` or `after` is not what a page takes.
    """
    check_first(first)
    conditions = [API_KEY.c.workspace_id == workspace_id]
    if after is not None:
        conditions.append(beyond(_PLACE, API_KEYS.key(after), descending=True))
    query = select(*_COLUMNS).where(*conditions).limit(first + 1)
    with database.read() as session:
        rows = session.execute(query.order_by(*ordered(_PLACE, descending=True)))
        return API_KEYS.page([_record(row) for row in rows], first, after)


def _good() -> tuple[ColumnElement[bool], ...]:
    expires_at: Any = API_KEY.c.expires_at
    lasting = or_(expires_at.is_(None), expires_at > datetime.now(UTC))
    return API_KEY.c.revoked_at.is_(None), lasting


def _record(row: Row) -> ApiKeyRecord:
    values = {column.name: getattr(row, column.name) for column in _COLUMNS}
    return ApiKeyRecord(**{**values, "role": Role(row.role)})


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
