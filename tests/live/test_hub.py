"""What following a run promises, over Redis and in memory alike."""

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from live.errors import HubClosed, SeqUnknown
from tests.live.conftest import Bus
from tests.live.hubs import at_rest, faulty, running_hub, soon, until

pytestmark = pytest.mark.anyio


async def test_events_published_are_handed_on_without_reading_the_log_again(bus: Bus) -> None:
    async with running_hub(bus.source) as rig:
        rig.log.commit("run_1")
        following = rig.following("run_1", 1)
        await rig.waiting(1)
        bus.publisher.publish(rig.log.commit("run_1", 3), "default")
        bus.publisher.publish(rig.log.commit("run_1", 2, last=True), "default")
        assert await soon(following) == [2, 3, 4, 5, 6]
        assert rig.log.reads == [("run_1", 0)]


async def test_an_event_arrives_whole(bus: Bus) -> None:
    async with running_hub(bus.source) as rig:
        rig.log.commit("run_1")
        batches = rig.hub.follow("run_1", 1)
        arriving = asyncio.ensure_future(anext(batches))
        await rig.waiting(1)
        events = rig.log.commit("run_1", padding=1000)
        bus.publisher.publish(events, "default")
        assert await soon(arriving) == events
        assert rig.log.reads == [("run_1", 0)]
        await batches.aclose()


async def test_from_0_all_of_an_ended_run_is_replayed(bus: Bus) -> None:
    async with running_hub(bus.source) as rig:
        rig.log.commit("run_1", 1000, last=True)
        assert await soon(rig.seqs("run_1")) == list(range(1, 1001))


async def test_after_the_last_event_of_an_ended_run_there_is_nothing(bus: Bus) -> None:
    async with running_hub(bus.source) as rig:
        rig.log.commit("run_1", 5, last=True)
        assert await soon(rig.seqs("run_1", 5)) == []


@pytest.mark.parametrize("after", [-1, 4])
async def test_a_seq_that_the_run_does_not_have_is_refused(bus: Bus, after: int) -> None:
    async with running_hub(bus.source) as rig:
        rig.log.commit("run_1", 3)
        with pytest.raises(SeqUnknown, match=f"^run run_1 has no event {after}$") as raised:
            await soon(rig.seqs("run_1", after))
        assert raised.value.seq == after


async def test_a_refused_seq_disturbs_no_other_subscriber(bus: Bus) -> None:
    async with running_hub(bus.source) as rig:
        rig.log.commit("run_1", 3)
        following = rig.following("run_1")
        await rig.waiting(1)
        with pytest.raises(SeqUnknown):
            await soon(rig.seqs("run_1", 9))
        bus.publisher.publish(rig.log.commit("run_1", last=True), "default")
        assert await soon(following) == [1, 2, 3, 4]


async def test_events_of_other_runs_do_not_come(bus: Bus) -> None:
    async with running_hub(bus.source) as rig:
        rig.log.commit("run_1"), rig.log.commit("run_2")
        first, second = rig.following("run_1"), rig.following("run_2")
        await rig.waiting(2)
        bus.publisher.publish(rig.log.commit("run_2", 6, last=True), "default")
        bus.publisher.publish(rig.log.commit("run_1", 2, last=True), "default")
        assert await soon(first) == [1, 2, 3]
        assert await soon(second) == [1, 2, 3, 4, 5, 6, 7]


async def test_an_event_too_large_for_the_stream_is_read_from_the_log(bus: Bus) -> None:
    async with running_hub(bus.source) as rig:
        rig.log.commit("run_1")
        following = rig.following("run_1", 1)
        await rig.waiting(1)
        bus.publisher.publish(rig.log.commit("run_1", padding=17_000), "default")
        await until(lambda: len(rig.log.reads) == 2)
        bus.publisher.publish(rig.log.commit("run_1", last=True), "default")
        assert await soon(following) == [2, 3]
        assert rig.log.reads == [("run_1", 0), ("run_1", 1)]


async def test_racing_publishers_are_put_in_order(bus: Bus) -> None:
    async with running_hub(bus.source) as rig:
        rig.log.commit("run_1")
        following = rig.following("run_1")
        await rig.waiting(1)
        events = rig.log.commit("run_1", 200, last=True)
        random.Random(1).shuffle(events)
        with ThreadPoolExecutor(8) as threads:
            published = [threads.submit(bus.publisher.publish, [event], "default") for event in events]
            await until(lambda: all(one.done() for one in published))
        assert [one.result() for one in published] == [None] * 200
        assert await soon(following) == list(range(1, 202))


async def test_what_is_published_between_a_snapshot_and_the_subscription_is_not_lost(bus: Bus) -> None:
    async with running_hub(bus.source) as rig:
        snapshot = rig.log.commit("run_1", 3)[-1].seq
        bus.publisher.publish(rig.log.commit("run_1", 2), "default")
        await rig.tap.reached(arrived=2)
        following = rig.following("run_1", snapshot)
        await rig.waiting(1)
        bus.publisher.publish(rig.log.commit("run_1", last=True), "default")
        assert await soon(following) == [4, 5, 6]


async def test_what_is_published_while_the_first_reading_is_under_way_is_not_lost(bus: Bus) -> None:
    async with running_hub(bus.source) as rig:
        rig.log.commit("run_1", 2)
        rig.log.close_gate()
        following = rig.following("run_1", 1)
        await soon(rig.log.reading.wait())
        bus.publisher.publish(rig.log.commit("run_1", last=True), "default")
        await rig.tap.reached(arrived=1)
        rig.log.open_gate()
        assert await soon(following) == [2, 3]


async def test_a_hundred_times_a_client_that_comes_back_misses_nothing(bus: Bus) -> None:
    chance = random.Random(7)
    async with running_hub(bus.source, compare_seconds=0.01) as rig:
        rig.tap.change = faulty(chance)

        async def live(run_id: str, length: int) -> None:
            left = length - 1
            while left:
                count = chance.randint(1, min(left, 7))
                left -= count
                bus.publisher.publish(rig.log.commit(run_id, count, last=left == 0), "default")
                await asyncio.sleep(0)

        async def come_and_go(run_id: str, length: int) -> list[int]:
            seen: list[int] = []
            while not seen or seen[-1] < length:
                after = seen[-1] if seen else 0
                seen += await rig.seqs(run_id, after, stop_after=chance.randint(1, 9))
            return seen

        for number in range(100):
            run_id, length = f"run_{number}", chance.randint(1, 40)
            rig.log.commit(run_id, last=length == 1)
            living = asyncio.create_task(live(run_id, length))
            clients = [come_and_go(run_id, length) for _ in range(3)]
            assert await soon(asyncio.gather(*clients)) == [list(range(1, length + 1))] * 3
            await living


async def test_closing_ends_all_following_wherever_it_stands(bus: Bus) -> None:
    async with running_hub(bus.source) as rig:
        rig.log.commit("run_1", 2)
        suspended = rig.hub.follow("run_1", 0)
        assert len(await soon(anext(suspended))) == 2
        waiting = rig.following("run_1")
        await rig.waiting(2)
        rig.log.close_gate()
        reading = rig.following("run_2")
        await soon(rig.log.reading.wait())
        await soon(rig.hub.close())
        for task in (waiting, reading):
            with pytest.raises(HubClosed):
                await soon(task)
        with pytest.raises(HubClosed):
            await soon(anext(suspended))
        with pytest.raises(HubClosed):
            await soon(rig.seqs("run_1"))


async def test_a_canceled_subscriber_leaves_nothing_behind(bus: Bus) -> None:
    async with running_hub(bus.source) as rig:
        rig.log.commit("run_1", 2)
        tasks = asyncio.all_tasks()
        waiting = rig.following("run_1")
        await rig.waiting(1)
        rig.log.close_gate()
        reading = rig.following("run_2")
        await soon(rig.log.reading.wait())
        assert rig.hub.watched_runs == {"run_1", "run_2"}
        for task in (waiting, reading):
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await at_rest()
        assert rig.hub.subscriber_count == 0
        assert rig.hub.watched_runs == frozenset()
        assert asyncio.all_tasks() == tasks
