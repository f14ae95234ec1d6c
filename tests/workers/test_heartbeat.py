from collections.abc import Iterator

import pytest
import redis

from tests.waiting import wait_until
from workers.heartbeat import KEY, Heartbeat, living_workers


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as opened:
        yield opened


def test_a_worker_lives_from_its_start_to_its_stop(client: redis.Redis) -> None:
    heartbeat = Heartbeat(client, "host:1:a")
    heartbeat.start()
    wait_until(lambda: living_workers(client) == ["host:1:a"])
    heartbeat.stop()
    assert client.zcard(KEY) == 0


def test_a_worker_that_stopped_beating_is_dead_after_five_seconds(client: redis.Redis) -> None:
    Heartbeat(client, "host:1:a", clock=lambda _: 1000.0).beat()
    assert living_workers(client, clock=lambda _: 1005.0) == ["host:1:a"]
    assert living_workers(client, clock=lambda _: 1005.1) == []


def test_the_long_dead_are_taken_out(client: redis.Redis) -> None:
    Heartbeat(client, "host:1:a", clock=lambda _: 1000.0).beat()
    Heartbeat(client, "host:2:b", clock=lambda _: 4000.0).beat()
    assert client.zrange(KEY, 0, -1) == [b"host:1:a", b"host:2:b"]
    Heartbeat(client, "host:2:b", clock=lambda _: 4601.0).beat()
    assert client.zrange(KEY, 0, -1) == [b"host:2:b"]


def test_a_redis_that_is_away_stops_no_worker(caplog: pytest.LogCaptureFixture) -> None:
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    nowhere = redis.Redis.from_url("unix:///nowhere/redis.sock", retry=Retry(NoBackoff(), 0))
    heartbeat = Heartbeat(nowhere, "host:1:a")
    heartbeat.start()
    wait_until(lambda: "The heartbeat failed" in caplog.text)
    heartbeat.stop()
    assert "stays in Redis for a while" in caplog.text
