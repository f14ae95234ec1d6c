"""The real `playhead up`, as `make run` starts it."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.waiting import has_ended, wait_until

SERVER_PARTS = ("playhead web", "playhead worker", "playhead scheduler")


@pytest.fixture
def up(no_settings: Path, redis_on_path: None) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "playhead", "up", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PLAYHEAD_WORKERS": "2", "PLAYHEAD_LEASE_SECONDS": "2"},
    )
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def url_of(up: subprocess.Popen[str]) -> str:
    """Waits for the line that says that it is ready; returns the address in it."""
    assert up.stdout is not None
    for line in up.stdout:
        if found := re.fullmatch(r"Playhead is ready: (http://127\.0\.0\.1:\d+)\n", line):
            return found[1]
    raise AssertionError("it ended before it was ready")


def parts_below(pid: int) -> list[str]:
    """Which of the server's parts run below a process, by their command lines."""
    lines = []
    for child in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # it may end meanwhile, and a zombie counts as that
            lines.append(" ".join(child.cmdline()))
    return sorted(part for line in lines for part in SERVER_PARTS if part in line)


def test_it_serves_with_one_process_for_each_part_and_leaves_none_at_ctrl_c(
    up: subprocess.Popen[str],
) -> None:
    url = url_of(up)
    with urllib.request.urlopen(f"{url}/readyz") as answer:
        assert answer.status == 200
    assert parts_below(up.pid) == ["playhead scheduler", "playhead web", "playhead worker", "playhead worker"]
    assert not any(part in " ".join(psutil.Process(up.pid).cmdline()) for part in SERVER_PARTS)
    pids = [child.pid for child in psutil.Process(up.pid).children(recursive=True)]
    os.killpg(up.pid, signal.SIGINT)
    assert up.wait(60) == 0
    assert all(has_ended(pid) for pid in pids)


def test_a_worker_that_is_killed_is_there_again_and_the_server_stays_ready(up: subprocess.Popen[str]) -> None:
    url = url_of(up)
    worker = next(
        child for child in psutil.Process(up.pid).children() if "playhead worker" in " ".join(child.cmdline())
    )
    worker.kill()
    wait_until(lambda: has_ended(worker.pid))
    wait_until(lambda: parts_below(up.pid).count("playhead worker") == 2)
    with urllib.request.urlopen(f"{url}/readyz") as answer:
        assert answer.status == 200


def test_a_wrong_setting_is_one_line_and_exit_code_2(no_settings: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "playhead", "up"],
        env={**os.environ, "PLAYHEAD_PORT": "abc"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(
        "PLAYHEAD_PORT: got 'abc', takes a whole number from 0 (any free port) to 65535\n"
    )
    assert done.stderr.count("\n") == 1
    assert list(no_settings.iterdir()) == []
