"""Many subscribers of one run: what they share, and what a slow one costs."""

import asyncio
import gc
import weakref

import pytest

from live.memory import MemoryBus
from tests.live.hubs import at_rest, running_hub, soon

pytestmark = pytest.mark.anyio

MANY = 300


async def test_subscribers_with_the_same_gap_share_one_reading(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1", 3)
        following = [rig.following("run_1", 1) for _ in range(MANY)]
        await rig.waiting(MANY)
        assert rig.log.reads == [("run_1", 0)]
        _lost, kept = rig.log.commit("run_1", 5), rig.log.commit("run_1", last=True)
        memory.publish(kept, "default")
        assert await soon(asyncio.gather(*following)) == [list(range(2, 10))] * MANY
        assert rig.log.reads == [("run_1", 0), ("run_1", 3)]


async def test_subscribers_come_and_go_without_a_task_of_their_own_in_the_hub(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1")
        tasks = len(asyncio.all_tasks())
        following = [rig.following("run_1") for _ in range(MANY)]
        await rig.waiting(MANY)
        assert rig.hub.subscriber_count == MANY
        assert len(asyncio.all_tasks()) == tasks + MANY
        for task in following[:-1]:
            task.cancel()
        await rig.waiting(1)
        memory.publish(rig.log.commit("run_1", last=True), "default")
        assert await soon(following[-1]) == [1, 2]
        assert len(asyncio.all_tasks()) == tasks


async def test_one_that_gives_up_does_not_cancel_the_reading_for_the_others(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1", 2, last=True)
        rig.log.close_gate()
        first, second = rig.following("run_1"), rig.following("run_1")
        await rig.waiting(2)
        first.cancel()
        await rig.waiting(1)
        rig.log.open_gate()
        assert await soon(second) == [1, 2]
        assert rig.log.reads == [("run_1", 0)]


async def test_a_slow_subscriber_delays_nobody_and_misses_nothing(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1")
        slow = rig.hub.follow("run_1", 0)
        assert [event.seq for event in await soon(anext(slow))] == [1]
        quick = rig.following("run_1")
        await rig.waiting(2)
        for count in (300, 300, 300):
            memory.publish(rig.log.commit("run_1", count), "default")
            await at_rest()
        memory.publish(rig.log.commit("run_1", last=True), "default")
        assert await soon(quick) == list(range(1, 903))
        held = rig.hub._feeds["run_1"].window
        assert len(held._ring) == 256
        assert held._ahead == {}
        assert [event.seq async for batch in slow for event in batch] == list(range(2, 903))


async def test_what_overtakes_without_end_is_held_in_bounds(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1")
        following = rig.following("run_1")
        await rig.waiting(1)
        rig.log.close_gate()
        _lost, overtaking = rig.log.commit("run_1"), rig.log.commit("run_1", 2000, last=True)
        memory.publish(overtaking, "default")
        await rig.tap.reached(arrived=2000)
        assert len(rig.hub._feeds["run_1"].window._ahead) == 256
        rig.log.open_gate()
        assert await soon(following) == list(range(1, 2003))


async def test_one_that_reads_history_leaves_the_newest_events_to_the_others(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1", 2000)
        newest = rig.following("run_1", 2000)
        await rig.waiting(1)
        assert await soon(rig.seqs("run_1", 0, stop_after=2000)) == list(range(1, 2001))
        pages = [("run_1", after) for after in (1999, *range(0, 1999, 256))]
        assert rig.log.reads == pages
        memory.publish(rig.log.commit("run_1", last=True), "default")
        assert await soon(newest) == [2001]
        assert rig.log.reads == pages


async def test_one_that_is_ahead_of_the_others_does_not_wait_for_them(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1", 2000)
        behind = rig.hub.follow("run_1", 0)
        assert len(await soon(anext(behind))) == 256
        ahead = rig.following("run_1", 1999)
        await rig.waiting(2)
        memory.publish(rig.log.commit("run_1", last=True), "default")
        assert await soon(ahead) == [2000, 2001]
        assert rig.log.reads == [("run_1", 0), ("run_1", 1998)]
        assert [event.seq async for batch in behind for event in batch] == list(range(257, 2002))


async def test_what_one_reads_reaches_those_who_wait(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1")
        waiting = rig.following("run_1", stop_after=4)
        await rig.waiting(1)
        rig.log.commit("run_1", 3)  # nobody announces them
        comer = rig.following("run_1", 3, stop_after=1)
        assert await soon(comer) == [4]
        assert await soon(waiting) == [1, 2, 3, 4]


async def test_when_the_last_subscriber_leaves_its_events_are_forgotten(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1", 5)
        following = rig.following("run_1")
        await rig.waiting(1)
        feed = weakref.ref(rig.hub._feeds["run_1"])
        following.cancel()
        await rig.waiting(0)
        del following
        gc.collect()
        assert feed() is None
