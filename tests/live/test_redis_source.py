"""The reader of the streams against a real Redis that is flushed, trimmed, stopped, or talks nonsense."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import closing
from typing import cast

import pytest
from redis import Redis
from redis.typing import EncodableT, FieldT

from live import source as module
from live.bus import Publisher
from live.source import RedisSource
from live.wire import STREAMS, pack, stream_of
from tests.live.conftest import Bus
from tests.live.hubs import Rig, running_hub, soon, until
from tests.servers import OwnRedis

pytestmark = pytest.mark.anyio

STREAM = stream_of("run_1")


@pytest.fixture
def client(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client


async def follow_from_its_first_event(rig: Rig) -> asyncio.Task[list[int]]:
    rig.log.commit("run_1")
    following = rig.following("run_1")
    await rig.waiting(1)
    return following


async def test_one_connection_serves_all_subscribers(redis_bus: Bus, client: Redis) -> None:
    others = len(client.client_list())
    async with running_hub(redis_bus.source) as rig:
        rig.log.commit("run_1")
        following = [rig.following("run_1") for _ in range(100)]
        await rig.waiting(100)
        assert len(client.client_list()) == others + 1
        redis_bus.publisher.publish(rig.log.commit("run_1", last=True), "default")
        assert await soon(asyncio.gather(*following)) == [[1, 2]] * 100


@pytest.mark.parametrize("loss", ["flushall", "xtrim", "del"])
async def test_what_redis_forgot_before_it_was_read_comes_from_the_log(
    redis_bus: Bus, client: Redis, loss: str
) -> None:
    async with running_hub(redis_bus.source) as rig:
        following = await follow_from_its_first_event(rig)
        # The event loop stands still meanwhile, so the reader, who waits for one message, sees the first alone.
        redis_bus.publisher.publish(rig.log.commit("run_1"), "default")
        redis_bus.publisher.publish(rig.log.commit("run_1", 19), "default")
        match loss:
            case "flushall":
                client.flushall()
            case "xtrim":
                client.xtrim(STREAM, maxlen=0, approximate=False)
            case _:
                client.delete(STREAM)
        redis_bus.publisher.publish(rig.log.commit("run_1", 2, last=True), "default")
        assert await soon(following) == list(range(1, 24))
        assert rig.tap.arrived < 5


async def test_a_flush_in_the_middle_of_every_run_is_not_seen(redis_bus: Bus, client: Redis) -> None:
    async with running_hub(redis_bus.source, compare_seconds=0.01) as rig:
        for number in range(20):
            run_id = f"run_{number}"
            rig.log.commit(run_id)
            following = [rig.following(run_id) for _ in range(3)]
            await rig.waiting(3)
            for count in range(1, 6):
                redis_bus.publisher.publish(rig.log.commit(run_id, count), "default")
                client.flushall()
                await asyncio.sleep(0)
            rig.log.commit(run_id, last=True)
            assert await soon(asyncio.gather(*following)) == [list(range(1, 18))] * 3


async def test_a_stream_whose_ids_went_back_is_read_again(
    redis_bus: Bus, client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BLOCK", 0.02)
    async with running_hub(redis_bus.source) as rig:
        following = await follow_from_its_first_event(rig)
        redis_bus.publisher.publish(rig.log.commit("run_1"), "default")
        await rig.tap.reached(arrived=1)
        client.delete(STREAM)
        for entry_id, event in enumerate(rig.log.commit("run_1", 3, last=True), start=1):
            fields = cast(dict[FieldT, EncodableT], pack([event], "default"))
            client.xadd(STREAM, fields, id=f"{entry_id}-1")
        assert await soon(following) == [1, 2, 3, 4, 5]
        assert rig.tap.arrived == 4


async def test_entries_that_are_no_events_are_logged_and_passed_over(
    redis_bus: Bus, client: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_hub(redis_bus.source) as rig:
        following = await follow_from_its_first_event(rig)
        client.xadd(
            STREAM,
            {"run": "run_1", "first": "two", "last": "2", "workspace": "default"},
            id="9999999999999-1",
        )
        client.xadd(STREAM, {"more": "or less"}, id="9999999999999-2")
        redis_bus.publisher.publish(rig.log.commit("run_1", last=True), "default")
        assert await soon(following) == [1, 2]
    assert [record.getMessage() for record in caplog.records] == [
        f"entry 9999999999999-1 of {STREAM} announces no events: invalid literal for int() with base 10: b'two'",
        f"entry 9999999999999-2 of {STREAM} announces no events: no field b'run'",
    ]


async def test_what_is_published_before_it_connects_is_not_replayed(redis_bus: Bus, client: Redis) -> None:
    async with running_hub(redis_bus.source) as rig:
        redis_bus.publisher.publish(rig.log.commit("run_1", 3), "default")
        await rig.tap.reached(arrived=3)
    async with running_hub(redis_bus.source) as rig:
        redis_bus.publisher.publish(rig.log.commit("run_1"), "default")
        await rig.tap.reached(arrived=1)


async def test_redis_may_stop_and_start_again(own_redis: OwnRedis, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "live")
    async with running_hub(RedisSource(own_redis.url)) as rig:
        following = await follow_from_its_first_event(rig)
        for round_number in range(1, 4):
            if round_number > 1:
                with Redis.from_url(own_redis.url) as client:
                    client.flushall()  # from now on it comes back with nothing
            own_redis.stop()
            rig.log.commit("run_1", 2)
            await asyncio.sleep(0.05)
            own_redis.start()
            await rig.tap.reached(connects=round_number + 1)
            with closing(Publisher(own_redis.url)) as publisher:
                publisher.publish(rig.log.commit("run_1"), "default")
            await rig.tap.reached(arrived=round_number)
        rig.log.commit("run_1", last=True)
        rig.tap.missed()
        assert await soon(following) == list(range(1, 12))
    said = [record.getMessage().partition(": ") for record in caplog.records]
    assert [head for head, _, _ in said] == ["Redis gives no events, live updates come up to 2 s late"] * 6
    assert [words.startswith("over after") for _, _, words in said] == [False, True] * 3


async def test_without_redis_events_come_by_the_comparison_and_closing_takes_no_time(
    own_redis: OwnRedis,
) -> None:
    async with running_hub(RedisSource(own_redis.url), compare_seconds=0.01) as rig:
        following = await follow_from_its_first_event(rig)
        own_redis.stop()
        rig.log.commit("run_1", 5, last=True)
        assert await soon(following) == [1, 2, 3, 4, 5, 6]
        await soon(rig.hub.close())
    own_redis.start()


async def test_a_key_of_another_kind_in_its_place_is_survived(
    redis_bus: Bus, client: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_hub(redis_bus.source, compare_seconds=0.01) as rig:
        following = await follow_from_its_first_event(rig)
        client.set(STREAMS[0], "mine")
        redis_bus.publisher.publish(rig.log.commit("run_1"), "default")
        await until(lambda: bool(caplog.records))
        client.delete(STREAMS[0])
        await rig.tap.reached(connects=2)
        redis_bus.publisher.publish(rig.log.commit("run_1", last=True), "default")
        assert await soon(following) == [1, 2, 3]
    assert len(caplog.records) == 1
    assert "WRONGTYPE" in caplog.records[0].getMessage()


async def test_a_redis_that_stands_still_is_left_and_found_again(
    own_redis: OwnRedis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "_BLOCK", 0.02)
    monkeypatch.setattr(module, "_SILENCE", 0.5)
    async with running_hub(RedisSource(own_redis.url)) as rig:
        following = await follow_from_its_first_event(rig)
        own_redis.process.send(signal.SIGSTOP)
        try:
            rig.log.commit("run_1", last=True)
            await until(lambda: bool(caplog.records))
        finally:
            own_redis.process.send(signal.SIGCONT)
        assert await soon(following) == [1, 2]
        assert rig.tap.connects >= 2


async def test_a_server_that_never_answers_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SILENCE", 0.05)
    connections = asyncio.Semaphore(0)

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.release()
        await _reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        reading = asyncio.create_task(
            RedisSource(f"redis://127.0.0.1:{port}/0").run(lambda entries: None, lambda: None)
        )
        for _ in range(3):
            await soon(connections.acquire())
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading


def test_a_url_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="redis://"):
        RedisSource("http://127.0.0.1")
