"""The way out: committed events, announced in Redis."""

from collections.abc import Sequence
from itertools import groupby
from threading import Lock
from time import monotonic
from typing import cast

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.typing import EncodableT, FieldT

from engine.event_record import EventRecord
from live.outage import Outage
from live.redis_pool import RenewingPool
from live.wire import pack, stream_of

KEPT_ENTRIES = 10_000
"""About how many entries a stream keeps; a reader that falls further behind reads the database."""

_TIMEOUT = 0.5  # seconds; Redis is near, and what is not announced is found by the comparison of seqs
_CONNECTIONS = 32


class Publisher:
    """Announces committed events in Redis. Safe to use from any thread.

    A dead Redis costs a caller half a second at most, then nothing for a second (eight in a long outage);
    then one caller tries again. What is not announced reaches subscribers by the hub's comparison of seqs.

    Raises:
        ValueError: The URL is none of Redis.
    """

    def __init__(self, redis_url: str) -> None:
        self._pool = RenewingPool.from_url(
            redis_url,
            max_connections=_CONNECTIONS,
            timeout=_TIMEOUT,
            socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )
        self._client = Redis(connection_pool=self._pool)
        self._outage = Outage(
            "Redis takes no events, live updates come up to 2 s late",
            first_pause=1.0,
            longest_pause=8.0,
            traceback=False,
        )
        self._lock = Lock()
        self._resume_at: float | None = None

    def publish(self, events: Sequence[EventRecord], workspace_id: str) -> None:
        """Announce committed events of one workspace in one round trip; a failure of Redis is logged.

        Args:
            events: In the order of their seqs, a run's side by side; those of a run are one message.
            workspace_id: Who may see them.
        """
        if not events or not self._admitted():
            return
        pipeline = self._client.pipeline(transaction=False)
        for run_id, together in groupby(events, key=lambda event: event.run_id):
            fields = cast(dict[FieldT, EncodableT], pack(list(together), workspace_id))
            pipeline.xadd(stream_of(run_id), fields, maxlen=KEPT_ENTRIES, approximate=True)
        try:
            answers = pipeline.execute(raise_on_error=False)  # its own error would quote the event
            _raise_first(answers)
        except (RedisError, OSError) as error:
            self._pool.failed(error)
            self._resume_at = monotonic() + self._outage.failed(error)
        else:
            self._resume_at = None
            self._outage.ended()

    def close(self) -> None:
        """Close the connections."""
        self._pool.disconnect()

    def _admitted(self) -> bool:
        if self._resume_at is None:
            return True
        with self._lock:
            if self._resume_at is None:
                return True
            if monotonic() < self._resume_at:
                return False
            # This caller alone tries; the others go on skipping meanwhile.
            self._resume_at = monotonic() + 2 * _TIMEOUT
            return True


def _raise_first(answers: Sequence[object]) -> None:
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
