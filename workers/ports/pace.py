"""A polite rate: pages of one host are asked for one after the other, with a pause between."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from engine.ports import Interrupted

PAUSE_SECONDS = 0.5
"""Between the beginnings of two requests to a host, by all attempts of a process."""

LONGEST_PAUSE = 10.0
"""A longer one that a host asks for (Crawl-delay) is cut to this."""

_HOSTS = 10_000
_SLICE_SECONDS = 0.1


class Pace:
    """Says when a host may be asked next; shared by all threads of a process."""

    def __init__(self, pause: float = PAUSE_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause, self._clock = pause, clock
        self._lock = threading.Lock()
        self._next: OrderedDict[str, float] = OrderedDict()

    def wait(self, host: str, interrupted: Callable[[], bool], asked_for: float | None = None) -> None:
        """Wait for the turn of this request.

        Args:
            host: Whom it goes to.
            interrupted: Says whether to stop waiting.
            asked_for: The pause that the host asks for, in seconds.

        Raises:
            Interrupted: The run was canceled meanwhile.
        """
        turn = self._turn(host, max(self._pause, min(asked_for or 0.0, LONGEST_PAUSE)))
        while (left := turn - self._clock()) > 0:
            if interrupted():
                raise Interrupted
            time.sleep(min(left, _SLICE_SECONDS))

    def _turn(self, host: str, pause: float) -> float:
        with self._lock:
            turn = max(self._clock(), self._next.pop(host, 0.0))
            self._next[host] = turn + pause
            while len(self._next) > _HOSTS:
                self._next.popitem(last=False)
        return turn
