"""An outage of something that is tried again and again: logged when it begins and when it ends."""

import logging
from threading import Lock
from time import monotonic

_logger = logging.getLogger(__name__)


class Outage:
    """Counts the failures in a row of one thing. Safe to use from any thread.

    Args:
        what: What fails, as the log names it, with what that means for the user.
        first_pause: Seconds to pause after the first failure; the pauses grow with the age of the outage.
        longest_pause: Seconds that no pause exceeds.
        traceback: Whether the log shows where the error came from.
    """

    def __init__(self, what: str, *, first_pause: float, longest_pause: float, traceback: bool) -> None:
        self._what = what
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._traceback = traceback
        self._lock = Lock()
        self._began: float | None = None

    def failed(self, error: Exception) -> float:
        """Note a failure, and give the seconds to pause before the next try."""
        now = monotonic()
        with self._lock:
            begins = self._began is None
            began = self._began = now if self._began is None else self._began
        if begins:
            reason = str(error) or type(error).__name__
            _logger.warning("%s: %s", self._what, reason, exc_info=error if self._traceback else None)
        return min(max(self._first_pause, now - began), self._longest_pause)

    def ended(self) -> None:
        """Note a success; costs nothing while nothing fails."""
        if self._began is None:
            return
        with self._lock:
            began, self._began = self._began, None
        if began is not None:
            _logger.info("%s: over after %.1f s", self._what, monotonic() - began)
