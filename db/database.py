"""The one way to the database: short reads, fenced writes, and raw connections for the hot path."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakSet, finalize

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from db.clock import DatabaseClock
from db.engines import IMMEDIATE, Dialect, has_gone, is_sound, open_engine, open_glances, raw_opener, read_url
from db.gate import WriteGate
from db.pool import RawPool

_open: "WeakSet[Database]" = WeakSet()


class Database:
    """A database that is open in this process, for any number of threads. Its connections close with it at the latest.

    Attributes:
        dialect: Which of the two it is.
        engine: The engine that reads and writes draw from, for what watches statements.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        """Open the database at `url`; a connection is made when first needed.

        Raises:
            DatabaseUrlError: The URL cannot be used.
        """
        address = read_url(url)
        self.dialect: Dialect = "sqlite" if address.drivername.startswith("sqlite") else "postgresql"
        self.engine: Engine = open_engine(address, pool_size)
        self._raw = RawPool(raw_opener(address), is_sound, has_gone)
        self._clock = DatabaseClock(self.now)
        self._gate: WriteGate | None = None
        self._glances: Engine | None = None
        if self.dialect == "sqlite":
            self._gate = WriteGate(Path(str(address.database)).absolute())
            self._writes: Engine = self.engine.execution_options(**{IMMEDIATE: True})
            self._reads = self.engine
        else:
            snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            self._writes = self.engine
            self._reads = self.engine.execution_options(**snapshot)
            self._glances = open_glances(address, pool_size)
        _open.add(self)
        finalize(self, _close, self._raw, self.engine, self._glances, self._gate).atexit = False

    @property
    def gate(self) -> WriteGate:
        """Give the gate of SQLite's writers.

        Raises:
            RuntimeError: The database is PostgreSQL, where rows are locked instead.
        """
        if self._gate is None:
            raise RuntimeError("PostgreSQL has no write gate")
        return self._gate

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees one snapshot; what it changes is not kept."""
        with Session(self._reads, expire_on_commit=False) as session:
            yield session

    def glance(self) -> Connection:
        """Give a connection for one statement, or for rows that never change: on PostgreSQL each costs one round trip.

        It closes with its block, and costs half of what a session does. Two statements may see two moments.
        """
        return (self._glances or self._reads).connect()

    @contextmanager
    def write(self, *, urgent: bool = False) -> Iterator[Session]:
        """Give a session in one transaction: kept if the block ends, undone if it raises.

        Args:
            urgent: Whether to go before the other writers of this process; SQLite only.
        """
        turn = nullcontext() if self._gate is None else self._gate.hold(urgent=urgent)
        with turn, Session(self._writes, expire_on_commit=False) as session:
            yield session
            session.commit()

    def fast(self) -> AbstractContextManager[Any]:
        """Lend a raw connection of the driver, in autocommit.

        On SQLite no transaction is open and the gate is not taken: a writer holds `gate` and begins itself.
        """
        return self._raw.take()

    def now(self) -> datetime:
        """Give the database's clock in UTC; on SQLite, which has none of its own, this machine's."""
        if self.dialect == "sqlite":
            return datetime.now(UTC)
        with self.fast() as connection:
            moment: datetime = connection.execute("SELECT clock_timestamp()").fetchone()[0]
        return moment.astimezone(UTC)

    def time(self) -> datetime:
        """Give the same as `now`, within milliseconds and without asking each time; also while the database is away.

        Raises:
            Exception: The database is away, and this process has never reached it.
        """
        return self._clock.now()

    def dispose(self) -> None:
        """Close what is idle; a later use opens anew."""
        _close(self._raw, self.engine, self._glances, self._gate)

    def _start_anew(self) -> None:
        self._raw.forget()
        self._clock = DatabaseClock(self.now)
        self.engine.dispose(close=False)
        if self._glances is not None:
            self._glances.dispose(close=False)
        if self._gate is not None:
            self._gate.reopen()


def _close(raw: RawPool, engine: Engine, glances: Engine | None, gate: WriteGate | None) -> None:
    raw.close()
    if gate is not None:
        gate.close()
    engine.dispose()
    if glances is not None:
        glances.dispose()


def _after_fork() -> None:
    for database in list(_open):
        database._start_anew()


os.register_at_fork(after_in_child=_after_fork)
