import gc
import multiprocessing
import os
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.database import Database
from db.engines import DatabaseUrlError, read_url
from db.ids import DEFAULT_WORKSPACE
from tests.waiting import wait_until

ADD = text("UPDATE workspace SET name = name || 'x' WHERE id = 'ws_default'")
NAME = text("SELECT name FROM workspace WHERE id = 'ws_default'")


def name_in(database: Database) -> str:
    with database.read() as session:
        return str(session.scalar(NAME))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite:///file:x?mode=memory&uri=true", "in memory"),
        ("sqlite:////no/such/folder/x.db", "'/no/such/folder/x.db' does not exist"),
        ("mysql://root:secret@host/x", "begins with 'mysql'"),
        ("nonsense", "cannot be read"),
        ("", "cannot be read"),
        ("postgresql://a:b@host:port/x", "cannot be read"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_in_one_line_without_its_password(url: str, says: str) -> None:
    with pytest.raises(DatabaseUrlError) as refusal:
        Database(url)
    message = str(refusal.value)
    assert says in message
    assert "\n" not in message
    assert "secret" not in message


def test_the_short_name_of_postgresql_is_taken_too() -> None:
    assert Database("postgres://host/x").dialect == "postgresql"


def test_a_write_is_kept(database: Database) -> None:
    with database.write() as session:
        session.execute(ADD)
    assert name_in(database) == "defaultx"


def test_a_write_that_raises_is_undone(database: Database) -> None:
    with pytest.raises(KeyError), database.write() as session:
        session.execute(ADD)
        raise KeyError
    assert name_in(database) == "default"
    with database.write(urgent=True) as session:
        session.execute(ADD)
    assert name_in(database) == "defaultx"


def test_a_read_sees_one_snapshot(database: Database) -> None:
    with database.read() as session:
        assert session.scalar(NAME) == "default"
        with database.write() as writer:
            writer.execute(ADD)
        assert session.scalar(NAME) == "default"
    assert name_in(database) == "defaultx"


def test_what_a_read_changes_is_not_kept(database: Database) -> None:
    if database.dialect == "postgresql":
        with pytest.raises(DBAPIError, match="read-only"), database.read() as session:
            session.execute(ADD)
    else:
        with database.read() as session:
            session.execute(ADD)
    assert name_in(database) == "default"


def test_threads_that_read_and_then_write_lose_nothing(database: Database) -> None:
    lock = " FOR UPDATE" if database.dialect == "postgresql" else ""

    def add() -> None:
        for _ in range(20):
            with database.write() as session:
                name = session.scalar(text(f"SELECT name FROM workspace WHERE id = 'ws_default'{lock}"))
                session.execute(text("UPDATE workspace SET name = :name"), {"name": f"{name}x"})

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert name_in(database) == "default" + "x" * 80


def test_a_write_inside_a_write_is_an_error_on_sqlite(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(RuntimeError, match="write inside a write"), database.write(), database.write():
        pass
    database.dispose()


def test_postgresql_has_no_gate() -> None:
    with pytest.raises(RuntimeError, match="no write gate"):
        _ = Database("postgresql://host/x").gate


def test_json_keeps_its_types(database: Database) -> None:
    from db.tables import Workflow

    value = {"a": [1, 2.5, "ü\U0001f600", None, True, {}], "b": {"c": []}}
    now = datetime(2026, 11, 22, 1, 2, 3, 456789, tzinfo=UTC)
    with database.write() as session:
        session.add(
            Workflow(
                id="wf_1",
                workspace_id=DEFAULT_WORKSPACE,
                name="n",
                status="DRAFT",
                created_at=now,
                updated_at=now,
                created_by=value,
            )
        )
    with database.read() as session:
        read = session.get_one(Workflow, "wf_1")
    assert (read.created_by, read.created_at) == (value, now)


def test_a_raw_connection_commits_each_statement_and_is_used_again(database: Database) -> None:
    with database.fast() as first:
        first.execute("UPDATE workspace SET name = 'raw'")
    assert name_in(database) == "raw"
    with database.fast() as second:
        assert second is first


def test_a_raw_connection_left_in_a_transaction_is_not_used_again(database: Database) -> None:
    with pytest.raises(KeyError), database.fast() as first:
        first.execute("BEGIN")
        first.execute("UPDATE workspace SET name = 'raw'")
        raise KeyError
    with database.fast() as second:
        assert second is not first
    assert name_in(database) == "default"


def test_a_raw_connection_survives_a_failure_outside_a_transaction(database: Database) -> None:
    with pytest.raises(KeyError), database.fast() as first:
        raise KeyError
    with database.fast() as second:
        assert second is first


def test_nobody_meets_a_connection_that_the_server_closed(migrated_postgres_url: str) -> None:
    database = Database(migrated_postgres_url)
    name_in(database)
    with database.fast() as first, database.glance() as session:
        session.scalar(NAME)
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with other.fast() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        left = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        wait_until(lambda: connection.execute(left).fetchone() == (1,))
    other.dispose()
    with database.fast() as connection:
        assert connection is not first
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with database.glance() as session:
        assert session.scalar(NAME) == "default"
    assert name_in(database) == "default"
    database.dispose()


def test_a_network_that_swallows_everything_is_noticed_unless_the_operator_wants_otherwise() -> None:
    plain = read_url("postgresql://host/x").query
    told = read_url("postgresql://host/x?connect_timeout=3").query

    assert (plain["connect_timeout"], plain["tcp_user_timeout"]) == ("10", "20000")
    assert (told["connect_timeout"], told["tcp_user_timeout"]) == ("3", "20000")
    assert read_url("sqlite:////tmp/x.db").query == {}


def test_the_clock_is_in_utc(database: Database) -> None:
    now = database.now()
    assert now.tzinfo == UTC
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_time_is_the_database_clock_and_goes_on_while_it_is_away(database: Database) -> None:
    assert abs(database.time() - database.now()) < timedelta(seconds=1)
    first = database.time()
    database.now = _away  # type: ignore[method-assign]
    database._clock._read = _away
    database._clock._read_after = 0.0
    assert first <= database.time() < first + timedelta(seconds=60)


def _away() -> datetime:
    raise psycopg.OperationalError("the server closed the connection unexpectedly")


def test_the_connections_of_a_database_that_nobody_holds_are_closed(database: Database) -> None:
    another = Database(database.engine.url.render_as_string(hide_password=False))
    with another.fast() as raw:
        raw.execute("SELECT 1")
    with another.read() as session:
        pooled = session.connection().connection.dbapi_connection
        session.scalar(NAME)
    del another, session
    gc.collect()
    for connection in (raw, pooled):
        assert connection is not None
        with pytest.raises((psycopg.OperationalError, sqlite3.ProgrammingError), match="closed"):
            connection.execute("SELECT 1")


def read_in_a_fork(database: Database, answers: "multiprocessing.Queue[tuple[str, int]]") -> None:
    with database.write() as session:
        session.execute(ADD)
    with database.fast() as connection:
        one = connection.execute("SELECT 1").fetchone()[0]
    answers.put((name_in(database), one))
    database.dispose()


def test_a_forked_process_uses_connections_of_its_own(database: Database) -> None:
    name_in(database)
    with database.fast() as mine:
        mine.execute("SELECT 1")
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=read_in_a_fork, args=(database, answers))
    child.start()
    assert answers.get(timeout=20) == ("defaultx", 1)
    child.join()
    assert child.exitcode == 0
    assert name_in(database) == "defaultx"
    with database.fast() as connection:
        assert connection.execute("SELECT 1").fetchone()[0] == 1
    assert os.getpid() != child.pid
