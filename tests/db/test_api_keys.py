import pytest
from sqlalchemy import select

from db.api_keys import create_key, delete_key, find_key
from db.database import Database
from db.rows import API_KEY
from db.workspaces import workspace_id_of
from engine.errors import Refused
from tests.db.filling import DEFAULT, add_workspace


def test_a_key_is_found_by_itself_and_kept_as_a_hash(database: Database) -> None:
    record, key = create_key(database, DEFAULT, " laptop ")
    other, second = create_key(database, DEFAULT, "laptop")
    assert key.startswith("pk_")
    assert len(key) == 46
    assert key != second
    assert find_key(database, key) == record
    assert find_key(database, second) == other
    assert (record.name, record.workspace_id, record.id[:4]) == ("laptop", DEFAULT, "key_")
    with database.read() as session:
        stored = session.execute(select(API_KEY)).all()
    assert key not in str(stored)


def test_a_deleted_key_is_worthless(database: Database) -> None:
    (gone, key), (_, other) = (create_key(database, DEFAULT, name) for name in "ab")
    delete_key(database, gone.id)
    delete_key(database, gone.id)
    assert find_key(database, key) is None
    assert find_key(database, other) is not None


@pytest.mark.parametrize("key", ["", "pk_", "pk_x", "a\0b", "\ud800"])
def test_what_is_no_key_finds_nothing(database: Database, key: str) -> None:
    create_key(database, DEFAULT, "laptop")
    assert find_key(database, key) is None


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\0b"])
def test_a_key_needs_a_name(database: Database, name: str) -> None:
    with pytest.raises(Refused, match="A key's name has 1 to 200 characters"):
        create_key(database, DEFAULT, name)


def test_a_workspace_is_found_by_its_name(database: Database) -> None:
    other = add_workspace(database, "other")
    found = [workspace_id_of(database, name) for name in ("default", "other", "third", "\0")]
    assert found == [DEFAULT, other, None, None]
