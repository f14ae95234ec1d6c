"""Whether the server can do its work: asked by load balancers, by compose, and by `playhead up`."""

from collections.abc import Callable, Mapping
from typing import Any, cast

import redis
from anyio import create_task_group, move_on_after, to_thread
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse

from db.database import Database
from db.migrations import is_current
from workers import sweep_mark
from workers.heartbeat import living_workers
from workers.redis_clock import redis_time

SECONDS_TO_ANSWER = 0.8
"""Each check has so long; they run side by side."""

Check = Callable[[], str | None]
"""Gives what is wrong, in one line, or None."""


class Health:
    """The checks of one process."""

    def __init__(self, database: Database, redis_url: str) -> None:
        self._database = database
        self._redis = redis.Redis.from_url(
            redis_url,
            socket_timeout=SECONDS_TO_ANSWER,
            socket_connect_timeout=SECONDS_TO_ANSWER,
            retry=Retry(NoBackoff(), 0),
        )
        self._sweep_age: float | None = None
        self._checks: Mapping[str, Check] = {"database": self._database_fault, "redis": self._redis_fault}

    def close(self) -> None:
        """Close the connections that the checks opened."""
        self._redis.close()

    async def live(self, _request: Request) -> JSONResponse:
        """Answer that the process is there."""
        return JSONResponse({"alive": True})

    async def ready(self, _request: Request) -> JSONResponse:
        """Answer 200 where work can be done, else 503 with the reasons.

        It says too how long ago the scheduler last swept: without one, work goes on, but nothing that waits does.
        """
        reasons = await self._reasons()
        shown = {"ready": not reasons, "reasons": reasons, "sweepAgeSeconds": self._sweep_age}
        return JSONResponse(shown, 503 if reasons else 200)

    async def _reasons(self) -> list[str]:
        found: dict[str, str | None] = {}

        async def ask(name: str, check: Check) -> None:
            found[name] = f"{name}: no answer within {SECONDS_TO_ANSWER} s"
            with move_on_after(SECONDS_TO_ANSWER):
                found[name] = await to_thread.run_sync(check, abandon_on_cancel=True)

        async with create_task_group() as group:
            for name, check in self._checks.items():
                group.start_soon(ask, name, check)
        return [reason for name in self._checks if (reason := found[name]) is not None]

    def _database_fault(self) -> str | None:
        try:
            return None if is_current(self._database) else "database: not migrated, run `playhead migrate`"
        except SQLAlchemyError as error:
            return f"database: not reachable ({type(error).__name__})"

    def _redis_fault(self) -> str | None:
        try:
            mark = cast(bytes | None, self._redis.get(sweep_mark.KEY))
            self._sweep_age = sweep_mark.age_of(mark, redis_time(self._redis))
            return None if living_workers(self._redis) else _why_none(self._redis.info())
        except redis.RedisError as error:
            return f"redis: not reachable ({type(error).__name__})"


def _why_none(info: Mapping[str, Any]) -> str:
    """Say why no worker is seen: a Redis that takes nothing shows none, however many there are."""
    if info.get("aof_last_write_status", "ok") != "ok":
        return "redis: it cannot write its file, and takes nothing (is its disk full?)"
    if 0 < info["maxmemory"] <= info["used_memory"]:
        return "redis: it is full, and takes nothing"
    return "workers: none is running"
