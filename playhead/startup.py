"""What stands before `playhead up` serves: the lock, the port, the migrated database, Redis, the demo."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy.exc import SQLAlchemyError

from db.engines import DatabaseUrlError
from db.migrations import upgrade
from playhead.instance import refuse_second, sole_instance
from playhead.port import listenable_port
from playhead.processes import Child
from playhead.redis_server import RedisServer
from playhead.settings import Settings
from playhead.start_error import StartError

SECONDS_FOR_REDIS: Final = 10.0


@contextmanager
def started(
    settings: Settings, demo: Callable[[Settings], None] | None, say: Callable[[str], None]
) -> Iterator[tuple[Settings, Child | None]]:
    """Holds the data folder and a running Redis; gives the settings with what was chosen filled in.

    The settings have a real port and Redis URL; the child is the private Redis, None where there is none.
    Where the port or the data folder is in use nothing has been changed. Redis is stopped at the end.

    Raises:
        StartError: a server runs on this data folder, or the port, the folder, the database or Redis cannot
            be used.
    """
    refuse_second(settings.data_dir)
    server = None if settings.redis_url else RedisServer(settings.data_dir)
    redis_url = settings.redis_url or (server.url if server else "")
    settled = settings.model_copy(update={"port": listenable_port(settings), "redis_url": redis_url})
    with (
        sole_instance(settled.data_dir, url=settled.url, redis_url=redis_url),
        _running_redis(server, redis_url, say) as child,
    ):
        _migrate(settled, say)
        if demo is not None:
            demo(settled)
        yield settled, child


@contextmanager
def _running_redis(
    server: RedisServer | None, url: str, say: Callable[[str], None]
) -> Iterator[Child | None]:
    if server is None:
        _check_redis(url)
        say("Redis: the one that PLAYHEAD_REDIS_URL names")
        yield None
        return
    server.prepare(say)
    child = Child("redis", server.spawn)
    try:
        pid = child.start()
        server.wait_until_ready(lambda: child.running)
        say(f"Redis: a private one ({server.origin}, process {pid})")
        yield child
    finally:
        if not child.stop(SECONDS_FOR_REDIS):
            say("redis: still there, killed")
        server.remove_socket()


def _check_redis(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, retry=Retry(NoBackoff(), 0)) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise StartError(f"PLAYHEAD_REDIS_URL: no Redis can be used there ({error})") from error


def _migrate(settings: Settings, say: Callable[[str], None]) -> None:
    try:
        upgrade(settings.database_url)
    except (SQLAlchemyError, DatabaseUrlError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise StartError(f"PLAYHEAD_DATABASE_URL: the database cannot be used ({reason})") from error
    sqlite = settings.database_url.removeprefix("sqlite:///")
    say(f"Database: {'PostgreSQL' if sqlite == settings.database_url else f'SQLite in {sqlite}'}")
