"""The sweep finds what no message announced: what is due, what waits for a worker, and lost attempts.

Any number of processes may sweep at once: every decision is a compare-and-set in the database.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, literal_column, or_, select, update
from sqlmodel import col

from db import crash_points
from db.database import Database
from db.tables import ActivityExecution
from engine.status import PARKED_EXECUTIONS, ExecutionStatus
from workers.hints import Pair, Waker
from workers.periodic import is_away

log = logging.getLogger(__name__)

LoseAttempt = Callable[[str, str, str], Iterable[Pair]]
"""`lose_attempt(run_id, execution_id, token)` records that an attempt is lost, if the token still holds it.

It publishes what it changed, and gives the executions that a worker should look at now.
"""

HINT_LASTS = timedelta(seconds=5)
"""How long after a hint an execution is left alone."""

MOST_AT_ONCE = 500
FULL_QUEUE = 1000
"""With more messages than this in the queue no hint is lost, only late: more of them would help nobody."""

_PENDING: ColumnElement[str] = literal_column("'PENDING'")  # not bound: the index is for this value alone
_PARKED = sorted(status.value for status in PARKED_EXECUTIONS)

_id, _run_id, _token = col(ActivityExecution.id), col(ActivityExecution.run_id), col(ActivityExecution.token)
_status, _due_at = col(ActivityExecution.status), col(ActivityExecution.due_at)
_hint_at, _lease_until = col(ActivityExecution.hint_at), col(ActivityExecution.lease_until)


class Sweep:
    """One look at the whole database; its cost follows what is found, not what there is."""

    def __init__(
        self, database: Database, waker: Waker, queued: Callable[[], int], lose_attempt: LoseAttempt
    ) -> None:
        """Make it.

        Args:
            database: Where to look.
            waker: Tells workers what was found.
            queued: Counts the messages that no worker has taken.
            lose_attempt: What to do with an attempt whose lease ran out.
        """
        self._database, self._waker = database, waker
        self._queued, self._lose_attempt = queued, lose_attempt

    def tick(self) -> None:
        """Take lost attempts from the dead, then hint at what is due or forgotten.

        Raises:
            SQLAlchemyError: The database could not be reached.
            redis.RedisError: Redis did not say how full the queue is; leases are seen to all the same.
        """
        self._end_expired(self._database.now())
        if self._queued() <= FULL_QUEUE:
            now = self._database.now()
            found = self._found(now)
            if found:
                crash_points.reach("D1")
                if self._waker.wake(found):
                    crash_points.reach("D3")
                    self._mark(found, now)

    def _end_expired(self, now: datetime) -> None:
        running = _status == ExecutionStatus.RUNNING.value
        query = select(_run_id, _id, _token).where(running, _lease_until < now, _token.is_not(None))
        with self._database.read() as session:
            expired = session.execute(query.order_by(_lease_until).limit(MOST_AT_ONCE)).all()
        for run_id, execution_id, token in expired:
            try:
                self._waker.wake(self._lose_attempt(run_id, execution_id, str(token)))
            except Exception as error:
                if is_away(error):
                    raise
                log.exception("the lost attempt of %s in %s could not be recorded", execution_id, run_id)

    def _found(self, now: datetime) -> list[Pair]:
        """Give what to hint at: what is due, then what no worker has begun, the oldest first."""
        stale = or_(_hint_at.is_(None), _hint_at < now - HINT_LASTS)
        due = and_(_status.in_(_PARKED), _due_at <= now, or_(stale, _hint_at < _due_at))
        pending = and_(_status == _PENDING, stale)
        with self._database.read() as session:
            return [
                (run_id, execution_id)
                for condition, order in ((due, _due_at), (pending, _hint_at))
                for run_id, execution_id in session.execute(
                    select(_run_id, _id).where(condition).order_by(order).limit(MOST_AT_ONCE)
                )
            ]

    def _mark(self, pairs: Sequence[Pair], now: datetime) -> None:
        """Leave alone for a while what was hinted at, but for what others are changing: that is not forgotten."""
        hinted = _id.in_([execution_id for _, execution_id in pairs])
        still = or_(_status == _PENDING, _status.in_(_PARKED))
        chosen = _id.in_(select(_id).where(hinted, still).with_for_update(skip_locked=True))
        with self._database.write() as session:
            session.execute(update(ActivityExecution).where(chosen).values(hint_at=now))
