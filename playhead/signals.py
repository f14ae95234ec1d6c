"""What the terminal and the system tell the supervisor: to stop, to stop at once, that a child died."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Final, Self

_STOPPING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """While entered, Ctrl-C, SIGTERM and SIGHUP are noted, and raise KeyboardInterrupt outside of `awaited`.

    What is noted stays: Python drops an exception that a signal raises while an object is being collected.
    Only the main thread may enter it. A SIGHUP that is ignored (nohup) stays ignored.
    """

    def __init__(self) -> None:
        self._received: list[int] = []
        self._raising = True
        self._before: dict[signal.Signals, Any] = {}

    @property
    def stop_requested(self) -> bool:
        """Whether a Ctrl-C, a SIGTERM or a SIGHUP has come."""
        return bool(self._received)

    @property
    def impatient(self) -> bool:
        """Whether Ctrl-C came again. A repeated SIGTERM says nothing: make and containers send it twice."""
        return self._received.count(signal.SIGINT) > 1

    @contextmanager
    def awaited(self) -> Iterator[None]:
        """While entered, signals end a `wait` instead of raising."""
        self._raising = False
        try:
            yield
        finally:
            self._raising = True

    def wait(self, seconds: float) -> None:
        """Returns at the next signal or death of a child, or after so many seconds."""
        if select.select([self._reader], [], [], seconds)[0]:
            os.read(self._reader, 4096)

    def __enter__(self) -> Self:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)
        self._wakeup_before = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for number in _STOPPING:
            if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._receive)
        self._before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)  # it ends a `wait`
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        os.close(self._reader)
        os.close(self._writer)

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        again = number != signal.SIGINT and number in self._received
        self._received.append(number)
        if self._raising and not again:
            raise KeyboardInterrupt
