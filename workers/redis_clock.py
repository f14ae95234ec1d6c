"""The clock of Redis: what processes of several machines leave there is dated by it, as their own clocks may differ."""

from collections.abc import Callable

import redis

Clock = Callable[[redis.Redis], float]
"""Gives the time in seconds since 1970."""


def redis_time(client: redis.Redis) -> float:
    """Ask Redis for its time.

    Raises:
        redis.RedisError: Redis did not answer.
    """
    seconds, microseconds = client.time()
    return float(seconds) + float(microseconds) / 1_000_000
