"""Parts of a deployment as forks of a process that has loaded all of Playhead: they start in a tenth of the time.

Each is a process of its own all the same, with its own environment and log, and dies with its own SIGKILL.
"""

import multiprocessing
import multiprocessing.connection
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.preloaded"])
    return context


_READING = threading.Lock()
"""An exit code can be read but once, and whoever starts a process reads those of all others: who comes second is told 255."""


class Forked:
    """A part that was forked; has of `subprocess.Popen` what the tests use."""

    def __init__(self, command: str, environment: Mapping[str, str], log: Path) -> None:
        self._process: ForkServerProcess = _context().Process(
            target=_run, args=(command, dict(environment), str(log)), daemon=True
        )
        with _READING:
            self._process.start()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        with _READING:
            return self._process.exitcode

    def send_signal(self, what: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, what)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        ready = multiprocessing.connection.wait([self._process.sentinel], timeout)
        code = self.poll() if ready else None
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
        return code


def _run(command: str, environment: dict[str, str], log: str) -> None:
    """Is the part, in the fork."""
    stops = (signal.SIGTERM, signal.SIGINT)
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)  # they are for the part's own threads
    threading.Thread(target=_die_with_the_tests, daemon=True).start()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, stops)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(Path(log).parent)
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["playhead", command]
    from tests.crashing import main

    main()


def _die_with_the_tests() -> None:
    """Leaves no part behind where the process of the tests is killed."""
    tests = multiprocessing.parent_process()
    assert tests is not None
    multiprocessing.connection.wait([tests.sentinel])
    os.kill(os.getpid(), signal.SIGKILL)
