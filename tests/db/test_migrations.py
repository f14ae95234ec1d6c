from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel

import db.rows  # noqa: F401 - fills the metadata
from db.database import Database
from db.migrations import is_current, upgrade


def test_a_migrated_database_holds_exactly_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "target_metadata": SQLModel.metadata}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_migrated_database_has_the_default_workspace(database: Database) -> None:
    with database.read() as session:
        assert session.execute(text("SELECT id, name FROM workspace")).all() == [("ws_default", "default")]


def test_a_database_is_current_only_once_it_is_migrated(empty_url: str) -> None:
    database = Database(empty_url)
    before = is_current(database)
    upgrade(empty_url)
    assert (before, is_current(database)) == (False, True)
    database.dispose()


def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    upgrade(empty_url)
    upgrade(empty_url)
    database = Database(empty_url)
    assert is_current(database)
    database.dispose()


def test_several_may_upgrade_at_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [empty_url] * 4))
    database = Database(empty_url)
    assert is_current(database)
    database.dispose()


def test_an_upgrade_that_fails_leaves_nothing_behind(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("alembic.op.bulk_insert", fail)
    with pytest.raises(RuntimeError, match="the power went"):
        upgrade(empty_url)
    monkeypatch.undo()
    upgrade(empty_url)
    database = Database(empty_url)
    assert is_current(database)
    database.dispose()


def test_postgresql_leaves_room_for_updates_where_rows_change_often(migrated_postgres_url: str) -> None:
    database = Database(migrated_postgres_url)
    with database.read() as session:
        question = text("SELECT relname FROM pg_class WHERE reloptions = '{fillfactor=70}' ORDER BY 1")
        assert session.scalars(question).all() == ["activity_execution", "run"]
    database.dispose()


def test_postgresql_gets_the_functions_of_the_hot_path(migrated_postgres_url: str) -> None:
    database = Database(migrated_postgres_url)
    with database.fast() as connection:
        kept = connection.execute("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
        made = {f"{name}.sql" for (name,) in kept}
    database.dispose()
    assert made == {file.name for file in files("db.sql").iterdir() if file.name.endswith(".sql")}
