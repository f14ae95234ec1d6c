import threading
from collections.abc import Callable, Iterator

import pytest
import redis

from tests.waiting import wait_until
from workers.periodic import Periodic


@pytest.fixture
def started() -> Iterator[Callable[[float, Callable[[], float | None]], Periodic]]:
    made: list[Periodic] = []

    def start(seconds: float, action: Callable[[], float | None]) -> Periodic:
        made.append(Periodic("The test", seconds, action))
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.stop()


Start = Callable[[float, Callable[[], float | None]], Periodic]


def test_the_first_turn_is_at_once(started: Start) -> None:
    turned = threading.Event()
    started(3600, turned.set)
    assert turned.wait(5)


def test_it_goes_on_until_it_is_stopped(started: Start) -> None:
    turns: list[int] = []
    periodic = started(0.01, lambda: turns.append(1))
    wait_until(lambda: len(turns) > 3)
    assert periodic.stop()
    count = len(turns)
    assert not threading.Event().wait(0.05)
    assert len(turns) == count


def test_an_action_may_ask_for_another_pause(started: Start) -> None:
    turns: list[int] = []

    def action() -> float:
        turns.append(1)
        return 0.01

    started(3600, action)
    wait_until(lambda: len(turns) > 3)


def test_an_outage_is_said_once_and_its_end_too(started: Start, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    turns: list[int] = []

    def action() -> None:
        turns.append(1)
        if len(turns) <= 5:
            raise redis.ConnectionError("nobody is there")

    started(0.01, action)
    wait_until(lambda: "over after" in caplog.text)
    assert caplog.text.count("nobody is there") == 1


def test_a_fault_is_logged_with_its_traceback_and_ends_nothing(
    started: Start, caplog: pytest.LogCaptureFixture
) -> None:
    turns: list[int] = []

    def action() -> None:
        turns.append(1)
        raise ZeroDivisionError("a fault")

    started(0.01, action)
    wait_until(lambda: len(turns) > 2)
    assert "The test met a fault" in caplog.text
    assert "Traceback" in caplog.text


def test_one_that_never_began_can_be_stopped() -> None:
    assert Periodic("The test", 1, lambda: None).stop()
