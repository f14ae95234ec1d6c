"""Cancels that race with what they cancel: at offsets around the claim and the commit of an activity, by the hundred."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from tests.engine.simulation import activity, edge, workflow
from tests.faults.effects import Effect
from tests.faults.load import CANCEL, START
from tests.faults.parts import Shape
from tests.faults.rows import read_rows
from tests.faults.scenes import Scene, staged

pytestmark = pytest.mark.anyio

LONGEST_OFFSET = 0.02
"""Seconds from what a cancel races with, either way."""

CHAIN = workflow(
    [
        activity("first", "http_request", method="POST", url="{{ trigger.payload.effects }}/{{ run.id }}"),
        activity("keep", "create_record", object="notes", values={"run": "{{ run.id }}"}),
        activity("second", "http_request", method="POST", url="{{ trigger.payload.effects }}/{{ run.id }}"),
    ],
    [edge("trigger", "first"), edge("first", "keep"), edge("keep", "second")],
)


@dataclass
class Races:
    """Runs whose cancel is sent an offset after their start was answered, or after their first effect was made.

    The first is near the claim, the second near the commit of what the effect belongs to.
    """

    scene: Scene
    workflow_id: str
    client: httpx2.AsyncClient
    acted: dict[str, asyncio.Event] = field(default_factory=dict)
    receipts: Counter[str] = field(default_factory=Counter)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def notice(self, effect: Effect) -> None:
        """Tells the race of a run that its effect has come, and answers a little later."""
        run_id = effect.path.removeprefix("/")
        self.loop.call_soon_threadsafe(self.event_of(run_id).set)

    def event_of(self, run_id: str) -> asyncio.Event:
        return self.acted.setdefault(run_id, asyncio.Event())

    async def race(self, choose: random.Random) -> None:
        answer = await self.ask(
            START,
            {
                "input": {
                    "workflowId": self.workflow_id,
                    "payload": {"effects": self.scene.effects.url},
                }
            },
        )
        run_id = answer["run"]["id"]
        if choose.random() < 0.6:
            await asyncio.wait_for(self.event_of(run_id).wait(), 60)
        await asyncio.sleep(choose.uniform(0, LONGEST_OFFSET))
        receipt = await self.ask(CANCEL, {"id": run_id})
        self.receipts[receipt["run"]["status"]] += 1
        self.scene.harmed()

    async def ask(self, document: str, variables: dict[str, object]) -> dict[str, dict[str, str]]:
        answer = await self.client.post(
            f"{self.scene.parts.webs[0].url}/graphql", json={"query": document, "variables": variables}
        )
        (data,) = answer.json()["data"].values()
        return dict(data)


async def run_races(races: Races, count: int, at_once: int) -> None:
    """Runs so many races, some at once."""
    left = iter(range(count))

    async def go_on(choose: random.Random) -> None:
        for _ in left:
            await races.race(choose)

    await asyncio.gather(*(go_on(random.Random(number)) for number in range(at_once)))


async def ended(scene: Scene) -> None:
    async with asyncio.timeout(60):
        while any(run.ended_at is None for run in (await asyncio.to_thread(read_rows, scene.database)).runs):
            await asyncio.sleep(0.2)


async def check(folder: Path, url: str, races: int) -> None:
    shape = Shape(workers=1, webs=1)
    with staged("cancel races", folder, url, shape) as scene:
        async with httpx2.AsyncClient(timeout=30, trust_env=False) as client:
            api = scene.parts.apis[0]
            workflow_id = await asyncio.to_thread(api.create, "Chain", CHAIN)
            racing = Races(scene, workflow_id, client)
            scene.effects.before_answer = racing.notice
            await run_races(racing, races, at_once=8)
            await ended(scene)
        verdict = await asyncio.to_thread(scene.judge)
        assert verdict.broken == []
        assert sum(racing.receipts.values()) == races
        assert {"CANCELING", "CANCELED"} <= racing.receipts.keys(), (
            "the offsets are around what they race with"
        )


async def test_two_hundred_cancels_around_claim_and_commit_hold(
    redis_on_path: None, tmp_path: Path, empty_url: str
) -> None:
    await check(tmp_path, empty_url, 200)


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_two_thousand_cancel_races_hold(redis_on_path: None, tmp_path: Path, empty_url: str) -> None:
    await check(tmp_path, empty_url, 2000)
