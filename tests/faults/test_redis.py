"""Redis forgets, is full, restarts and stays away: it only ever hurried what the database knows."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from tests.faults.parts import Shape
from tests.faults.scenes import Scene, staged

pytestmark = pytest.mark.anyio


def told(scene: Scene, *command: str) -> None:
    with redis.Redis.from_url(scene.parts.redis.url) as client:
        client.execute_command(*command)


async def forget(scene: Scene) -> None:
    await asyncio.to_thread(told, scene, "FLUSHALL")


async def restart(scene: Scene) -> None:
    await asyncio.to_thread(scene.parts.redis.stop)
    await asyncio.to_thread(scene.parts.redis.start)


async def stay_away(scene: Scene) -> None:
    scene.harming()
    await asyncio.to_thread(scene.parts.redis.stop)
    await asyncio.sleep(30)
    await asyncio.to_thread(scene.parts.redis.start)


async def fill(scene: Scene) -> None:
    """Nothing more may be written, not even an acknowledgment."""
    scene.harming()
    await asyncio.to_thread(told, scene, "CONFIG", "SET", "maxmemory", "1")
    await asyncio.sleep(8)
    await asyncio.to_thread(told, scene, "CONFIG", "SET", "maxmemory", "0")


@dataclass(frozen=True)
class Harm:
    """What is done, so often."""

    fault: str
    do: Callable[[Scene], Awaitable[None]]
    rounds: int


HARMS = (
    Harm("Redis flushed", forget, 10),
    Harm("Redis restarted", restart, 10),
    Harm("Redis full for 8 s", fill, 3),
    Harm("Redis away for 30 s", stay_away, 1),
)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("harm", HARMS, ids=["flushed", "restarted", "full", "away"])
async def test_no_run_rests_on_redis(redis_on_path: None, tmp_path: Path, empty_url: str, harm: Harm) -> None:
    with staged(harm.fault, tmp_path, empty_url, Shape(workers=2)) as scene:
        async with scene.under_load(12):
            for _ in range(harm.rounds):
                await asyncio.sleep(scene.choose.uniform(0.2, 2.0))
                await harm.do(scene)
                scene.harmed()
