"""Partitions: a worker or a web process cannot reach the database or Redis for longer than a lease, and comes back."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.faults.namespaces import Island, island, islands_allowed
from tests.faults.parts import Shape
from tests.faults.proxy import Proxy, Way, network
from tests.faults.scenes import Scene, staged
from tests.servers import SOCKET_NAME, OwnRedis, Postgres

pytestmark = [pytest.mark.anyio, pytest.mark.soak, pytest.mark.timeout(600)]

LEASES = 2.0
"""How long a partition lasts, in leases."""


async def cut(scene: Scene, proxy: Proxy, way: Way, *, others: bool) -> None:
    """Cuts what goes through a proxy; where there are other workers, they may have what the cut off one holds once its
    leases have run out."""
    if not others:
        scene.harming()
    proxy.way = way
    await asyncio.sleep(scene.lease)
    if others:
        scene.harmed()
    await asyncio.sleep(scene.lease * (LEASES - 1))
    proxy.way = Way.PASS
    if not others:
        scene.harmed()


@pytest.mark.parametrize("way", [Way.STALL, Way.HOLE], ids=["stalled", "half open"])
@pytest.mark.parametrize("who", ["worker", "web"])
async def test_who_cannot_reach_redis_goes_on(
    tmp_path: Path, own_postgres: Postgres, own_redis: OwnRedis, who: str, way: Way
) -> None:
    url = own_postgres.url(own_postgres.create_database())
    with network() as net:
        proxy, _ = net.link(own_redis.server.socket, path=tmp_path / "redis.sock")
        shape = Shape(workers=1, webs=1, told={who: {"redis_url": f"unix://{tmp_path}/redis.sock"}})
        with staged(f"partition {who}, Redis, {way.value}", tmp_path, url, shape, redis=own_redis) as scene:
            async with scene.under_load(8):
                for _ in range(4):
                    await asyncio.sleep(scene.choose.uniform(0.5, 1.5))
                    await cut(scene, proxy, way, others=False)


async def test_a_worker_that_cannot_reach_the_database_gives_up_what_it_held(
    tmp_path: Path, own_postgres: Postgres, own_redis: OwnRedis
) -> None:
    url = own_postgres.url(own_postgres.create_database())
    with network() as net:
        proxy, _ = net.link(own_postgres.socket, path=tmp_path / SOCKET_NAME)
        shape = Shape(workers=2, webs=1)
        with staged("partition worker, database, stall", tmp_path, url, shape, redis=own_redis) as scene:
            cut_off = scene.parts.workers[0]
            await asyncio.to_thread(cut_off.end, signal.SIGTERM)
            cut_off.launch(PLAYHEAD_DATABASE_URL=url.replace(str(own_postgres.socket.parent), str(tmp_path)))
            async with scene.under_load(8):
                for _ in range(6):
                    await asyncio.sleep(scene.choose.uniform(0.5, 1.5))
                    await cut(scene, proxy, Way.STALL, others=True)


@pytest.mark.skipif(not islands_allowed(), reason="this machine lets the tests make no network namespaces")
@pytest.mark.parametrize("far", ["database", "redis", "both"])
async def test_a_worker_in_a_network_of_its_own_survives_its_partitions(
    tmp_path: Path, own_postgres: Postgres, own_redis: OwnRedis, far: str
) -> None:
    name = own_postgres.create_database()
    url = own_postgres.url(name)
    with network() as net, island("database", "redis", "world") as alone:
        _, database_port = net.link(own_postgres.socket, host=alone.address("database"))
        _, redis_port = net.link(own_redis.server.socket, host=alone.address("redis"))
        told = {
            "PLAYHEAD_DATABASE_URL": f"postgresql://postgres@{alone.address('database')}:{database_port}/{name}",
            "PLAYHEAD_REDIS_URL": f"redis://{alone.address('redis')}:{redis_port}/0",
        }
        shape, outside = Shape(workers=2, webs=1), alone.address("world")
        with staged(f"network cut, {far}", tmp_path, url, shape, redis=own_redis, outside=outside) as scene:
            worker = scene.parts.workers[0]
            await asyncio.to_thread(worker.end, signal.SIGTERM)
            worker.launch_under(alone.prefix, **told)
            async with scene.under_load(8):
                for _ in range(5):
                    await asyncio.sleep(scene.choose.uniform(0.5, 1.5))
                    await cut_cable(scene, alone, far)


async def cut_cable(scene: Scene, alone: Island, far: str) -> None:
    cables = ("database", "redis") if far == "both" else (far,)
    for cable in cables:
        alone.cut(cable)
    await asyncio.sleep(scene.lease)
    scene.harmed()
    await asyncio.sleep(scene.lease * (LEASES - 1))
    for cable in cables:
        alone.mend(cable)
