import logging
from threading import Thread

import pytest

from live import outage as module
from live.outage import Outage


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in its only item."""
    time = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: time[0])
    return time


def new_outage(*, traceback: bool = False) -> Outage:
    return Outage("Redis is away", first_pause=0.5, longest_pause=4.0, traceback=traceback)


def test_it_is_logged_when_it_begins_and_when_it_ends(
    clock: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    outage = new_outage()
    for _ in range(2):
        outage.ended()
        outage.failed(ConnectionError("refused"))
        outage.failed(ConnectionError("still refused"))
        clock[0] += 2.5
        outage.ended()
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "Redis is away: refused"),
        ("INFO", "Redis is away: over after 2.5 s"),
    ] * 2


def test_an_error_without_words_is_named(clock: list[float], caplog: pytest.LogCaptureFixture) -> None:
    new_outage().failed(TimeoutError())
    assert [record.getMessage() for record in caplog.records] == ["Redis is away: TimeoutError"]


@pytest.mark.parametrize("traceback", [True, False])
def test_the_traceback_is_logged_where_it_is_wanted(
    clock: list[float], caplog: pytest.LogCaptureFixture, traceback: bool
) -> None:
    new_outage(traceback=traceback).failed(ConnectionError("refused"))
    assert [record.exc_info is not None for record in caplog.records] == [traceback]


def test_pauses_grow_with_its_age_and_begin_anew(clock: list[float]) -> None:
    outage = new_outage()
    pauses = []
    for _ in range(6):
        pauses.append(outage.failed(ConnectionError()))
        clock[0] += pauses[-1]
    assert pauses == [0.5, 0.5, 1.0, 2.0, 4.0, 4.0]
    outage.ended()
    assert outage.failed(ConnectionError()) == 0.5


def test_threads_that_fail_together_make_one_outage(
    clock: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    outage = new_outage()
    threads = [Thread(target=outage.failed, args=[ConnectionError("refused")]) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(caplog.records) == 1
