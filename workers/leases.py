"""Leases: what a worker executes is its own for a while, and it keeps telling the database that it lives."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, tuple_, update
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import col

from db.database import Database
from db.tables import ActivityExecution
from engine.status import ExecutionStatus
from workers.periodic import RETRY_SECONDS, Periodic

_RENEWED_WITHIN = 1 / 3
_GIVEN_UP_AFTER = 2 / 3


@dataclass(slots=True)
class _Lease:
    token: str
    good_until: float  # on this process's own clock, which no operator sets


class LeaseKeeper:
    """Renews the leases of what this process executes, all in one statement, three times within a lease.

    A lease that could not be renewed for two thirds of its length is given up for good, while it still holds
    in the database: whoever takes the attempt over then finds that this process has let go.
    """

    def __init__(
        self, database: Database, lease_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database, self._seconds, self._clock = database, lease_seconds, clock
        self._lock = threading.Lock()
        self._held: dict[str, _Lease] = {}
        self._renewal = Periodic("The renewal of leases", lease_seconds * _RENEWED_WITHIN, self.renew)

    def start(self) -> None:
        """Begin to renew."""
        self._renewal.start()

    def stop(self) -> None:
        """Renew no more; what is held runs out."""
        self._renewal.stop()

    def hold(self, execution_id: str, token: str) -> None:
        """Keep the lease that was just written with a claim, until `release`."""
        with self._lock:
            self._held[execution_id] = _Lease(token, self._clock() + self._seconds * _GIVEN_UP_AFTER)

    def release(self, execution_id: str) -> None:
        """Keep it no more: the attempt is over."""
        with self._lock:
            self._held.pop(execution_id, None)

    def lost(self, execution_id: str) -> bool:
        """Say whether the attempt must be abandoned: its lease was given up, or was never held here."""
        with self._lock:
            lease = self._held.get(execution_id)
            return lease is None or lease.good_until <= self._clock()

    def holding(self) -> int:
        """Count what is held."""
        with self._lock:
            return len(self._held)

    def renew(self) -> float | None:
        """Renew what is held and not given up; gives a short pause where a lease could not be renewed.

        Raises:
            SQLAlchemyError: The database could not be reached; nothing was renewed.
        """
        began = self._clock()
        with self._lock:
            kept = {key: one.token for key, one in self._held.items() if one.good_until > began}
        if not kept:
            return None
        renewed = self._renew(kept)
        with self._lock:
            for key in renewed:
                lease = self._held.get(key)
                if lease is not None and lease.token == kept[key] and lease.good_until > self._clock():
                    lease.good_until = began + self._seconds * _GIVEN_UP_AFTER
        return None if len(renewed) == len(kept) else min(RETRY_SECONDS, self._seconds / 10)

    def _renew(self, kept: dict[str, str]) -> list[str]:
        until = self._database.now() + timedelta(seconds=self._seconds)
        pair = tuple_(col(ActivityExecution.id), col(ActivityExecution.token))
        with self._database.write() as session:
            changed = _set_lease(pair.in_(kept.items()), until)
            return list(session.scalars(changed))


def worker_prefix(host: str, pid: int) -> str:
    """Give what the names of all workers begin with that ran on a host under a process id."""
    return f"{host}:{pid}:"


def expire_worker(database: Database, name_prefix: str) -> int:
    """Let the leases of a dead worker run out now, so that the next sweep makes its attempts again.

    Args:
        database: Where the leases are.
        name_prefix: The worker's name, or what `worker_prefix` gives.

    Returns:
        How many there were.
    """
    past = database.now() - timedelta(seconds=1)
    of_worker = col(ActivityExecution.worker).startswith(name_prefix, autoescape=True)
    with database.write() as session:
        return len(session.scalars(_set_lease(of_worker, past)).all())


def _set_lease(condition: ColumnElement[bool], until: datetime) -> ReturningUpdate[str]:
    """Set the leases of the running executions that meet a condition, those aside that are being changed.

    To wait for one of these with others locked already could be a deadlock with what changes it.
    """
    an_id, status = col(ActivityExecution.id), col(ActivityExecution.status)
    leased = col(ActivityExecution.lease_until).is_not(None)
    found = select(an_id).where(leased, status == ExecutionStatus.RUNNING.value, condition)
    chosen = an_id.in_(found.with_for_update(skip_locked=True))
    return update(ActivityExecution).where(chosen).values(lease_until=until).returning(an_id)
