"""Migrations: `upgrade` brings a database to the newest revision, `is_current` says whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from db.database import Database
from db.engines import IMMEDIATE

_CONFIG_FILE = Path(__file__).parent / "alembic.ini"
_LOCK = 7_529_325_318_847_000_001
"""PostgreSQL's advisory lock of migrations: any number that nothing else uses."""


def upgrade(database_url: str) -> None:
    """Bring the database to the newest revision, in one transaction.

    Several processes may call this at once: one migrates, the others wait and find nothing to do.

    Raises:
        DatabaseUrlError: The URL cannot be used.
    """
    database = Database(database_url)
    try:
        with _alone(database) as connection:
            config = Config(_CONFIG_FILE)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        database.dispose()


def is_current(database: Database) -> bool:
    """Say whether the database is at the newest revision."""
    with database.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision() == _head()


@cache
def _head() -> str | None:
    return ScriptDirectory.from_config(Config(_CONFIG_FILE)).get_current_head()


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    if database.dialect == "postgresql":
        with database.engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection
        return
    with database.gate.hold(), database.engine.connect() as connection:
        # SQLite changes a table by remaking it, which must not reach the rows that refer to the old one.
        # The setting takes effect outside a transaction only, and ends with the engine of this upgrade.
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.execution_options(**{IMMEDIATE: True}).begin():
            yield connection
