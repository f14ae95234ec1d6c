"""A thread that does something every so often, whatever becomes of the database and Redis meanwhile."""

import logging
import threading
from collections.abc import Callable

import redis

from db.outages import is_outage
from live.outage import Outage

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
"""The pause after a failure of the database or Redis, where the usual one is longer."""


class Periodic:
    """Calls an action in a thread of its own until it is stopped.

    While the database or Redis is away the action is tried again every second, and the log says so once.
    Any other error is a fault of the program: it is logged with its traceback, and the thread goes on.
    """

    def __init__(self, name: str, seconds: float, action: Callable[[], float | None]) -> None:
        """Make it, without starting it.

        Args:
            name: Names the thread, and the action in the log, such as "The renewal of leases".
            seconds: The pause between two turns.
            action: What to do; it may give the seconds to its next turn, where they differ this once.
        """
        self._seconds, self._action = seconds, action
        retry = min(seconds, RETRY_SECONDS)
        self._outage = Outage(f"{name} failed", first_pause=retry, longest_pause=retry, traceback=False)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin; the first turn is at once."""
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> bool:
        """End it, waiting at most `timeout` seconds for a turn under way; says whether it has ended."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._stopping.wait(self._turn())

    def _turn(self) -> float:
        try:
            pause = self._action()
        except Exception as error:
            if is_away(error):
                return self._outage.failed(error)
            log.exception("%s met a fault", self._thread.name)
            return self._seconds
        self._outage.ended()
        return self._seconds if pause is None else pause


def is_away(error: Exception) -> bool:
    """Say whether an error means that the database or Redis is away, and not that the program is wrong."""
    return isinstance(error, (redis.RedisError, OSError)) or is_outage(error)
