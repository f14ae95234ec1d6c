"""Publishing and reading within one process: for tests, and where nobody else listens."""

import asyncio
from collections.abc import Callable, Sequence
from threading import Lock

from engine.event_record import EventRecord
from live.wire import Entry, pack, unpack


class MemoryBus:
    """An `EventPublisher` and an `EventSource` in one, without Redis. Safe to publish to from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._readers: dict[Callable[[Sequence[Entry]], None], asyncio.AbstractEventLoop] = {}

    def publish(self, events: Sequence[EventRecord], workspace_id: str) -> None:
        """Announce committed events of one workspace to all that read now."""
        if not events:
            return
        entries = [entry for event in events for entry in unpack(pack([event], workspace_id))]
        with self._lock:
            for deliver, loop in self._readers.items():
                loop.call_soon_threadsafe(deliver, entries)

    def close(self) -> None:
        """Close nothing: there is no connection."""

    async def run(self, deliver: Callable[[Sequence[Entry]], None], missed: Callable[[], None]) -> None:
        """Call `deliver` with what is published, and `missed` once, until canceled."""
        with self._lock:
            self._readers[deliver] = asyncio.get_running_loop()
        try:
            missed()
            await asyncio.get_running_loop().create_future()
        finally:
            with self._lock:
                del self._readers[deliver]
