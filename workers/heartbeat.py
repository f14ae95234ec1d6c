"""Workers say in Redis that they live, for whoever asks whether there is one."""

import logging
from typing import cast

import redis

from workers.periodic import Periodic
from workers.redis_clock import Clock, redis_time

log = logging.getLogger(__name__)

KEY = "playhead:workers"
"""A sorted set: the names of the workers by the time of their last beat, as Redis has it."""

BEAT_SECONDS = 1.0
ALIVE_SECONDS = 5.0
"""Who has not beaten for longer is taken for dead."""

_FORGOTTEN_SECONDS = 3600.0


class Heartbeat:
    """Beats every second from `start` to `stop`, which takes the name out."""

    def __init__(self, client: redis.Redis, name: str, clock: Clock = redis_time) -> None:
        self._client, self._name, self._clock = client, name, clock
        self._beats = Periodic("The heartbeat", BEAT_SECONDS, self.beat)

    def start(self) -> None:
        """Begin to beat."""
        self._beats.start()

    def stop(self) -> None:
        """Beat no more and take the name out, if Redis is there."""
        self._beats.stop()
        try:
            self._client.zrem(KEY, self._name)
        except redis.RedisError as error:
            log.warning("the name of this worker stays in Redis for a while: %s", error)

    def beat(self) -> None:
        """Beat once, and take out who has been dead for an hour.

        Raises:
            redis.RedisError: Redis did not answer.
        """
        now = self._clock(self._client)
        with self._client.pipeline(transaction=False) as pipe:
            pipe.zadd(KEY, {self._name: now})
            pipe.zremrangebyscore(KEY, "-inf", now - _FORGOTTEN_SECONDS)
            pipe.execute()


def living_workers(client: redis.Redis, clock: Clock = redis_time) -> list[str]:
    """Give the names of the workers that live.

    Raises:
        redis.RedisError: Redis did not answer.
    """
    names = cast(list[bytes], client.zrangebyscore(KEY, clock(client) - ALIVE_SECONDS, "+inf"))
    return [name.decode() for name in names]


def count_living(pipe: redis.client.Pipeline, now: float) -> None:
    """Let a pipeline count the workers that live; `now` is the time of Redis."""
    pipe.zcount(KEY, now - ALIVE_SECONDS, "+inf")
