"""Announcements that are lost, doubled, late or wrong: the log fills every gap."""

import asyncio
import logging

import pytest

from live.memory import MemoryBus
from live.wire import Entry
from tests.live.fake_log import make_event
from tests.live.hubs import at_rest, running_hub, soon, until

pytestmark = pytest.mark.anyio


async def test_a_gap_is_filled_from_the_log_when_the_next_event_comes(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1")
        following = rig.following("run_1", stop_after=4)
        await rig.waiting(1)
        _lost, kept = rig.log.commit("run_1"), rig.log.commit("run_1", 2)
        memory.publish(kept, "default")
        assert await soon(following) == [1, 2, 3, 4]
        assert rig.log.reads == [("run_1", 0), ("run_1", 1)]


async def test_an_event_that_overtook_others_waits_for_them_in_memory(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1")
        following = rig.following("run_1")
        await rig.waiting(1)
        rig.log.close_gate()
        second, third, fourth = rig.log.commit("run_1", 3, last=True)
        memory.publish([fourth, third], "default")
        await soon(rig.log.reading.wait())
        memory.publish([second], "default")
        await rig.tap.reached(arrived=3)
        rig.log.open_gate()
        assert await soon(following) == [1, 2, 3, 4]
        assert rig.log.reads == [("run_1", 0), ("run_1", 1)]


async def test_the_same_batch_may_bring_events_in_any_order_without_a_reading(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1")
        following = rig.following("run_1")
        await rig.waiting(1)
        memory.publish(rig.log.commit("run_1", 9, last=True)[::-1], "default")
        assert await soon(following) == list(range(1, 11))
        assert rig.log.reads == [("run_1", 0)]


async def test_doubles_and_stragglers_are_dropped(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        old = rig.log.commit("run_1", 3)
        following = rig.following("run_1", 2)
        await rig.waiting(1)
        new = rig.log.commit("run_1", 2)
        memory.publish([*old, *new, *new, *old], "default")
        memory.publish([*new, *rig.log.commit("run_1", last=True)], "default")
        assert await soon(following) == [3, 4, 5, 6]
        assert rig.log.reads == [("run_1", 1)]


async def test_an_event_that_nobody_announced_is_found_by_the_comparison(memory: MemoryBus) -> None:
    async with running_hub(memory, compare_seconds=0.01) as rig:
        rig.log.commit("run_1"), rig.log.commit("run_2")
        first, second = rig.following("run_1"), rig.following("run_2")
        await rig.waiting(2)
        rig.log.commit("run_1", 2, last=True), rig.log.commit("run_2", last=True)
        assert await soon(first) == [1, 2, 3]
        assert await soon(second) == [1, 2]
        assert ["run_1", "run_2"] in rig.log.seq_reads


async def test_seqs_are_compared_at_once_when_the_source_may_have_missed_something(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1")
        following = rig.following("run_1")
        await rig.waiting(1)
        rig.log.commit("run_1", last=True)
        rig.tap.missed()
        assert await soon(following) == [1, 2]


async def test_without_subscribers_nothing_is_compared_and_nothing_kept(memory: MemoryBus) -> None:
    async with running_hub(memory, compare_seconds=0.001) as rig:
        memory.publish(rig.log.commit("run_1", 3), "default")
        await rig.tap.reached(arrived=3)
        await asyncio.sleep(0.01)
        assert rig.log.seq_reads == []
        assert rig.log.reads == []
        assert rig.hub.watched_runs == frozenset()


async def test_an_announcement_of_what_the_log_does_not_have_costs_one_reading(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1")
        following = rig.following("run_1")
        await rig.waiting(1)
        memory.publish([make_event("run_1", 7, padding=17_000)], "default")
        await until(lambda: len(rig.log.reads) == 2)
        await at_rest()
        assert rig.log.reads == [("run_1", 0), ("run_1", 1)]
        memory.publish(rig.log.commit("run_1", last=True), "default")
        assert await soon(following) == [1, 2]


async def test_a_run_that_the_log_does_not_know_is_waited_for(memory: MemoryBus) -> None:
    async with running_hub(memory) as rig:
        following = rig.following("run_1")
        await rig.waiting(1)
        assert rig.log.reads == [("run_1", 0)]
        memory.publish(rig.log.commit("run_1", last=True), "default")
        assert await soon(following) == [1]


async def test_an_unreadable_body_is_logged_and_read_from_the_log(
    memory: MemoryBus, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1")
        following = rig.following("run_1")
        await rig.waiting(1)
        rig.tap.change = lambda entries: [
            Entry(run_id=entry.run_id, seq=entry.seq, workspace_id="default", body=b"{}") for entry in entries
        ]
        memory.publish(rig.log.commit("run_1", last=True), "default")
        assert await soon(following) == [1, 2]
    assert [record.getMessage() for record in caplog.records] == [
        "entry 2 of run run_1 is read from the database: the body is no event: 'at'"
    ]


async def test_a_subscriber_outlives_an_outage_of_the_database(
    memory: MemoryBus, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "live")
    async with running_hub(memory) as rig:
        rig.log.commit("run_1", 2, last=True)
        rig.log.failures = [
            ConnectionError("the server is gone"),
            ConnectionError("the server is still gone"),
        ]
        assert await soon(rig.seqs("run_1")) == [1, 2]
    began, ended = (record.getMessage() for record in caplog.records)
    assert began == "the database gives no events, live updates wait for it: the server is gone"
    assert ended.startswith("the database gives no events, live updates wait for it: over after ")
    assert caplog.records[0].exc_info is not None


async def test_a_comparison_that_fails_is_made_again(
    memory: MemoryBus, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_hub(memory, compare_seconds=0.01) as rig:
        rig.log.commit("run_1")
        following = rig.following("run_1")
        await rig.waiting(1)
        rig.log.failures = [ConnectionError("the server is gone"), ConnectionError("the server is gone")]
        await until(lambda: not rig.log.failures)
        rig.log.commit("run_1", last=True)
        assert await soon(following) == [1, 2]
    assert [record.getMessage() for record in caplog.records] == [
        "the database gives no seqs, what Redis loses is not found: the server is gone"
    ]


async def test_a_log_with_a_gap_ends_the_subscription_loudly(
    memory: MemoryBus, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_hub(memory) as rig:
        rig.log.commit("run_1", 3)
        del rig.log.events["run_1"][1]
        with pytest.raises(ValueError, match=r"^the log of run run_1 has event 3 in the place of 2$"):
            await soon(rig.seqs("run_1"))
        await at_rest()
    assert [record.getMessage() for record in caplog.records] == ["a task of the hub failed"]
