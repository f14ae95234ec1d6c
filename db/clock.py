"""The database's clock in a process: read now and then, and counted on in between, so that machines need not agree."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from db.outages import is_outage

log = logging.getLogger(__name__)

READ_EVERY_SECONDS = 30.0


class DatabaseClock:
    """Gives the database's time without asking for it each time; right within milliseconds, from any thread."""

    def __init__(self, read: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic) -> None:
        """Make it; the first call of `now` reads.

        Args:
            read: Asks the database for its time.
            monotonic: Seconds of a clock that is never set.
        """
        self._read, self._monotonic = read, monotonic
        self._reading = threading.Lock()
        self._known: tuple[datetime, float] | None = None
        self._read_after = 0.0

    def now(self) -> datetime:
        """Give the time in UTC; while the database is away, as it would have gone on.

        Raises:
            Exception: What `read` raised, where it never gave anything.
        """
        known = self._known
        if known is None:
            with self._reading:
                known = self._known or self._asked()
        elif self._monotonic() >= self._read_after and self._reading.acquire(blocking=False):
            try:
                known = self._asked_again(known)
            finally:
                self._reading.release()
        return known[0] + timedelta(seconds=self._monotonic() - known[1])

    def _asked_again(self, known: tuple[datetime, float]) -> tuple[datetime, float]:
        self._read_after = self._monotonic() + READ_EVERY_SECONDS
        try:
            return self._asked()
        except Exception as error:
            if not is_outage(error):
                raise
            log.debug("the database's clock is counted on: %s", error)
            return known

    def _asked(self) -> tuple[datetime, float]:
        began = self._monotonic()
        read = self._read()
        ended = self._monotonic()
        self._known = known = (read, (began + ended) / 2)
        self._read_after = ended + READ_EVERY_SECONDS
        return known
