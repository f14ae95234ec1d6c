"""A worker that is stopped for longer than its lease, and then goes on as if nothing had happened."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.faults.parts import Shape
from tests.faults.scenes import Scene, staged

pytestmark = pytest.mark.anyio


async def freeze(scene: Scene) -> None:
    """Stops a worker for twice its lease; from the end of its lease on others may have what it held."""
    worker = scene.choose.choice(scene.parts.workers)
    worker.send(signal.SIGSTOP)
    await asyncio.sleep(scene.lease)
    scene.harmed()
    await asyncio.sleep(scene.lease)
    worker.send(signal.SIGCONT)


async def check(folder: Path, url: str, *, users: int, rounds: int) -> None:
    with staged("a worker stopped for twice its lease", folder, url, Shape(workers=2, webs=1)) as scene:
        async with scene.under_load(users):
            for _ in range(rounds):
                await asyncio.sleep(scene.choose.uniform(0.2, 1.0))
                await freeze(scene)


async def test_what_a_stopped_worker_held_is_made_again_and_what_it_says_later_changes_nothing(
    redis_on_path: None, tmp_path: Path, sqlite_url: str
) -> None:
    await check(tmp_path, sqlite_url, users=8, rounds=1)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_workers_that_stop_and_go_on_lose_and_double_nothing(
    redis_on_path: None, tmp_path: Path, empty_url: str
) -> None:
    await check(tmp_path, empty_url, users=12, rounds=12)
