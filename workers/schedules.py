"""Schedules: starts what is due. Any number of processes may look at once: each time is taken by one of them."""

import logging
from collections.abc import Callable, Sequence

from db import crash_points
from db.database import Database
from db.evaluations import remove_old
from db.schedules import due_schedules, fire_schedule
from db.terms import Terms
from db.writing import RunWrite
from workers.hints import Waker
from workers.periodic import is_away

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0
"""How often to look; a run is late by so much at most while the scheduler lives."""

REMOVE_SECONDS = 3_600.0
"""How often to remove what is too old."""

MOST_AT_ONCE = 500


class Schedules:
    """One look at the schedules; its cost follows what is due, not how many there are."""

    def __init__(
        self,
        database: Database,
        terms: Terms,
        publish: Callable[[Sequence[RunWrite]], None],
        waker: Waker,
    ) -> None:
        """Make it.

        Args:
            database: Where to look.
            terms: What runs start under.
            publish: Publishes how they began.
            waker: Tells workers of them.
        """
        self._database, self._terms = database, terms
        self._publish, self._waker = publish, waker

    def tick(self) -> None:
        """Start a run for each schedule that is due.

        Raises:
            SQLAlchemyError: The database could not be reached.
        """
        now = self._database.now()
        for workflow_id in due_schedules(self._database, now, limit=MOST_AT_ONCE):
            try:
                fired = fire_schedule(self._database, workflow_id, now=now, terms=self._terms)
            except Exception as error:
                if is_away(error):
                    raise
                log.exception("the schedule of workflow %s could not be seen to", workflow_id)
            else:
                crash_points.reach("A2")
                self._publish(fired.writes)
                self._waker.wake(fired.pending)


def remove_firings(database: Database) -> None:
    """Remove firings that started nothing, and keys of webhook calls, when they are 30 days old."""
    removed = remove_old(database)
    if removed:
        log.info("removed %d firings and keys that were too old", removed)
