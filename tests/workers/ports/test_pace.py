import pytest

from engine.ports import Interrupted
from workers.ports.pace import LONGEST_PAUSE, Pace


class Clock:
    """Goes on by what is slept, and by nothing else."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr("workers.ports.pace.time.sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_a_host_is_asked_one_after_the_other_with_a_pause_and_others_meanwhile(clock: Clock) -> None:
    pace = Pace(0.5, clock)
    for host, moment in [("a", 100.0), ("b", 100.0), ("a", 100.5), ("a", 101.0), ("b", 101.0)]:
        pace.wait(host, lambda: False)
        assert clock.now == pytest.approx(moment)


@pytest.mark.parametrize(("asked", "pause"), [(2.0, 2.0), (0.1, 0.5), (86_400.0, LONGEST_PAUSE), (None, 0.5)])
def test_a_longer_pause_is_kept_where_a_host_asks_for_one_within_reason(
    clock: Clock, asked: float | None, pause: float
) -> None:
    pace = Pace(0.5, clock)
    pace.wait("a", lambda: False, asked)
    pace.wait("a", lambda: False, asked)
    assert clock.now == pytest.approx(100.0 + pause)


def test_a_cancel_ends_the_wait(clock: Clock) -> None:
    pace = Pace(5.0, clock)
    pace.wait("a", lambda: False)
    with pytest.raises(Interrupted):
        pace.wait("a", lambda: clock.now > 101)
    assert clock.now < 102
