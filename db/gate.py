"""The gate that SQLite's writers pass one at a time.

Waiting in a queue beats SQLite's busy handler, which sleeps between tries and lets the unlucky starve.
"""

import fcntl
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class WriteGate:
    """Lets one writer of a database file through at a time.

    Within a process the writers queue, first come first served, the urgent before the others. Across
    processes the kernel's lock on a file beside the database decides; it falls with its process, so
    that nobody waits for the dead.
    """

    def __init__(self, path: Path) -> None:
        """Make the gate of the database file at `path`: its lock is `<path>.lock`."""
        self._path = path.with_name(path.name + ".lock")
        self._lock: int | None = None
        self.reopen()

    def reopen(self) -> None:
        """Start anew, with nobody in it: a forked child needs this, as it inherits its parent's queue and lock."""
        self.close()
        self._mutex = threading.Lock()
        self._urgent: deque[threading.Lock] = deque()
        self._patient: deque[threading.Lock] = deque()
        self._holder: int | None = None

    def close(self) -> None:
        """Close the lock while nobody is in the gate; a later use opens it anew."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def waiting(self) -> int:
        """How many threads of this process wait for their turn."""
        return len(self._urgent) + len(self._patient)

    @contextmanager
    def hold(self, *, urgent: bool = False) -> Iterator[None]:
        """Wait for the turn and keep it for the length of the block.

        Raises:
            RuntimeError: This thread is in the gate already.
        """
        self._enter(urgent)
        try:
            if self._lock is None:
                self._lock = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._lock, fcntl.LOCK_UN)
        finally:
            self._leave()

    def _enter(self, urgent: bool) -> None:
        me = threading.get_ident()
        turn = threading.Lock()
        with self._mutex:
            if self._holder == me:
                raise RuntimeError("this thread holds the write gate already: a write inside a write")
            if self._holder is None:
                self._holder = me
                return
            turn.acquire()
            queue = self._urgent if urgent else self._patient
            queue.append(turn)
        try:
            turn.acquire()
        except BaseException:
            self._give_up(turn, queue)
            raise
        self._holder = me

    def _give_up(self, turn: threading.Lock, queue: deque[threading.Lock]) -> None:
        with self._mutex:
            waiting = turn in queue
            if waiting:
                queue.remove(turn)
        if not waiting:
            self._leave()

    def _leave(self) -> None:
        with self._mutex:
            queue = self._urgent or self._patient
            if queue:
                self._holder = -1  # promised to the next, who writes its own name
                queue.popleft().release()
            else:
                self._holder = None
