"""What became of runs and executions, counted over all processes: each adds what it published to Redis.

The counts are for `/metrics` and nothing else: they begin anew where Redis is emptied, as those of Prometheus may,
and a process that is killed takes its last second with it. What is exact is in the database.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import redis

from engine.event_record import EventRecord
from engine.events import EventType
from live.bus import Publisher
from workers import tracing

log = logging.getLogger(__name__)

KEY = "playhead:totals"
"""A hash: how much there was of each, by its name."""

COUNT_SECONDS = 1.0
"""How often a process adds what it counted."""

_RUNS: Mapping[str, str] = {
    EventType.RUN_COMPLETED: "completed",
    EventType.RUN_FAILED: "failed",
    EventType.RUN_CANCELED: "canceled",
}
_EXECUTIONS: Mapping[str, str] = {
    EventType.EXECUTION_COMPLETED: "completed",
    EventType.EXECUTION_FAILED: "failed",
    EventType.EXECUTION_CANCELED: "canceled",
}
_RUN, _EXECUTION, _CREDITS = "run", "execution", "credits"


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there was since the counts began: runs by outcome, executions by type and outcome, credits."""

    runs: Mapping[str, int]
    executions: Mapping[tuple[str, str], int]
    credits: int


class CountingPublisher(Publisher):
    """A publisher that counts what it publishes, and ends traces; whoever composes it calls `add` every so often.

    Raises:
        ValueError: The URL is none of Redis.
    """

    def __init__(self, redis_url: str) -> None:
        super().__init__(redis_url)
        self._counts: Counter[str] = Counter()
        self._counts_lock = Lock()

    def publish(self, events: Sequence[EventRecord], workspace_id: str) -> None:
        """Announce committed events of one workspace, and count them; a failure of Redis is logged."""
        if counts := _counted(events):
            with self._counts_lock:
                self._counts.update(counts)
        tracing.end_runs(events)
        super().publish(events, workspace_id)

    def add(self) -> None:
        """Add to the totals what was counted since the last time.

        Raises:
            redis.RedisError: It was not added; the next time it will be.
        """
        with self._counts_lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            with self._client.pipeline(transaction=True) as pipe:
                for name, more in counts.items():
                    pipe.hincrby(KEY, name, more)
                pipe.execute()
        except redis.RedisError:
            with self._counts_lock:
                self._counts.update(counts)
            raise

    def close(self) -> None:
        """Add what is left, if Redis is there, and close the connections."""
        try:
            self.add()
        except redis.RedisError as error:
            log.warning("the last counts of this process are not in the metrics: %s", error)
        super().close()


def totals_of(stored: Mapping[bytes, bytes]) -> Totals:
    """Read the totals as Redis holds them, what is none of ours left out."""
    runs = dict.fromkeys(_RUNS.values(), 0)
    executions: dict[tuple[str, str], int] = {}
    credits_used = 0
    for name, amount in stored.items():
        match name.decode().split(":"):
            case [kind, outcome] if kind == _RUN:
                runs[outcome] = int(amount)
            case [kind, activity_type, outcome] if kind == _EXECUTION:
                executions[activity_type, outcome] = int(amount)
            case [kind] if kind == _CREDITS:
                credits_used = int(amount)
    return Totals(runs, executions, credits_used)


def _counted(events: Sequence[EventRecord]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for event in events:
        if (outcome := _RUNS.get(event.type)) is not None:
            counts[f"{_RUN}:{outcome}"] += 1
        elif (outcome := _EXECUTIONS.get(event.type)) is not None:
            counts[f"{_EXECUTION}:{event.data['type']}:{outcome}"] += 1
            if used := event.data.get("creditsUsed", 0):
                counts[_CREDITS] += used
    return counts
