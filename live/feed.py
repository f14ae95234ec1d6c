"""One watched run: its window, shared by all who follow it, and the readings of its log under way."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from engine.event_record import EventRecord
from live.errors import HubClosed
from live.run_log import PAGE, RunLog
from live.window import Window

RING = 256
"""Events that a watched run keeps in memory; a subscriber that falls further behind reads the database."""

Rows = Sequence[EventRecord]
Spawn = Callable[[Coroutine[Any, Any, Rows]], asyncio.Task[Rows]]


class Feed:
    """A watched run.

    Attributes:
        window: Its newest events.
        followers: How many follow it.
    """

    def __init__(self, run_id: str, log: RunLog, spawn: Spawn) -> None:
        self.window = Window(RING)
        self.followers = 0
        self._run_id = run_id
        self._log = log
        self._spawn = spawn
        self._readings: dict[int, asyncio.Task[Rows]] = {}
        self._change = asyncio.Event()

    def wake(self) -> None:
        """Make all who wait for a change look at the window."""
        self._change.set()
        self._change = asyncio.Event()

    async def changed(self) -> None:
        """Wait for the next change."""
        await self._change.wait()

    async def read(self, after: int) -> Rows:
        """Read the events after a seq, one page; all who ask for the same page meanwhile share one reading.

        Raises:
            HubClosed: The hub was closed meanwhile.
            ValueError: The log has a gap.
        """
        reading = self._readings.get(after)
        if reading is None:
            reading = self._readings[after] = self._spawn(self._page(after))
        await asyncio.wait({reading})  # one that gives up waiting does not cancel it for the others
        if reading.cancelled():
            raise HubClosed
        return reading.result()

    def stop(self) -> None:
        """Cancel the readings under way."""
        for reading in self._readings.values():
            reading.cancel()

    async def _page(self, after: int) -> Rows:
        try:
            known_before = self.window.known
            rows = await self._log.page(self._run_id, after)
            self.window.extend(rows, complete=len(rows) < PAGE, known_before=known_before)
        finally:
            del self._readings[after]
        self.wake()
        return rows
