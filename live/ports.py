"""What the parts of live/ ask of each other and of the database."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from engine.event_record import EventRecord
from live.wire import Entry

ReadEvents = Callable[[str, int, int], Awaitable[Sequence[EventRecord]]]
"""`(run_id, after, limit)`: the events after + 1, after + 2, … of a run, committed, at most `limit`."""

ReadSeqs = Callable[[Sequence[str]], Awaitable[Mapping[str, int]]]
"""`(run_ids)`: the seq of each run's last committed event, in one query; unknown runs are left out."""


class EventPublisher(Protocol):
    """Announces committed events. A loss is allowed: the log is the truth."""

    def publish(self, events: Sequence[EventRecord], workspace_id: str) -> None:
        """Announce events of one workspace, from any thread; never raises for a broken connection."""


class EventSource(Protocol):
    """Brings what publishers announced, in any order, perhaps twice, perhaps not at all."""

    async def run(self, deliver: Callable[[Sequence[Entry]], None], missed: Callable[[], None]) -> None:
        """Call `deliver` with what arrives, and `missed` when something may be lost, until canceled."""
