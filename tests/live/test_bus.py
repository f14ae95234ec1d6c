import logging
import socket
from collections.abc import Iterator
from contextlib import closing
from threading import Thread

import pytest
from redis import Redis
from redis.client import Pipeline

from live import bus as module
from live.bus import KEPT_ENTRIES, Publisher
from live.wire import STREAMS, Entry, stream_of, unpack
from tests.live.fake_log import make_event
from tests.servers import OwnRedis

EVENTS = [make_event("run_1", seq) for seq in range(1, 4)]


def entries(url: str, run_id: str = "run_1") -> list[Entry]:
    with Redis.from_url(url) as client:
        return [entry for _, fields in client.xrange(stream_of(run_id)) for entry in unpack(fields)]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The publisher's time in its only item."""
    time = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: time[0])
    return time


@pytest.fixture
def silent_url() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One for each time that a publisher asks Redis."""
    made: list[int] = []
    new_pipeline = Redis.pipeline

    def counted(client: Redis, *, transaction: bool) -> Pipeline:
        made.append(1)
        return new_pipeline(client, transaction=transaction)

    monkeypatch.setattr(Redis, "pipeline", counted)
    return made


def test_each_event_is_one_entry_in_the_stream_of_its_run(publisher: Publisher, redis_url: str) -> None:
    large = make_event("run_1", 4, padding=17_000)
    publisher.publish([*EVENTS, large, make_event("run_2", 1)], "default")
    announced = entries(redis_url)
    assert [entry.event() for entry in announced] == [*EVENTS, None]
    assert [(entry.run_id, entry.seq, entry.workspace_id) for entry in announced] == [
        ("run_1", seq, "default") for seq in (1, 2, 3, 4)
    ]
    assert [entry.event() for entry in entries(redis_url, "run_2")] == [make_event("run_2", 1)]
    with Redis.from_url(redis_url) as client:
        assert set(client.keys()) == {stream_of("run_1").encode(), stream_of("run_2").encode()}
        assert set(client.keys()) <= {stream.encode() for stream in STREAMS}


def test_a_stream_keeps_about_ten_thousand_messages(publisher: Publisher, redis_url: str) -> None:
    for seq in range(1, 12_001):
        publisher.publish([make_event("run_1", seq)], "default")
    with Redis.from_url(redis_url) as client:
        assert KEPT_ENTRIES <= client.xlen(stream_of("run_1")) <= KEPT_ENTRIES + 200
        assert unpack(client.xrevrange(stream_of("run_1"), count=1)[0][1])[-1].seq == 12_000


def test_a_dead_redis_is_logged_once_and_tried_again_after_a_second(
    own_redis: OwnRedis, clock: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "live")
    with closing(Publisher(own_redis.url)) as publisher:
        publisher.publish(EVENTS[:1], "default")
        own_redis.stop()
        publisher.publish(EVENTS[1:2], "default")
        own_redis.start()
        clock[0] += 0.99
        publisher.publish(EVENTS[1:2], "default")
        assert [entry.seq for entry in entries(own_redis.url)] == [1]
        clock[0] += 0.02
        publisher.publish(EVENTS[2:], "default")
        publisher.publish(EVENTS[2:], "default")
        assert [entry.seq for entry in entries(own_redis.url)] == [1, 3, 3]
    began, ended = (record.getMessage() for record in caplog.records)
    assert began.startswith("Redis takes no events, live updates come up to 2 s late: Error 2 connecting to")
    assert ended.startswith("Redis takes no events, live updates come up to 2 s late: over after ")


def test_connections_that_died_with_a_restart_are_not_used(
    own_redis: OwnRedis, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(Publisher(own_redis.url)) as publisher:
        publisher.publish(EVENTS[:1], "default")
        own_redis.stop()
        own_redis.start()
        publisher.publish(EVENTS[1:], "default")
        assert [entry.seq for entry in entries(own_redis.url)] == [1, 2, 3]
    assert caplog.records == []


def test_a_silent_redis_costs_half_a_second_and_then_nothing(
    silent_url: str, clock: list[float], tries: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    assert module._TIMEOUT == 0.5
    with closing(Publisher(silent_url)) as publisher:
        for _ in range(1000):
            publisher.publish(EVENTS, "default")
    assert len(tries) == 1 and len(caplog.records) == 1


def test_one_thread_at_a_time_tries_a_redis_that_failed(
    silent_url: str, clock: list[float], tries: list[int]
) -> None:
    with closing(Publisher(silent_url)) as publisher:
        publisher.publish(EVENTS, "default")
        tries.clear()
        clock[0] += 1.01
        threads = [Thread(target=publisher.publish, args=(EVENTS, "default")) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(tries) == 1


def test_a_full_redis_is_an_outage(
    own_redis: OwnRedis, clock: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    with Redis.from_url(own_redis.url) as client, closing(Publisher(own_redis.url)) as publisher:
        client.config_set("maxmemory", "1")
        publisher.publish(EVENTS, "default")
        publisher.publish(EVENTS, "default")
        assert len(caplog.records) == 1
        assert "late: command not allowed when used memory > 'maxmemory'." in caplog.records[0].getMessage()
        client.config_set("maxmemory", "0")
        clock[0] += 1.01
        publisher.publish(EVENTS, "default")
        assert [entry.seq for entry in entries(own_redis.url)] == [1, 2, 3]


def test_nothing_to_publish_asks_nothing_of_redis(caplog: pytest.LogCaptureFixture) -> None:
    with closing(Publisher("redis://127.0.0.1:1/0")) as publisher:
        publisher.publish([], "default")
    assert caplog.records == []


def test_a_url_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="redis://"):
        Publisher("http://127.0.0.1")
