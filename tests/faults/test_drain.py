"""Workers that are told to stop: they claim nothing more, finish what executes, and hand back the rest."""

import asyncio
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.engine.simulation import activity, edge, workflow
from tests.faults.effects import Effect
from tests.faults.parts import Part, Shape
from tests.faults.rows import Rows, read_rows
from tests.faults.scenes import Scene, staged

pytestmark = pytest.mark.anyio

EXECUTING = 50
SECONDS_TO_LEAVE = 25.0
SLOW = workflow(
    [
        activity(
            "slow",
            "http_request",
            method="POST",
            url="{{ trigger.payload.effects }}/{{ trigger.payload.seconds }}",
        ),
        activity("after", "formula", expression="1"),
    ],
    [edge("trigger", "slow"), edge("slow", "after")],
)


def answer_slowly(effect: Effect) -> None:
    """Answers as many seconds late as the path says."""
    if effect.path[1:].isdecimal():
        time.sleep(int(effect.path[1:]))


def claimed_by(rows: Rows, worker: Part, since: datetime) -> list[str]:
    """What a worker started after a moment."""
    return [
        event.subject_id
        for events in rows.events.values()
        for event in events
        if event.type == "ActivityExecutionStarted"
        and event.at > since
        and f":{worker.pid}:" in (event.worker or "")
    ]


async def drain_with_fifty(scene: Scene, seconds: int) -> float:
    """Lets 50 activities of so many seconds execute in one worker, stops it, and gives the seconds it took to leave."""
    old, new = scene.parts.workers
    await asyncio.to_thread(new.end, signal.SIGTERM)
    api = scene.parts.apis[0]
    slow = await asyncio.to_thread(api.create, f"Slow {seconds}", SLOW)
    before = len(scene.effects.effects)
    for _ in range(EXECUTING):
        await asyncio.to_thread(api.start, slow, {"effects": scene.effects.url, "seconds": seconds})
    async with asyncio.timeout(60):
        while len(scene.effects.effects) < before + EXECUTING:
            await asyncio.sleep(0.02)
    told, leaving = datetime.now(UTC), asyncio.to_thread(old.end, signal.SIGTERM)
    scene.begins.append(told)
    new.launch()
    took = await leaving
    scene.harmed()
    await ended(scene)
    assert claimed_by(await asyncio.to_thread(read_rows, scene.database), old, told) == []
    old.launch()
    return took


async def ended(scene: Scene) -> None:
    async with asyncio.timeout(120):
        while any(run.ended_at is None for run in (await asyncio.to_thread(read_rows, scene.database)).runs):
            await asyncio.sleep(0.2)


def fifty_threads() -> Shape:
    return Shape(workers=2, webs=1, settings={"worker_threads": f"{EXECUTING}"})


@pytest.mark.soak
@pytest.mark.timeout(300)
async def test_a_worker_with_fifty_executing_lets_them_finish(
    redis_on_path: None, tmp_path: Path, empty_url: str
) -> None:
    with staged("drain, 50 executing, time enough", tmp_path, empty_url, fifty_threads()) as scene:
        scene.effects.before_answer = answer_slowly
        assert await drain_with_fifty(scene, seconds=5) < SECONDS_TO_LEAVE
        verdict = await asyncio.to_thread(scene.judge)
        assert (verdict.broken, verdict.doubled) == ([], 0)


@pytest.mark.soak
@pytest.mark.timeout(300)
async def test_a_worker_hands_back_what_does_not_finish_in_its_grace(
    redis_on_path: None, tmp_path: Path, empty_url: str
) -> None:
    with staged(
        "drain, 50 executing for longer than the grace", tmp_path, empty_url, fifty_threads()
    ) as scene:
        scene.effects.before_answer = answer_slowly
        assert await drain_with_fifty(scene, seconds=28) < SECONDS_TO_LEAVE
        verdict = await asyncio.to_thread(scene.judge)
        assert (verdict.broken, verdict.doubled) == ([], EXECUTING)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_rolling_restarts_under_load_are_but_latency(
    redis_on_path: None, tmp_path: Path, empty_url: str
) -> None:
    with staged("rolling restart of every part", tmp_path, empty_url, Shape(workers=2)) as scene:
        async with scene.under_load(12):
            for _ in range(3):
                for part in scene.parts.all:
                    await asyncio.to_thread(part.end, signal.SIGTERM)
                    await asyncio.to_thread(part.start)
                    scene.harmed()
        lost = [
            execution.id
            for executions in (await asyncio.to_thread(read_rows, scene.database)).executions.values()
            for execution in executions
            if execution.attempts
        ]
        assert lost == [], "no attempt is lost by a restart that leaves time to finish"
