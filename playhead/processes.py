"""Child processes that cannot outlive their parent, and how they are started again when they die."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Protocol

FIRST_DELAY: Final = 0.1
LONGEST_DELAY: Final = 10.0
STEADY_AFTER: Final = 30.0

_PR_SET_PDEATHSIG: Final = 1
# Loaded before any fork: the new process may then only call it, not import or allocate libraries.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Process(Protocol):
    """A child process, as `subprocess.Popen` is one."""

    @property
    def pid(self) -> int:
        """Its process id."""

    def poll(self) -> int | None:
        """Gives its exit code as `subprocess` does, None while it runs."""

    def send_signal(self, sig: int) -> None:
        """Sends it a signal, if it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Waits for its end and gives its exit code; raises `subprocess.TimeoutExpired` after so many seconds."""


def end_with_parent(parent: int, death_signal: signal.Signals = signal.SIGKILL) -> None:
    """Makes this new process get a signal when the thread that started it ends, on Linux.

    Args:
        parent: the process that started it; where it has ended already, the signal comes at once.
        death_signal: what it gets.
    """
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), death_signal)


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    new_session: bool = False,
    death_signal: signal.Signals = signal.SIGKILL,
    output: int | None = None,
    user: str | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a process that gets `death_signal` when the thread that started it ends, on Linux.

    Call it from the main thread, whose end is that of this process. On other systems a process that is
    killed leaves its children behind.

    Args:
        command: the program and its arguments.
        env: all of its environment; this process's by default.
        new_session: keeps the terminal's Ctrl-C away from it.
        death_signal: what it gets when its parent dies.
        output: where stdout and stderr go, a file descriptor; by default to this process's.
        user: the system user that it runs as; by default this process's.
    """
    return subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        user=user,
        start_new_session=new_session,
        preexec_fn=partial(end_with_parent, os.getpid(), death_signal),  # noqa: PLW1509  (only a system call, and no lock is taken in it)
    )


def how_it_ended(code: int) -> str:
    """An exit code of subprocess in words: `exit code 1`, `killed by SIGKILL`."""
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"


class Child:
    """A process that should always run: after each death it waits, longer each time, and starts again.

    The pause is 0.1 s and doubles up to 10 s; after 30 s alive it is 0.1 s again.
    """

    def __init__(
        self,
        name: str,
        start: Callable[[], Process],
        *,
        on_death: Callable[[int], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Starts nothing yet. `on_death` gets the id of a process whose exit code was not 0."""
        self.name = name
        self._start = start
        self._on_death = on_death
        self._clock = clock
        self._process: Process | None = None
        self._started_at = 0.0
        self._pause = FIRST_DELAY
        self._due: float | None = None

    @property
    def pid(self) -> int | None:
        """The id of the process that runs, None while none does."""
        return None if self._process is None else self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process is there and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> int:
        """Starts the process now and returns its id."""
        self._process = self._start()
        self._started_at = self._clock()
        self._due = None
        return self._process.pid

    def reap(self) -> tuple[int, int] | None:
        """If the process has ended, tells `on_death` and returns its id and exit code, once."""
        code = None if self._process is None else self._process.poll()
        if self._process is None or code is None:
            return None
        pid = self._process.pid
        self._process = None
        if code != 0 and self._on_death is not None:
            self._on_death(pid)
        return pid, code

    def plan_restart(self) -> float:
        """Decides when the process that died starts again; returns the pause in seconds."""
        if self._clock() - self._started_at >= STEADY_AFTER:
            self._pause = FIRST_DELAY
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST_DELAY)
        self._due = self._clock() + pause
        return pause

    def seconds_to_restart(self) -> float | None:
        """How long until it is to start again, 0 when it is due; None when no start is planned."""
        return None if self._due is None else max(0.0, self._due - self._clock())

    def send(self, number: signal.Signals) -> None:
        """Sends a signal to the process, if it runs."""
        if self._process is not None:
            self._process.send_signal(number)

    def stop(self, seconds: float) -> bool:
        """Asks the process to end and waits; one that runs on is killed, and then the answer is False."""
        if self._process is None:
            return True
        process, self._process = self._process, None
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        finally:  # also where an impatient Ctrl-C ends the wait
            process.send_signal(signal.SIGKILL)
            process.wait()
        return True
