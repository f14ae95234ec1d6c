"""Replies that are lost on the way: the server has done what it was asked, and who asked does not know."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.parts import Shape
from tests.faults.proxy import Proxy, network
from tests.faults.scenes import Scene, staged
from tests.servers import SOCKET_NAME, OwnRedis, Postgres

pytestmark = pytest.mark.anyio

SHARE = 0.1
"""Of the replies that may be lost, so many are."""


def asks_to_commit(sent: bytes) -> bool:
    """Says of what a client sent to PostgreSQL whether it commits: a decision is a transaction of its own."""
    return b"last_seq" in sent or b"COMMIT" in sent


def asks_of_the_queue(sent: bytes) -> bool:
    """Says of what a client sent to Redis whether it enqueues, fetches, acknowledges or announces."""
    return b"EVALSHA" in sent or b"XADD" in sent


@dataclass
class Lossy:
    """Loses a share of the replies to what `asks` picks, until so many are lost; recovery counts to the next loss."""

    scene: Scene
    asks: Callable[[bytes], bool]
    left: int

    def loses(self, sent: bytes) -> bool:
        if self.left and self.asks(sent) and self.scene.choose.random() < SHARE:
            self.left -= 1
            self.scene.harming()
            self.scene.harmed()
            return True
        return False


@contextmanager
def behind_proxies(
    folder: Path, url: str, server: Postgres | None, own: OwnRedis
) -> Iterator[tuple[Scene, Proxy | None, Proxy]]:
    """A scene whose every part reaches PostgreSQL, where that is the database, and Redis through proxies."""
    with network() as net:
        told = {"redis_url": f"unix://{folder}/redis.sock"}
        to_redis, _ = net.link(own.server.socket, path=folder / "redis.sock")
        to_postgres = None
        if server is not None:
            to_postgres, _ = net.link(server.socket, path=folder / SOCKET_NAME)
            told["database_url"] = url.replace(str(server.socket.parent), str(folder))
        shape = Shape(workers=2, webs=1, told=dict.fromkeys(("web", "worker", "scheduler"), told))
        with staged("replies lost", folder, url, shape, redis=own) as scene:
            yield scene, to_postgres, to_redis


async def lose(scene: Scene, proxy: Proxy, asks: Callable[[bytes], bool], count: int) -> None:
    lossy = Lossy(scene, asks, count)
    proxy.loses = lossy.loses
    async with asyncio.timeout(300):
        while lossy.left:
            await asyncio.sleep(0.05)


async def check(folder: Path, server: Postgres, own: OwnRedis, *, users: int, count: int) -> None:
    url = server.url(server.create_database())
    with behind_proxies(folder, url, server, own) as (scene, to_postgres, to_redis):
        assert to_postgres is not None
        async with scene.under_load(users):
            await asyncio.gather(
                lose(scene, to_postgres, asks_to_commit, count),
                lose(scene, to_redis, asks_of_the_queue, count),
            )
        assert to_postgres.lost > 0 and to_redis.lost > 0


async def test_replies_of_commits_and_of_the_queue_may_be_lost(
    tmp_path: Path, own_postgres: Postgres, own_redis: OwnRedis
) -> None:
    await check(tmp_path, own_postgres, own_redis, users=8, count=15)


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_five_hundred_replies_of_commits_and_of_the_queue_may_be_lost(
    tmp_path: Path, own_postgres: Postgres, own_redis: OwnRedis
) -> None:
    await check(tmp_path, own_postgres, own_redis, users=12, count=250)


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_five_hundred_replies_of_the_queue_may_be_lost_beside_sqlite(
    tmp_path: Path, own_redis: OwnRedis
) -> None:
    url = f"sqlite:///{tmp_path / 'playhead.db'}"
    with behind_proxies(tmp_path, url, None, own_redis) as (scene, _, to_redis):
        async with scene.under_load(12):
            await lose(scene, to_redis, asks_of_the_queue, 500)
        assert to_redis.lost > 0
