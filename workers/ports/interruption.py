"""Whether an attempt is to stop, for the ports that wait: the run is watched from the first time that one of them asks."""

import threading
from collections.abc import Callable
from contextlib import ExitStack

from workers.ports.http import Cancellation, Event


class Interruption:
    """Says whether the run of one attempt was canceled, or the attempt lost; `close` ends the watching."""

    def __init__(self, cancellation: Cancellation, run_id: str, lost: Callable[[], bool]) -> None:
        self._cancellation, self._run_id, self._lost = cancellation, run_id, lost
        self._lock, self._stack = threading.Lock(), ExitStack()
        self._canceled: Event | None = None

    def __call__(self) -> bool:
        """Say it."""
        with self._lock:
            if self._canceled is None:
                self._canceled = self._stack.enter_context(self._cancellation.watch(self._run_id))
        return self._canceled.is_set() or self._lost()

    def close(self) -> None:
        """Watch no more."""
        self._stack.close()
