"""What the threads of one process that work on one run share, so that they queue for it instead of missing its fence."""

import threading
from weakref import WeakValueDictionary

from engine.state import RunState


class SharedRun:
    """A run in the hands of this process: `lock` is held from a decision to its commit, `state` is the newest known."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.state: RunState | None = None


class RunStates:
    """The runs that threads of this process work on; one that nobody works on any more is forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: WeakValueDictionary[str, SharedRun] = WeakValueDictionary()

    def of(self, run_id: str) -> SharedRun:
        """Give what this process shares of a run; the caller keeps it for as long as it works on the run."""
        with self._lock:
            found = self._runs.get(run_id)
            if found is None:
                found = self._runs[run_id] = SharedRun()
            return found
