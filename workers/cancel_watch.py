"""How an activity that may be interrupted, or is about to act, learns that its run was canceled."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlmodel import col

from db.database import Database
from db.tables import Run
from engine.status import FINAL_RUNS, RunStatus
from workers.periodic import Periodic

POLL_SECONDS = 0.5

_STOPPING = sorted(status.value for status in (RunStatus.CANCELING, *FINAL_RUNS))


class CancelWatch:
    """Watches runs with one query for all of them, twice a second, and only while there are any."""

    def __init__(self, database: Database, poll_seconds: float = POLL_SECONDS) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._watched: dict[str, list[threading.Event]] = defaultdict(list)
        self._poll = Periodic("The watch for canceled runs", poll_seconds, self._look)

    def start(self) -> None:
        """Begin to watch."""
        self._poll.start()

    def stop(self) -> None:
        """Watch no more; what waits is not told."""
        self._poll.stop()

    @contextmanager
    def watch(self, run_id: str) -> Iterator[threading.Event]:
        """Give an event that is set once the run is canceling, or has ended: nothing may go on in it then."""
        canceled = threading.Event()
        with self._lock:
            self._watched[run_id].append(canceled)
        try:
            yield canceled
        finally:
            with self._lock:
                self._watched[run_id].remove(canceled)
                if not self._watched[run_id]:
                    del self._watched[run_id]

    def is_canceling(self, run_id: str) -> bool:
        """Say, by one query, whether the run is canceling or has ended: nothing may begin in it then.

        Raises:
            SQLAlchemyError: The database could not be reached.
        """
        return run_id in self._stopping([run_id])

    def _look(self) -> None:
        with self._lock:
            run_ids = list(self._watched)
        if not run_ids:
            return
        stopping = self._stopping(run_ids)
        with self._lock:
            for run_id in stopping:
                for canceled in self._watched.get(run_id, ()):
                    canceled.set()

    def _stopping(self, run_ids: Iterable[str]) -> set[str]:
        query = select(col(Run.id)).where(col(Run.id).in_(run_ids), col(Run.status).in_(_STOPPING))
        with self._database.read() as session:
            return set(session.scalars(query))
