"""API keys: shown once when they are made, kept as hashes."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from db.database import Database
from db.ids import new_id
from db.rows import API_KEY
from db.texts import is_storable
from engine.errors import Problem, Refused

MAX_NAME = 200
_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRecord:
    """An API key, without the key."""

    id: str
    workspace_id: str
    name: str
    created_at: datetime


def create_key(database: Database, workspace_id: str, name: str) -> tuple[ApiKeyRecord, str]:
    """Make a key of a workspace; gives its record and the key itself, `pk_…`, which nothing gives again.

    Raises:
        Refused: VALUE_INVALID, the name is empty or too long.
    """
    if not 1 <= len(name.strip()) <= MAX_NAME or not is_storable(name):
        raise Refused(Problem("VALUE_INVALID", f"A key's name has 1 to {MAX_NAME} characters.", ("name",)))
    # 256 bits of randomness: nobody guesses it, so a fast hash without salt keeps it as well as a slow one.
    key = f"pk_{secrets.token_urlsafe(_BYTES)}"
    record = ApiKeyRecord(
        id=new_id("key"), workspace_id=workspace_id, name=name.strip(), created_at=database.now()
    )
    with database.write() as session:
        session.execute(
            insert(API_KEY).values(
                id=record.id,
                workspace_id=workspace_id,
                name=record.name,
                hash=_hash(key),
                created_at=record.created_at,
            )
        )
    return record, key


def find_key(database: Database, key: str) -> ApiKeyRecord | None:
    """Give the record of a key that a caller sent, or None where there is no such key."""
    if not is_storable(key):
        return None
    columns = (API_KEY.c.id, API_KEY.c.workspace_id, API_KEY.c.name, API_KEY.c.created_at)
    with database.read() as session:
        row = session.execute(select(*columns).where(API_KEY.c.hash == _hash(key))).one_or_none()
    return None if row is None else ApiKeyRecord(**row._mapping)


def delete_key(database: Database, key_id: str) -> None:
    """Forget a key: from now on nobody may call with it. Does nothing where there is no such key."""
    with database.write() as session:
        session.execute(delete(API_KEY).where(API_KEY.c.id == key_id))


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
