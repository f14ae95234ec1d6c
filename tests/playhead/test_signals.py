import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from types import FrameType

import pytest

from playhead.signals import Signals


@pytest.fixture
def signals() -> Iterator[Signals]:
    with Signals() as entered:
        yield entered


def send(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_raises_while_nothing_awaits_it(signals: Signals, number: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt):
        send(number)
    assert signals.stop_requested


def test_an_awaited_request_to_stop_ends_the_wait_and_raises_nothing(signals: Signals) -> None:
    with signals.awaited():
        send(signal.SIGTERM)
        begun = time.monotonic()
        signals.wait(60)
    assert time.monotonic() - begun < 60
    assert signals.stop_requested


def test_a_request_whose_exception_python_dropped_is_still_known(
    signals: Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", dropped.append)

    class Collected:
        def __del__(self) -> None:
            send(signal.SIGTERM)
            for _ in range(1000):  # the handler runs between two of these
                pass

    Collected()
    assert len(dropped) == 1
    assert signals.stop_requested


def test_only_ctrl_c_is_impatient_when_it_comes_again(signals: Signals) -> None:
    with signals.awaited():
        for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGINT):
            send(number)
        assert not signals.impatient
        send(signal.SIGINT)
        assert signals.impatient


def test_a_repeated_sigterm_does_not_interrupt_the_cleaning_up_after_the_first(signals: Signals) -> None:
    with pytest.raises(KeyboardInterrupt):
        send(signal.SIGTERM)
    send(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        send(signal.SIGINT)


def test_the_death_of_a_child_ends_the_wait(signals: Signals) -> None:
    with signals.awaited(), subprocess.Popen(["true"]) as child:
        begun = time.monotonic()
        signals.wait(60)
        child.wait()
    assert time.monotonic() - begun < 60
    assert not signals.stop_requested


def test_a_hangup_that_is_ignored_stays_ignored_and_all_is_as_before_at_the_end() -> None:
    def mine(number: int, frame: FrameType | None) -> None:
        pass

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN), signal.signal(signal.SIGTERM, mine)
    try:
        with Signals() as entered:
            send(signal.SIGHUP)
            assert not entered.stop_requested
        assert signal.getsignal(signal.SIGTERM) is mine
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGHUP, before[0])
        signal.signal(signal.SIGTERM, before[1])
