"""The scheduler says in Redis when it last swept, for whoever asks whether one is at work."""

import time
from collections.abc import Callable

import redis

KEY = "playhead:swept"
"""The Unix time of the end of the latest sweep."""


def marking(
    client: redis.Redis, sweep: Callable[[], None], clock: Callable[[], float] = time.time
) -> Callable[[], None]:
    """Give a sweep that leaves a mark once it has ended.

    It raises what the sweep raises, and `redis.RedisError` where the mark could not be left.
    """

    def marked() -> None:
        sweep()
        client.set(KEY, clock())

    return marked


def age_of(mark: bytes | None, clock: Callable[[], float] = time.time) -> float | None:
    """Give the seconds since the sweep that left a mark, or None where none did."""
    return None if mark is None else max(0.0, clock() - float(mark))
