"""The event loop that models are asked in: one for a process, in a thread of its own, as their clients belong to one loop."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from engine.ports import Interrupted, PortError

Result = TypeVar("Result")

_SLICE_SECONDS = 0.2
_CLEANUP_SECONDS = 30.0

_lock = threading.Lock()
_loops: list[asyncio.AbstractEventLoop] = []


def run(work: Coroutine[Any, Any, Result], *, seconds: float, interrupted: Callable[[], bool]) -> Result:
    """Run something to its end from another thread; where it is stopped, what it leaves is tidied up before this returns.

    Raises:
        PortError: TIMEOUT, it took too long.
        Interrupted: The run was canceled meanwhile.
    """
    running = _Running(work)
    left = seconds
    while not running.done.wait(max(0.0, min(_SLICE_SECONDS, left))):
        left -= _SLICE_SECONDS
        if interrupted():
            running.stop()
            raise Interrupted
        if left <= 0:
            running.stop()
            raise PortError(
                "TIMEOUT",
                f"The model did not answer in full within {seconds:.0f} s",
                detail={"seconds": round(seconds)},
                hint="Raise `timeoutSeconds` in the activity's retry policy, or ask a quicker model.",
                retryable=True,
            )
    return running.result()


class _Running(Generic[Result]):
    """Something under way in the loop."""

    def __init__(self, work: Coroutine[Any, Any, Result]) -> None:
        self.done = threading.Event()
        self._work, self._loop = work, _loop()
        self._task: asyncio.Task[Result] | None = None
        self._loop.call_soon_threadsafe(self._start)

    def result(self) -> Result:
        if self._task is None:
            raise RuntimeError("nothing has run")
        return self._task.result()

    def stop(self) -> None:
        """Stop it, and wait until it has tidied up."""
        self._loop.call_soon_threadsafe(self._cancel)
        self.done.wait(_CLEANUP_SECONDS)

    def _start(self) -> None:
        self._task = self._loop.create_task(self._work)
        self._task.add_done_callback(lambda _: self.done.set())

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()


def _loop() -> asyncio.AbstractEventLoop:
    with _lock:
        if not _loops:
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="models", daemon=True).start()
            _loops.append(loop)
        return _loops[0]
