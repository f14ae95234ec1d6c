"""How a connection of each database is opened: its address read, and what every connection is told."""

import select
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import orjson
import psycopg
from psycopg.pq import TransactionStatus
from psycopg.types.json import set_json_dumps, set_json_loads
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError

Dialect = Literal["sqlite", "postgresql"]

IMMEDIATE = "playhead_immediate"
"""The execution option of a SQLite connection whose transactions take the write lock when they begin."""

_NETWORK = {
    "connect_timeout": "10",
    "keepalives_idle": "5",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""So that a network which swallows what it is given is noticed within 20 seconds, not within the system's hours."""

_ACCEPTED = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME is accepted"
_PRAGMAS = ("busy_timeout=15000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")


class DatabaseUrlError(ValueError):
    """A database URL that cannot be used; the message is one line for the operator, without the password."""


def read_url(text: str) -> URL:
    """Read a database's address, and name the driver in it.

    Raises:
        DatabaseUrlError: It is no URL, of another database, or SQLite without a file in a folder that exists.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUrlError(f"the database URL cannot be read; {_ACCEPTED}") from error
    kind = url.drivername.partition("+")[0]
    if kind in ("postgresql", "postgres"):
        unset = {name: value for name, value in _NETWORK.items() if name not in url.query}
        return url.set(drivername="postgresql+psycopg").update_query_dict(unset)
    if kind != "sqlite":
        raise DatabaseUrlError(f"the database URL begins with {url.drivername!r}; {_ACCEPTED}")
    name = url.database or ":memory:"
    if name == ":memory:" or name.startswith("file:"):
        raise DatabaseUrlError("SQLite in memory cannot be shared by processes; sqlite:///FILE is accepted")
    if not Path(name).absolute().parent.is_dir():
        raise DatabaseUrlError(f"the folder of the database file {name!r} does not exist")
    return url.set(drivername="sqlite+pysqlite")


def dumps(value: Any) -> str:
    """Write JSON as the tables hold it."""
    return orjson.dumps(value).decode()


def open_engine(url: URL, pool_size: int) -> Engine:
    """Open the pool of the sessions; its connections are tested before use, which survives a restart."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        json_serializer=dumps,
        json_deserializer=orjson.loads,
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def open_glances(url: URL, pool_size: int) -> Engine:
    """Open the pool of statements that stand alone on PostgreSQL: in autocommit, without a round trip before use."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        isolation_level="AUTOCOMMIT",
        json_serializer=dumps,
        json_deserializer=orjson.loads,
    )
    event.listen(engine, "checkout", _refuse_gone)
    return engine


def raw_opener(url: URL) -> Callable[[], Any]:
    """Give what opens a raw connection, in autocommit: the hot path begins its transactions itself."""
    if url.drivername.startswith("sqlite"):
        path = str(url.database)
        return lambda: _raw_sqlite(path)
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return lambda: _raw_postgresql(address)


def has_gone(connection: Any) -> bool:
    """Say, without asking it, whether the server has closed an idle raw connection: then there is something to read."""
    if isinstance(connection, sqlite3.Connection):
        return False
    if connection.closed:
        return True
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))


def _refuse_gone(connection: Any, _record: Any, _proxy: Any) -> None:
    if has_gone(connection):
        raise DisconnectionError  # the pool opens another one


def is_sound(connection: Any) -> bool:
    """Say whether a raw connection is open and outside a transaction."""
    if isinstance(connection, sqlite3.Connection):
        return not connection.in_transaction
    return bool(connection.info.transaction_status == TransactionStatus.IDLE)  # UNKNOWN where it is closed


def _raw_sqlite(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    _prepare_sqlite(connection, None)
    return connection


def _raw_postgresql(address: str) -> "psycopg.Connection[Any]":
    connection = psycopg.connect(address, autocommit=True, prepare_threshold=1)
    set_json_loads(orjson.loads, connection)
    set_json_dumps(orjson.dumps, connection)
    return connection


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing of its own accord
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(IMMEDIATE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
