"""Telling workers where there is something to do, as messages that hold ids and nothing else."""

import time
from collections.abc import Callable, Iterable

import redis
from dramatiq import Message

from db import crash_points
from live.outage import Outage
from workers import tracing
from workers.broker import QUEUE, WakingBroker

PERFORM = "perform"
"""The actor that takes the messages."""

Pair = tuple[str, str]
"""A run's id and the id of one of its executions."""

_SKIPPED_SECONDS = 1.0


class Waker:
    """Sends hints, from any thread and from processes that consume nothing.

    A hint that is lost costs a delay, for the sweep finds what it stood for. So nothing is raised here and
    nobody waits: after a failure no hint is sent for a second, and the log says once that Redis is away.
    """

    def __init__(self, broker: WakingBroker, clock: Callable[[], float] = time.monotonic) -> None:
        self._broker, self._clock = broker, clock
        self._outage = Outage(
            "Redis takes no hints, the sweep wakes workers up to 5 s late",
            first_pause=_SKIPPED_SECONDS,
            longest_pause=_SKIPPED_SECONDS,
            traceback=False,
        )
        self._skip_until = -1.0

    def wake(self, pairs: Iterable[Pair]) -> bool:
        """Tell workers to look at these executions: one message each, sent at once; say whether all were sent."""
        messages = [_message(*pair) for pair in pairs]
        if not messages:
            return True
        if self._clock() < self._skip_until:
            return False
        try:
            self._broker.enqueue_all(messages)
            crash_points.reach("D2")
        except redis.RedisError as error:
            self._skip_until = self._clock() + self._outage.failed(error)
            return False
        self._outage.ended()
        return True


def _message(run_id: str, execution_id: str) -> Message[None]:
    options = tracing.sent_with(run_id)
    return Message(
        queue_name=QUEUE, actor_name=PERFORM, args=(run_id, execution_id), kwargs={}, options=options
    )
