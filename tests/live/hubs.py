"""Hubs for tests, and what a test may do to the entries on their way."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from live.hub import Hub
from live.lists import Lists
from live.ports import EventSource
from live.wire import Entry
from tests.live.fake_log import FakeLog
from tests.live.fake_register import FakeRegister
from tests.waiting import PATIENCE

Result = TypeVar("Result")

NEVER = 3600.0
"""Seconds between two comparisons, where a test must do without them."""


@dataclass
class Tap:
    """A source whose entries a test counts, and may lose, double or reorder on their way to the hub.

    `missed` tells the hub that something may be lost, as the source does after each connecting.
    """

    source: EventSource
    change: Callable[[Sequence[Entry]], Sequence[Entry]] = lambda entries: entries
    arrived: int = 0
    connects: int = 0
    missed: Callable[[], None] = lambda: None
    connected: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, deliver: Callable[[Sequence[Entry]], None], missed: Callable[[], None]) -> None:
        def deliver_changed(entries: Sequence[Entry]) -> None:
            self.arrived += len(entries)
            deliver(self.change(entries))

        self.missed = missed

        def connected() -> None:
            missed()
            self.connects += 1
            self.connected.set()

        await self.source.run(deliver_changed, connected)

    async def reached(self, *, arrived: int = 0, connects: int = 0) -> None:
        """Wait until at least so many entries have come, and it has connected so often."""
        await until(lambda: self.arrived >= arrived and self.connects >= connects)


@dataclass
class Rig:
    """A hub that runs, with its source and its log."""

    hub: Hub
    tap: Tap
    log: FakeLog

    async def seqs(self, run_id: str, after: int = 0, *, stop_after: int | None = None) -> list[int]:
        """Follow a run to its end, or until so many events have come, and give their seqs."""
        seqs: list[int] = []
        async with aclosing(self.hub.follow(run_id, after)) as batches:
            async for batch in batches:
                assert batch, "an empty batch"
                seqs += [event.seq for event in batch]
                if stop_after is not None and len(seqs) >= stop_after:
                    break
        return seqs

    def following(
        self, run_id: str, after: int = 0, *, stop_after: int | None = None
    ) -> asyncio.Task[list[int]]:
        """Begin to follow a run; the result is as `seqs` gives it."""
        return asyncio.create_task(self.seqs(run_id, after, stop_after=stop_after))

    async def waiting(self, count: int) -> None:
        """Wait until so many subscribers have attached and everything under way has come to rest."""
        await until(lambda: self.hub.subscriber_count == count)
        await at_rest()


@asynccontextmanager
async def running_hub(source: EventSource, *, compare_seconds: float = NEVER) -> AsyncIterator[Rig]:
    """A hub that reads its source already; no task of it may be left at the end."""
    before = asyncio.all_tasks()
    log, tap = FakeLog(), Tap(source)
    lists = Lists(FakeRegister())
    hub = Hub(tap, log.read_events, log.read_seqs, lists=lists, compare_seconds=compare_seconds)
    await hub.start()
    await soon(tap.connected.wait())
    try:
        yield Rig(hub, tap, log)
    finally:
        await hub.close()
    assert hub.subscriber_count == 0
    assert hub.watched_runs == frozenset()
    assert asyncio.all_tasks() == before


async def soon(work: Awaitable[Result]) -> Result:
    """Wait for what should take no time, and fail where it never happens."""
    return await asyncio.wait_for(work, PATIENCE)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.001)


async def at_rest() -> None:
    """Let all that can go on in the event loop go on."""
    for _ in range(10):
        await asyncio.sleep(0)


def faulty(chance: random.Random) -> Callable[[Sequence[Entry]], Sequence[Entry]]:
    """A way that loses a fifth of the entries, doubles a fifth, and keeps no order."""

    def change(entries: Sequence[Entry]) -> Sequence[Entry]:
        kept = [entry for entry in entries if chance.random() > 0.2]
        kept += [entry for entry in kept if chance.random() < 0.2]
        chance.shuffle(kept)
        return kept

    return change
