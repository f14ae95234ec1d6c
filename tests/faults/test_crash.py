"""kill -9 at each of the named places, and at any: what the process was doing is done again, or was done already."""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from db.crash_points import CrashPoint
from tests.crashing import POINTS, crashing_environment
from tests.faults.parts import Part, Shape
from tests.faults.scenes import Scene, staged

pytestmark = pytest.mark.anyio

OF_WEB: tuple[CrashPoint, ...] = ("A1", "A2", "D2", "X1", "X2", "S1", "S2")
OF_WORKER: tuple[CrashPoint, ...] = ("W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8")
OF_SCHEDULER: tuple[CrashPoint, ...] = ("R1", "D1", "D3")
SHORT = {"lease_seconds": "1"}
LONGEST_WAIT = 120.0
"""Seconds in which a part must come to the point at which it is to die."""


async def die_at(scene: Scene, part: Part, points: Sequence[CrashPoint], passes: int) -> None:
    """Lets a part die at each of the points, at up to so many passes of it, and starts it again each time."""
    await asyncio.to_thread(part.end, signal.SIGTERM)
    for point in points:
        part.launch(**crashing_environment({}, point, scene.choose.randint(1, passes)))
        async with asyncio.timeout(LONGEST_WAIT):
            while part.running:
                await asyncio.sleep(0.02)
        assert part.process is not None and part.process.returncode == -signal.SIGKILL, part.log.read_text()
        if part is scene.parts.scheduler:
            scene.harming()  # it finds what the others leave behind: whenever it dies, that begins anew
        scene.harmed()
        if part in scene.parts.workers:
            await scene.healed()
    part.start()


async def check(folder: Path, url: str, *, users: int, rounds: int, passes: int) -> None:
    assert sorted((*OF_WEB, *OF_WORKER, *OF_SCHEDULER)) == sorted(POINTS)
    with staged("kill -9 at each crash point", folder, url, Shape(workers=3, settings=SHORT)) as scene:
        first, second, _ = scene.parts.workers  # the third lives on
        scene.load.cancels = 0.4
        async with scene.under_load(users):
            await asyncio.gather(
                die_at(scene, scene.parts.webs[0], OF_WEB * rounds, passes),
                die_at(scene, first, OF_WORKER[:4] * rounds, passes),
                die_at(scene, second, OF_WORKER[4:] * rounds, passes),
                die_at(scene, scene.parts.scheduler, OF_SCHEDULER * rounds, passes),
            )
        assert len(scene.moments) == len(POINTS) * rounds


@pytest.mark.timeout(300)
async def test_a_death_at_each_crash_point_loses_and_doubles_nothing(
    redis_on_path: None, tmp_path: Path, postgres_url: str
) -> None:
    await check(tmp_path, postgres_url, users=8, rounds=1, passes=1)


@pytest.mark.soak
@pytest.mark.timeout(1200)
async def test_twenty_deaths_at_each_crash_point_lose_and_double_nothing(
    redis_on_path: None, tmp_path: Path, empty_url: str
) -> None:
    await check(tmp_path, empty_url, users=12, rounds=20, passes=4)


@pytest.mark.soak
@pytest.mark.timeout(1200)
async def test_deaths_at_any_moment_lose_and_double_nothing(
    redis_on_path: None, tmp_path: Path, empty_url: str
) -> None:
    with staged("kill -9 of any part at any moment", tmp_path, empty_url, Shape(workers=2)) as scene:
        async with scene.under_load(12):
            for _ in range(60):
                await asyncio.sleep(scene.choose.uniform(0, 1.0))
                part = scene.choose.choice(scene.parts.all)
                await asyncio.to_thread(part.end, signal.SIGKILL)
                await asyncio.to_thread(part.start)
                scene.harmed()
