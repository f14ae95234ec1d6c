"""Lists of runs, one thing at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest

import live.run_list
from engine.event_record import EventRecord
from live.errors import HubClosed, Lagging
from live.hub import Hub
from live.lists import Lists
from live.patient_register import PatientRegister
from live.ports import Header
from live.run_list import UPDATE_PAUSE, ListChange, Move, RunList, Watcher
from tests.live.conftest import Bus
from tests.live.fake_log import FakeLog
from tests.live.fake_register import FakeRegister, Outline
from tests.live.hubs import NEVER, Tap, at_rest, soon, until

pytestmark = pytest.mark.anyio


def running(run: Outline, header: Header) -> bool:
    return bool(header["status"] == "RUNNING")


def everything(run: Outline, header: Header) -> bool:
    return True


class Watch:
    """One who watches a list, and keeps what it was sent."""

    def __init__(
        self, lists: Lists[Outline], accepts: Callable[[Outline, Header], bool], ws: str = "ws_1"
    ) -> None:
        self.sent: list[tuple[str, str, int]] = []
        self.task = asyncio.create_task(self._watch(lists, accepts, ws))

    async def _watch(
        self, lists: Lists[Outline], accepts: Callable[[Outline, Header], bool], ws: str
    ) -> None:
        async with aclosing(lists.watch(ws, accepts, accepts)) as batches:
            async for moves in batches:
                assert moves
                self.sent += [(move.change.value, move.run_id, move.seq) for move in moves]

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


@asynccontextmanager
async def watching(
    register: FakeRegister, *accepts: Callable[[Outline, Header], bool]
) -> AsyncIterator[tuple[Lists[Outline], Sequence[Watch]]]:
    """Lists that are watched already; no task may be left at the end."""
    before = asyncio.all_tasks()
    lists: Lists[Outline] = Lists(register, now=lambda: register.now + timedelta(microseconds=1))
    lists.start()
    watches = [Watch(lists, one) for one in accepts]
    await until(lambda: lists.watcher_count == len(accepts))
    await at_rest()
    try:
        yield lists, watches
    finally:
        for one in watches:
            await one.stop()
        assert lists.watcher_count == 0 and not lists.watches("ws_1")
        await lists.close()
        await at_rest()
        assert asyncio.all_tasks() == before


async def test_a_run_enters_changes_and_leaves(register: FakeRegister) -> None:
    async with watching(register, running) as (lists, (watch,)):
        for status in ("QUEUED", "RUNNING", "RUNNING", "WAITING", "RUNNING", "COMPLETED"):
            lists.hear("ws_1", *register.commit("run_1", status))
            await asyncio.sleep(0.01)
        await until(lambda: len(watch.sent) >= 4)
        moves = [one for one in watch.sent if one[0] != "UPDATE"]
        assert moves == [
            ("ENTER", "run_1", 2),
            ("LEAVE", "run_1", 4),
            ("ENTER", "run_1", 5),
            ("LEAVE", "run_1", 6),
        ]


async def test_nothing_is_sent_at_first_whatever_there_is(register: FakeRegister) -> None:
    for number in range(5):
        register.commit(f"run_{number}", "RUNNING")
    async with watching(register, everything) as (lists, (watch,)):
        await lists.compare()
        await at_rest()
        assert watch.sent == []


async def test_a_run_that_was_there_before_changes_and_does_not_enter(register: FakeRegister) -> None:
    register.commit("run_1", "QUEUED")
    register.commit("run_1", "RUNNING")
    async with watching(register, running) as (lists, (watch,)):
        lists.hear("ws_1", *register.commit("run_1", "RUNNING"))
        await until(lambda: watch.sent == [("UPDATE", "run_1", 3)])


async def test_every_move_that_was_lost_on_the_way_is_found_by_comparing(register: FakeRegister) -> None:
    register.commit("run_1", "QUEUED")
    async with watching(register, running) as (lists, (watch,)):
        for status in ("RUNNING", "WAITING", "RUNNING", "COMPLETED"):
            register.commit("run_1", status)
        register.commit("run_2", "RUNNING")
        await lists.compare()
        await until(lambda: len(watch.sent) == 5)
        assert [one for one in watch.sent if one[1] == "run_1"] == [
            ("ENTER", "run_1", 2),
            ("LEAVE", "run_1", 3),
            ("ENTER", "run_1", 4),
            ("LEAVE", "run_1", 5),
        ]
        assert ("ENTER", "run_2", 1) in watch.sent


async def test_an_event_without_its_header_or_before_its_turn_is_read(register: FakeRegister) -> None:
    async with watching(register, everything) as (lists, (watch,)):
        first, second, third = (register.commit("run_1", "RUNNING") for _ in range(3))
        lists.hear("ws_1", *third)
        lists.hear("ws_1", "run_1", 1, None)
        lists.hear("ws_1", *third)
        await until(lambda: watch.sent != [] and watch.sent[-1][2] == 3)
        assert watch.sent[0] == ("ENTER", "run_1", 1)
        lists.hear("ws_1", *second)
        lists.hear("ws_1", *first)
        await at_rest()
        assert watch.sent[-1][2] == 3


async def test_what_is_said_of_a_run_that_there_is_not_does_no_harm(register: FakeRegister) -> None:
    async with watching(register, everything) as (lists, (watch,)):
        lists.hear("ws_1", "run_x", 3, {"status": "RUNNING", "error": None})
        lists.hear("ws_1", *register.commit("run_1", "RUNNING"))
        lists.hear("ws_1", "run_1", 9, None)
        await until(lambda: watch.sent == [("ENTER", "run_1", 1)])
        await until(lambda: "headers" in register.asked)
        await at_rest()
        lists.hear("ws_1", *register.commit("run_1", "WAITING"))
        await until(lambda: watch.sent[-1] == ("UPDATE", "run_1", 2))


async def test_other_workspaces_are_not_heard(register: FakeRegister) -> None:
    async with watching(register, everything) as (lists, (watch,)):
        lists.hear("ws_2", *register.commit("run_2", "RUNNING", workspace_id="ws_2"))
        lists.hear("ws_1", *register.commit("run_1", "RUNNING"))
        await lists.compare()
        await until(lambda: watch.sent == [("ENTER", "run_1", 1)])


async def test_a_hundred_watchers_of_one_list_are_one_judgement_and_one_reading(
    register: FakeRegister,
) -> None:
    judged = 0

    def count(run: Outline, header: Header) -> bool:
        nonlocal judged
        judged += 1
        return True

    async with watching(register, *[count] * 100) as (lists, watches):
        asked = len(register.asked)
        lists.hear("ws_1", *register.commit("run_1", "RUNNING"))
        await until(lambda: all(one.sent == [("ENTER", "run_1", 1)] for one in watches))
        assert judged == 1
        assert register.asked[asked:] == ["runs"]


async def test_updates_of_a_run_are_merged_to_the_newest(register: FakeRegister) -> None:
    async with watching(register, everything) as (lists, (watch,)):
        began = monotonic()
        for _ in range(50):
            lists.hear("ws_1", *register.commit("run_1", "RUNNING"))
            await asyncio.sleep(0.002)
        await until(lambda: watch.sent[-1:] == [("UPDATE", "run_1", 50)])
        most = 3 + (monotonic() - began) / UPDATE_PAUSE
        assert watch.sent[0] == ("ENTER", "run_1", 1) and len(watch.sent) <= most


def move(change: ListChange, run_id: str, seq: int) -> Move[Outline]:
    return Move(change, Outline(run_id, "a"), run_id, seq, {"status": "RUNNING"})


async def test_updates_come_four_times_a_second_and_moves_at_once() -> None:
    now = 10.0
    watcher: Watcher[Outline] = Watcher(lambda: now)
    enter, update, leave = ListChange.ENTER, ListChange.UPDATE, ListChange.LEAVE

    async def taken() -> list[tuple[ListChange, str, int]]:
        return [(one.change, one.run_id, one.seq) for one in await soon(watcher.take())]

    for one in (move(enter, "a", 1), move(update, "a", 2), move(update, "b", 7), move(update, "a", 3)):
        watcher.push(one)
    assert await taken() == [(enter, "a", 1), (update, "b", 7), (update, "a", 3)]
    watcher.push(move(update, "a", 4))
    watcher.push(move(update, "b", 8))
    watcher.push(move(leave, "b", 9))
    assert await taken() == [(leave, "b", 9)]
    now += 0.25
    assert await taken() == [(update, "a", 4)]


async def test_who_falls_too_far_behind_must_begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live.run_list, "MOST_WAITING", 10)
    shared: RunList[Outline] = RunList(everything)
    slow: Watcher[Outline] = Watcher(lambda: 0.0)
    quick: Watcher[Outline] = Watcher(lambda: 0.0)
    shared.watchers |= {slow, quick}
    for number in range(12):
        shared.consider(Outline(f"run_{number}", "a"), f"run_{number}", 1, None, {"status": "RUNNING"})
        assert len(await soon(quick.take())) == 1
    with pytest.raises(Lagging):
        await soon(slow.take())
    slow.push(move(ListChange.ENTER, "run_x", 1))
    with pytest.raises(Lagging):
        await soon(slow.take())


async def test_closing_ends_all_watching(register: FakeRegister) -> None:
    lists: Lists[Outline] = Lists(register)
    with pytest.raises(HubClosed):
        await anext(lists.watch("ws_1", "all", everything))
    lists.start()
    watch = Watch(lists, everything)
    await until(lambda: lists.watcher_count == 1)
    await lists.close()
    with pytest.raises(HubClosed):
        await soon(watch.task)
    assert lists.watcher_count == 0


async def test_a_fault_ends_the_watching_rather_than_leaving_it_without_news(register: FakeRegister) -> None:
    lists: Lists[Outline] = Lists(register)
    lists.start()
    register.failures.append(ValueError("a fault"))
    watch = Watch(lists, everything)
    with pytest.raises(ValueError, match="a fault"):
        await soon(watch.task)
    again = Watch(lists, everything)
    await until(lambda: register.asked.count("present") == 2)
    await at_rest()
    lists.hear("ws_1", *register.commit("run_1", "RUNNING"))
    await until(lambda: again.sent == [("ENTER", "run_1", 1)])
    await again.stop()
    await lists.close()


async def test_an_outage_of_the_database_is_waited_for(
    register: FakeRegister, caplog: pytest.LogCaptureFixture
) -> None:
    lists: Lists[Outline] = Lists(PatientRegister(register))
    lists.start()
    register.failures += [OSError("gone")] * 2
    watch = Watch(lists, everything)
    await until(lambda: register.asked.count("present") == 3)
    await at_rest()
    register.failures.append(OSError("gone"))
    await lists.compare()
    lists.hear("ws_1", *register.commit("run_1", "RUNNING"))
    await until(lambda: watch.sent == [("ENTER", "run_1", 1)])
    assert [one.message.partition(":")[0] for one in caplog.records if one.levelname == "WARNING"] == [
        "the database shows no runs, lists of runs wait for it",
        "the database shows no changed runs, what Redis loses is not found",
    ]
    await watch.stop()
    await lists.close()


async def test_a_hub_feeds_its_lists_from_its_streams_and_its_comparisons(bus: Bus) -> None:
    register, log = FakeRegister(), FakeLog()
    lists: Lists[Outline] = Lists(register)
    tap = Tap(bus.source)
    hub = Hub(tap, log.read_events, log.read_seqs, lists=lists, compare_seconds=NEVER)
    await hub.start()
    await soon(tap.connected.wait())
    watch = Watch(lists, everything)
    await until(lambda: "present" in register.asked)
    await at_rest()
    event = published(*register.commit("run_1", "RUNNING"))
    await asyncio.to_thread(bus.publisher.publish, [event], "ws_1")
    await until(lambda: watch.sent == [("ENTER", "run_1", 1)])
    register.commit("run_2", "RUNNING")
    tap.missed()
    await until(lambda: watch.sent[-1] == ("ENTER", "run_2", 1))
    await hub.close()
    with pytest.raises(HubClosed):
        await soon(watch.task)


def published(run_id: str, seq: int, header: Any) -> EventRecord:
    return EventRecord(
        run_id=run_id,
        seq=seq,
        at=datetime.now(UTC),
        type="RunStarted",
        subject="run",
        subject_id=run_id,
        data={},
        header=header,
    )


@pytest.fixture
def register() -> FakeRegister:
    return FakeRegister()
