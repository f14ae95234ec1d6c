"""The scheduler says in Redis when it last swept, for whoever asks whether one is at work."""

from collections.abc import Callable

import redis

from workers.redis_clock import Clock, redis_time

KEY = "playhead:swept"
"""The time of the end of the latest sweep, as Redis has it."""


def marking(client: redis.Redis, sweep: Callable[[], None], clock: Clock = redis_time) -> Callable[[], None]:
    """Give a sweep that leaves a mark once it has ended.

    It raises what the sweep raises, and `redis.RedisError` where the mark could not be left.
    """

    def marked() -> None:
        sweep()
        client.set(KEY, clock(client))

    return marked


def age_of(mark: bytes | None, now: float) -> float | None:
    """Give the seconds since the sweep that left a mark, or None where none did; `now` is the time of Redis."""
    return None if mark is None else max(0.0, now - float(mark))
