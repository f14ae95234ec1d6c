"""`playhead up` as a process, and what a test does to it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

from playhead.instance import find_instance
from playhead.processes import end_with_parent
from tests.acceptance.client import Api
from tests.waiting import has_ended

SECONDS_TO_START = 120.0
SECONDS_TO_STOP = 60.0


@dataclass(frozen=True)
class Server:
    """A server that is ready."""

    process: subprocess.Popen[bytes]
    data_dir: Path
    api: Api

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to find this server."""
        return environment(self.data_dir)

    @property
    def redis_url(self) -> str:
        found = find_instance(self.data_dir)
        assert found is not None
        return found.redis_url

    def children(self) -> dict[int, str]:
        """Its processes by id, with their command lines."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return {child.pid: " ".join(child.cmdline()) for child in children}

    def stop(self) -> None:
        """Stops it as Ctrl-C does, and checks that it leaves nothing behind."""
        below = self.children()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(SECONDS_TO_STOP) == 0
        assert [line for pid, line in below.items() if not has_ended(pid)] == []


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """The environment of a command: nothing of Playhead's but these settings, and one worker, which starts sooner than two."""
    outside = {name: value for name, value in os.environ.items() if not name.upper().startswith("PLAYHEAD_")}
    given = {f"PLAYHEAD_{name.upper()}": value for name, value in {"workers": "1", **settings}.items()}
    return {**outside, "PLAYHEAD_DATA_DIR": str(data_dir), **given}


@contextmanager
def serving(data_dir: Path, port: int = 0, **settings: str) -> Iterator[Server]:
    """Runs `playhead up --demo`, by default on a free port, until the block ends; it stands in an empty folder."""
    data_dir.mkdir(parents=True, exist_ok=True)
    output = data_dir.parent / f"{data_dir.name}.log"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "playhead", "up", "--demo", "--port", str(port)],
            stdout=file,
            stderr=file,
            cwd=data_dir.parent,
            env=environment(data_dir, **{"lease_seconds": "2", "workers": "2", **settings}),
            start_new_session=True,
            # A server that outlives the tests takes the processor from the next ones.
            preexec_fn=partial(end_with_parent, os.getpid(), signal.SIGTERM),  # noqa: PLW1509  (only a system call)
        )
    try:
        api = Api(_url(process, output))
        yield Server(process, data_dir, api)
        api.close()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(SECONDS_TO_STOP)


def _url(process: subprocess.Popen[bytes], output: Path) -> str:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        text = output.read_text()
        if found := re.search(r"^Playhead is ready: (http://127\.0\.0\.1:\d+)$", text, re.MULTILINE):
            return found[1]
        assert process.poll() is None, f"it ended before it was ready:\n{text}"
        assert time.monotonic() < deadline, f"it is not ready:\n{text}"
        time.sleep(0.02)
