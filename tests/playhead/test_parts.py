"""Each test starts parts from a process of its own: pytest's has threads."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

BEGIN = """
import sys, threading
from playhead.parts import start
from playhead.settings import Settings
settings = Settings.load(redis_url="unix:///no/redis.sock")
"""
LOOK_AND_KILL = """
import psutil
from tests.waiting import wait_until
settings.data_dir.mkdir()
part = start("{part}", settings)
line = lambda: " ".join(psutil.Process(part.pid).cmdline()).rstrip()
wait_until(lambda: line().endswith("playhead {part}"))
print(line())
part.send_signal({kill:d})
print(part.wait(60))
"""
WITH_A_THREAD = "threading.Thread(target=threading.Event().wait, daemon=True).start()"


def told(*program: str) -> tuple[list[str], str]:
    """Runs a program; gives the lines that it prints, and what goes to stderr."""
    done = subprocess.run(
        [sys.executable, "-c", "\n".join((BEGIN, *program))],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout.splitlines(), done.stderr


@pytest.mark.parametrize("part", ["web", "worker", "scheduler"])
def test_a_part_is_a_copy_of_the_process_that_starts_it(no_settings: Path, part: str) -> None:
    lines, _ = told(LOOK_AND_KILL.format(part=part, kill=signal.SIGKILL))
    assert (lines[0], lines[-1]) == (f"playhead {part}", "-9")


def test_where_there_are_threads_it_is_a_new_interpreter(no_settings: Path) -> None:
    lines, _ = told(WITH_A_THREAD, LOOK_AND_KILL.format(part="scheduler", kill=signal.SIGKILL))
    assert (lines[0], lines[-1]) == (f"{sys.executable} -P -m playhead scheduler", "-9")


@pytest.mark.parametrize("before", ["", WITH_A_THREAD])
def test_a_part_that_cannot_start_says_why_in_one_line_either_way(no_settings: Path, before: str) -> None:
    lines, errors = told(before, "print(start('scheduler', settings).wait(60))")
    assert lines == ["2"]
    assert errors == (
        "playhead: PLAYHEAD_DATABASE_URL: the folder of the database file "
        f"'{no_settings}/.playhead/playhead.db' does not exist\n"
    )
