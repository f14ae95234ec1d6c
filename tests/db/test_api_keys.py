from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import column, insert, select, table, update

from db import migrations
from db.api_keys import (
    create_key,
    delete_key,
    find_key,
    good_keys,
    keys_by_ids,
    keys_page,
    note_use,
    revoke_key,
)
from db.cursors import BadPage
from db.database import Database
from db.roles import Role
from db.rows import API_KEY
from engine.errors import Refused
from tests.db.filling import DEFAULT, add_workspace

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


def make(database: Database, name: str = "laptop", workspace_id: str = DEFAULT) -> tuple[str, str]:
    """Makes a key; gives its id and the key."""
    record, key = create_key(database, workspace_id, name, role=Role.EDITOR)
    return record.id, key


def expire(database: Database, key_id: str) -> None:
    with database.write() as session:
        session.execute(update(API_KEY).where(API_KEY.c.id == key_id).values(expires_at=NOW - HOUR))


def test_a_key_is_found_by_itself_and_kept_as_a_hash(database: Database) -> None:
    record, key = create_key(database, DEFAULT, " laptop ", role=Role.VIEWER)
    other, second = create_key(database, DEFAULT, "laptop", role=Role.ADMIN, expires_at=NOW + HOUR)
    assert key.startswith("pk_")
    assert len(key) == 46
    assert key != second
    assert find_key(database, key) == record
    assert find_key(database, second) == other
    assert (record.name, record.workspace_id, record.id[:4]) == ("laptop", DEFAULT, "key_")
    assert (record.role, record.expires_at, record.revoked_at) == (Role.VIEWER, None, None)
    assert (other.role, other.expires_at, other.last_used_at) == (Role.ADMIN, NOW + HOUR, None)
    with database.read() as session:
        stored = session.execute(select(API_KEY)).all()
    assert key not in str(stored)


def test_a_deleted_key_is_worthless(database: Database) -> None:
    (gone, key), (_, other) = (make(database, name) for name in "ab")
    delete_key(database, gone)
    delete_key(database, gone)
    assert find_key(database, key) is None
    assert find_key(database, other) is not None


def test_a_revoked_key_is_worthless_and_its_record_stays(database: Database) -> None:
    (gone, key), (kept, other) = (make(database, name) for name in "ab")
    first = revoke_key(database, DEFAULT, gone)
    assert first is not None and first.revoked_at is not None
    assert revoke_key(database, None, gone) == first
    assert find_key(database, key) is None
    assert find_key(database, other) is not None
    assert keys_by_ids(database, DEFAULT, [gone]) == {gone: first}
    assert good_keys(database, {gone, kept, "key_unknown"}) == {kept}


@pytest.mark.parametrize("key_id", ["", "key_0", "a\0b", "\ud800"])
def test_there_is_nothing_to_revoke_by_an_unknown_id(database: Database, key_id: str) -> None:
    assert revoke_key(database, None, key_id) is None


def test_a_key_of_another_workspace_is_no_key_of_this_one(database: Database) -> None:
    other = add_workspace(database, "other")
    theirs, key = make(database, workspace_id=other)
    assert revoke_key(database, DEFAULT, theirs) is None
    assert keys_by_ids(database, DEFAULT, [theirs]) == {}
    assert keys_page(database, DEFAULT, first=5, after=None).items == []
    assert find_key(database, key) is not None


def test_an_expired_key_is_worthless(database: Database) -> None:
    (gone, key), (kept, _) = (make(database, name) for name in "ab")
    expire(database, gone)
    assert find_key(database, key) is None
    assert good_keys(database, {gone, kept}) == {kept}


def test_keys_are_listed_newest_first_page_by_page(database: Database) -> None:
    ids = [make(database, name)[0] for name in "abc"]
    first = keys_page(database, DEFAULT, first=2, after=None)
    rest = keys_page(database, DEFAULT, first=2, after=first.cursors[-1])
    assert [key.id for key in [*first.items, *rest.items]] == ids[::-1]
    assert (first.has_next, rest.has_next) == (True, False)
    with pytest.raises(BadPage):
        keys_page(database, DEFAULT, first=0, after=None)


def test_use_is_noted_to_the_minute(database: Database) -> None:
    (used, _), (idle, _) = (make(database, name) for name in "ab")

    def last_used() -> datetime | None:
        return keys_by_ids(database, DEFAULT, [used])[used].last_used_at

    moments = [NOW, NOW + timedelta(seconds=59), NOW + timedelta(seconds=61)]
    seen = []
    for moment in moments:
        note_use(database, {used}, moment)
        seen.append(last_used())
    assert seen == [moments[0], moments[0], moments[2]]
    assert keys_by_ids(database, DEFAULT, [idle])[idle].last_used_at is None


@pytest.mark.parametrize("key", ["", "pk_", "pk_x", "a\0b", "\ud800"])
def test_what_is_no_key_finds_nothing(database: Database, key: str) -> None:
    make(database)
    assert find_key(database, key) is None


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\0b"])
def test_a_key_needs_a_name(database: Database, name: str) -> None:
    with pytest.raises(Refused, match="A key's name has 1 to 200 characters"):
        make(database, name)


def test_a_key_expires_in_the_future(database: Database) -> None:
    with pytest.raises(Refused) as refused:
        create_key(database, DEFAULT, "", role=Role.VIEWER, expires_at=NOW - HOUR)
    assert [problem.path for problem in refused.value.problems] == [("name",), ("expiresAt",)]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_includes_those_before_it(role: Role) -> None:
    included = {Role.VIEWER: 1, Role.EDITOR: 2, Role.ADMIN: 3}
    assert [role.includes(other) for other in Role] == [n < included[role] for n in range(3)]


def test_a_key_from_before_there_were_roles_may_do_all_that_it_could(empty_url: str) -> None:
    database = Database(empty_url)
    with migrations._alone(database) as connection:
        config = Config(migrations._CONFIG_FILE)
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        values = {"id": "key_1", "workspace_id": DEFAULT, "name": "old", "hash": "x", "created_at": NOW}
        columns = [column(name, API_KEY.c[name].type) for name in values]
        connection.execute(insert(table("api_key", *columns)).values(values))
    database.dispose()
    migrations.upgrade(empty_url)
    key = keys_by_ids(database, DEFAULT, ["key_1"])["key_1"]
    assert (key.role, key.expires_at, key.revoked_at, key.last_used_at) == (Role.ADMIN, None, None, None)
    database.dispose()
