from collections.abc import Sequence
from typing import Any, cast

import pytest
import redis
from dramatiq import Message

from workers.broker import WakingBroker, make_broker
from workers.hints import Waker


class FakeBroker:
    """Sends nothing; fails while `away`."""

    def __init__(self) -> None:
        self.away = False
        self.tries = 0
        self.sent: list[tuple[Any, ...]] = []

    def enqueue_all(self, messages: Sequence[Message[Any]]) -> None:
        self.tries += 1
        if self.away:
            raise redis.ConnectionError("nobody is there")
        self.sent += [message.args for message in messages]


class FakeClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def broker() -> FakeBroker:
    return FakeBroker()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def waker(broker: FakeBroker, clock: FakeClock) -> Waker:
    return Waker(cast(WakingBroker, broker), clock)


def test_a_hint_holds_two_ids_and_nothing_else(broker: FakeBroker, waker: Waker) -> None:
    assert waker.wake([("run_1", "exe_1"), ("run_2", "exe_2")])
    assert broker.sent == [("run_1", "exe_1"), ("run_2", "exe_2")]


def test_nothing_to_hint_at_asks_nothing_of_redis(broker: FakeBroker, waker: Waker) -> None:
    assert waker.wake([])
    assert broker.tries == 0


def test_a_failure_is_not_raised_and_hints_are_skipped_for_a_second(
    broker: FakeBroker, clock: FakeClock, waker: Waker
) -> None:
    broker.away = True
    assert not waker.wake([("run", "exe")])
    clock.now += 0.9
    assert not waker.wake([("run", "exe")])
    assert broker.tries == 1
    clock.now += 0.2
    assert not waker.wake([("run", "exe")])
    assert broker.tries == 2


def test_an_outage_is_logged_once_and_so_is_its_end(
    broker: FakeBroker, clock: FakeClock, waker: Waker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    broker.away = True
    for _ in range(5):
        waker.wake([("run", "exe")])
        clock.now += 2
    broker.away = False
    waker.wake([("run", "exe")])
    waker.wake([("run", "exe")])
    assert caplog.text.count("Redis takes no hints") == 2
    assert caplog.text.count("nobody is there") == 1
    assert broker.sent == [("run", "exe"), ("run", "exe")]


def test_a_redis_that_is_not_there_costs_no_error() -> None:
    nowhere = make_broker("unix:///nowhere/redis.sock", prefetch=1)
    Waker(nowhere).wake([("run", "exe")])
    nowhere.close()
