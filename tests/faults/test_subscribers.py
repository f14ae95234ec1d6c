"""Subscribers over both transports, while Redis forgets and stops and web processes come and go: nobody misses a thing."""

import asyncio
import random
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis

from live.wire import STREAMS
from tests.acceptance.client import Api
from tests.engine.simulation import activity, edge, workflow
from tests.faults.parts import Parts, Web, deployed
from tests.faults.subscribers import FINAL, Connections, Keeper, Subscriber, fresh

pytestmark = pytest.mark.anyio

QUICK = workflow(
    [
        activity("each", "loop", items="{{ trigger.payload.items }}", onFailure="continue", mode="parallel", concurrency=3),
        activity("half", parent="each", expression="12 / (loop.index - 3)"),
        activity("small", "if_else", "each", match="all", conditions=[
            {"left": "{{ activities.half.value }}", "operator": "lt", "right": 5}]),
        activity("say", parent="each", expression="loop.index * 2"),
    ],
    [edge("trigger", "each"), edge("each", "half", "each"), edge("half", "small"), edge("small", "say", "true")],
)  # fmt: skip
SLOW = workflow(
    [
        activity("each", "loop", items="{{ trigger.payload.items }}"),
        activity("wait", "delay", "each", amount=1, unit="seconds"),
        activity("after", parent="each"),
    ],
    [edge("trigger", "each"), edge("each", "wait", "each"), edge("wait", "after")],
)
FILTERS: list[dict[str, Any]] = [
    {},
    {"statuses": ["RUNNING", "WAITING", "QUEUED"]},
    {"statuses": ["WAITING"]},
    {"hasError": True},
    {"statuses": ["COMPLETED"]},
]


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    subscribers: int
    keepers: int
    rounds: int
    items: int
    redis_seconds: float
    pause: float


SMALL = Size(subscribers=24, keepers=4, rounds=1, items=10, redis_seconds=2.0, pause=0.7)
LARGE = Size(subscribers=200, keepers=10, rounds=4, items=90, redis_seconds=20.0, pause=3.0)


async def do_harm(parts: Parts, size: Size) -> None:
    """All that may happen to what subscribers rest on, one thing after the other."""
    client = redis.Redis.from_url(parts.redis.url)

    def trim() -> None:
        for stream in STREAMS:
            client.xtrim(stream, maxlen=0, approximate=False)

    def again(web: Web, how: signal.Signals) -> Callable[[], None]:
        def restart() -> None:
            web.end(how)
            web.start()

        return restart

    for _ in range(size.rounds):
        await asyncio.to_thread(client.flushall)
        await asyncio.sleep(size.pause)
        for _ in range(20):
            await asyncio.to_thread(trim)
            await asyncio.sleep(size.pause / 20)
        await asyncio.to_thread(again(parts.webs[0], signal.SIGTERM))
        await asyncio.to_thread(parts.redis.stop)
        await asyncio.sleep(size.redis_seconds)
        await asyncio.to_thread(parts.redis.start)
        await asyncio.sleep(size.pause)
        await asyncio.to_thread(again(parts.webs[1], signal.SIGKILL))
    client.close()


async def start_runs(parts: Parts, workflow_id: str, size: Size, choose: random.Random) -> None:
    """Start short runs all the time, by whichever web process answers."""
    while True:
        with suppress(Exception):
            payload = {"items": list(range(choose.randint(0, 6)))}
            await asyncio.to_thread(choose.choice(parts.apis).start, workflow_id, payload)
        await asyncio.sleep(size.pause / 2)


async def check(folder: Path, database_url: str, size: Size) -> None:
    with deployed(folder, database_url) as parts:
        await check_all(parts, size)
        for web in parts.webs:
            assert web.subscribers() == 0


async def check_all(parts: Parts, size: Size) -> None:
    choose = random.Random(7)
    api = parts.apis[0]
    slow, quick = api.create("Slow", SLOW), api.create("Quick", QUICK)
    run_ids = [api.start(slow, {"items": list(range(size.items))}) for _ in range(3)]
    run_ids += [api.start(quick, {"items": list(range(30))}) for _ in range(3)]
    connections = Connections([web.url for web in parts.webs], choose)
    subscribers = [Subscriber(number, run_ids[number % 6], connections) for number in range(size.subscribers)]
    keepers = [
        Keeper(size.subscribers + number, FILTERS[number % len(FILTERS)], connections)
        for number in range(size.keepers)
    ]
    following = [asyncio.create_task(one.follow()) for one in subscribers]
    keeping = [asyncio.create_task(one.keep()) for one in keepers]
    starting = asyncio.create_task(start_runs(parts, quick, size, choose))
    try:
        await do_harm(parts, size)
        starting.cancel()
        await asyncio.gather(*following)
        await settled(api, keepers)
    finally:
        for task in (*following, *keeping, starting):
            task.cancel()
        await asyncio.gather(*following, *keeping, starting, return_exceptions=True)
    for one in subscribers:
        run = await asyncio.to_thread(api.run, one.run_id)
        assert one.seqs == list(range(1, run["seq"] + 1))
        assert {name: run[name] for name in ("seq", "status", "creditsUsed", "endedAt")} == one.last
    assert sum(one.drops for one in subscribers) > 2 * len(subscribers)
    assert [
        one for one in connections.refusals if b"process is stopping" not in bytes(str(one), "utf-8")
    ] == []


async def settled(api: Api, keepers: list[Keeper]) -> None:
    """Wait until all runs have ended, and each list is what a fresh query gives."""
    async with asyncio.timeout(90):
        under_way = {"statuses": ["QUEUED", "RUNNING", "WAITING", "CANCELING"]}
        while await fresh(api.url, under_way):
            await asyncio.sleep(0.2)
        for keeper in keepers:
            while keeper.shown != {run["id"]: run for run in await fresh(api.url, keeper.which)}:
                await asyncio.sleep(0.1)
            assert all(run["status"] in FINAL for run in keeper.shown.values())


@pytest.mark.timeout(180)
async def test_no_subscriber_misses_a_thing_whatever_is_lost(
    redis_on_path: None, tmp_path: Path, sqlite_url: str
) -> None:
    await check(tmp_path, sqlite_url, SMALL)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_two_hundred_subscribers_miss_nothing_whatever_is_lost(
    redis_on_path: None, tmp_path: Path, empty_url: str
) -> None:
    await check(tmp_path, empty_url, LARGE)
