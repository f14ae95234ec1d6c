"""An activity that kills its worker each time: it fails in the end, and others are unharmed."""

import asyncio
import signal
from pathlib import Path

import psutil
import pytest

from tests.engine.simulation import activity, edge, workflow
from tests.faults.effects import Effect
from tests.faults.keeping import kept
from tests.faults.parts import Shape
from tests.faults.rows import Run
from tests.faults.scenes import Scene, staged

pytestmark = pytest.mark.anyio

LOST_ATTEMPTS = 5
POISON = workflow(
    [activity("drink", "http_request", method="POST", url="{{ trigger.payload.effects }}/poison")],
    [edge("trigger", "drink")],
)


def kill_who_asks(scene: Scene, effect: Effect) -> None:
    """Kills the process that sent a request for poison."""
    if effect.path != "/poison":
        return
    for worker in scene.parts.workers:
        if not worker.running:
            continue
        ports = [one.laddr.port for one in psutil.Process(worker.pid).net_connections("tcp")]
        if effect.port in ports:
            worker.send(signal.SIGKILL)
            scene.harmed()


async def drink(scene: Scene, doses: int) -> list[str]:
    """Starts so many runs of poison, one after the other, and waits until each has failed."""
    api = scene.parts.apis[0]
    poison = await asyncio.to_thread(api.create, "Poison", POISON)
    ends = []
    for _ in range(doses):
        run_id = await asyncio.to_thread(api.start, poison, {"effects": scene.effects.url})
        while (run := await asyncio.to_thread(api.run, run_id))["endedAt"] is None:
            await asyncio.sleep(0.1)
        ends.append(f"{run['status']} {run['error']['code']}")
    return ends


def of_poison(run: Run) -> bool:
    return run.error["code"] == "WORKER_LOST" and run.key is None


async def check(folder: Path, url: str, *, users: int, doses: int) -> None:
    shape = Shape(workers=2, webs=1, settings={"lease_seconds": "1"})
    with staged("an activity kills its worker", folder, url, shape) as scene:
        scene.may_fail = of_poison
        scene.effects.before_answer = lambda effect: kill_who_asks(scene, effect)
        async with scene.under_load(users), kept(scene.parts.workers):
            assert await drink(scene, doses) == ["FAILED WORKER_LOST"] * doses
        doses_taken = [one for one in scene.effects.effects if one.path == "/poison"]
        assert 0 < len(doses_taken) <= LOST_ATTEMPTS * doses


@pytest.mark.timeout(240)
async def test_an_activity_that_kills_its_worker_fails_and_harms_nobody_else(
    redis_on_path: None, tmp_path: Path, sqlite_url: str
) -> None:
    await check(tmp_path, sqlite_url, users=4, doses=1)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_activities_that_kill_their_workers_fail_and_harm_nobody_else(
    redis_on_path: None, tmp_path: Path, empty_url: str
) -> None:
    await check(tmp_path, empty_url, users=8, doses=6)
