import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.processes import Child, how_it_ended, spawn
from tests.waiting import has_ended, wait_until

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = ["sh", "-c", "trap '' TERM; echo up; sleep 60"]
PARENT = """
import sys, time
from playhead.processes import spawn
print(spawn([sys.executable, "-c", "import time; time.sleep(60)"], new_session=True).pid, flush=True)
time.sleep(60)
"""


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def child(clock: Clock) -> Iterator[Child]:
    made = Child("sleeper", lambda: spawn(SLEEPER), clock=clock)
    yield made
    made.stop(0)


def die(child: Child) -> None:
    child.send(signal.SIGKILL)
    wait_until(lambda: not child.running)


def test_a_process_dies_with_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    with parent.stdout:
        pid = int(parent.stdout.readline())
    assert not has_ended(pid)
    parent.kill()
    parent.wait()
    wait_until(lambda: has_ended(pid))


def test_a_process_of_its_own_session_gets_no_ctrl_c_of_the_terminal() -> None:
    apart, beside = spawn(SLEEPER, new_session=True), spawn(SLEEPER)
    try:
        assert os.getsid(apart.pid) == apart.pid
        assert os.getpgid(beside.pid) == os.getpgid(0)
    finally:
        for process in (apart, beside):
            process.kill()
            process.wait()


def test_its_output_goes_where_it_is_sent(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as file:
        process = spawn(["sh", "-c", "echo out; echo err >&2"], output=file.fileno())
        assert process.wait() == 0
    assert (tmp_path / "out").read_text() == "out\nerr\n"


def test_an_end_is_told_in_words() -> None:
    assert how_it_ended(3) == "exit code 3"
    assert how_it_ended(-9) == "killed by SIGKILL"


def test_the_pause_before_a_restart_doubles_up_to_ten_seconds(child: Child, clock: Clock) -> None:
    pauses = []
    for _ in range(9):
        child.start()
        die(child)
        assert child.reap() is not None
        pauses.append(child.plan_restart())
        assert child.seconds_to_restart() == pytest.approx(pauses[-1])
        clock.now += pauses[-1]
        assert child.seconds_to_restart() == 0
    assert pauses == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0])


def test_after_thirty_seconds_alive_the_pause_is_short_again(child: Child, clock: Clock) -> None:
    for lived, pause in [(0, 0.1), (0, 0.2), (29.9, 0.4), (30, 0.1), (0, 0.2)]:
        child.start()
        clock.now += lived
        die(child)
        child.reap()
        assert child.plan_restart() == pytest.approx(pause)


def test_a_death_is_reaped_once_and_told_with_its_process(clock: Clock) -> None:
    told: list[int] = []
    child = Child("x", lambda: spawn(SLEEPER), on_death=told.append, clock=clock)
    pid = child.start()
    assert (child.pid, child.running, child.reap()) == (pid, True, None)
    die(child)
    assert child.reap() == (pid, -9)
    assert child.reap() is None
    assert (child.pid, child.running, told) == (None, False, [pid])
    assert child.seconds_to_restart() is None


def test_an_end_with_exit_code_0_is_no_death() -> None:
    told: list[int] = []
    child = Child("x", lambda: spawn(["true"]), on_death=told.append)
    child.start()
    wait_until(lambda: not child.running)
    assert child.reap() is not None
    assert told == []


def test_a_stop_ends_the_process_and_leaves_none(child: Child) -> None:
    pid = child.start()
    assert child.stop(5) is True
    assert has_ended(pid)
    assert child.stop(5) is True


def test_a_process_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as file:
        child = Child("x", lambda: spawn(STUBBORN, output=file.fileno()))
        pid = child.start()
        wait_until(lambda: (tmp_path / "out").read_text() == "up\n")
    assert child.stop(0.1) is False
    assert has_ended(pid)
