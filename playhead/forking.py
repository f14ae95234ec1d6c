"""A child process that is a copy of this one: what it needs is imported already, so it is there at once."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import Final, cast

from setproctitle import setproctitle

from playhead.processes import end_with_parent

_STOPPING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def can_fork() -> bool:
    """Whether a copy of this process would run on safely: on Linux, while this has one thread.

    What other threads hold would be held in the copy for ever, and the system libraries of macOS have
    threads of their own (https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods).
    """
    return sys.platform == "linux" and threading.active_count() == 1


class Forked:
    """A copy of this process that calls a function and ends; a `Process`.

    Its command line is `title`. Its exit code is 0, that of a SystemExit, or 1 for any other exception, which
    it prints. It gets SIGKILL when this process ends. Signals do in it what they do in a new process.
    """

    def __init__(self, title: str, function: Callable[[], object]) -> None:
        """Starts it. Call it from the main thread, and where `can_fork` says so."""
        context = multiprocessing.get_context("fork")
        # A daemon: where this process ends otherwise than in order, it is told to end too, not waited for.
        self._copy: BaseProcess = context.Process(
            target=_perform, args=(title, function, os.getpid()), name=title, daemon=True
        )
        with _signals_held():
            self._copy.start()
        self.pid = cast(int, self._copy.pid)  # it has started

    def poll(self) -> int | None:
        """Gives its exit code, negative the signal that killed it; None while it runs."""
        return self._copy.exitcode

    def send_signal(self, sig: int) -> None:
        """Sends it a signal, if it runs."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def wait(self, timeout: float | None = None) -> int:
        """Waits for its end and gives its exit code.

        Raises:
            subprocess.TimeoutExpired: it runs on after so many seconds.
        """
        self._copy.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(self._copy.name, timeout or 0)
        return code


@contextmanager
def _signals_held() -> Iterator[None]:
    """A signal that comes before the copy has its own ways would be noted there and do nothing."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _perform(title: str, function: Callable[[], object], parent: int) -> None:
    """What the copy does."""
    end_with_parent(parent)
    setproctitle(title)
    signal.set_wakeup_fd(-1)
    for number in (*_STOPPING, signal.SIGCHLD):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    function()
