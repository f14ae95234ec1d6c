"""What the parts of live/ ask of each other and of the database."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

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


Run_co = TypeVar("Run_co", covariant=True)

Header = Mapping[str, Any]
"""A run's own fields as they were right after an event, as the event carries them."""


class Place(Protocol):
    """How far a run has come."""

    @property
    def run_id(self) -> str:
        """Name the run."""
        ...

    @property
    def seq(self) -> int:
        """Give the seq of its last committed event."""
        ...

    @property
    def changed_at(self) -> datetime | None:
        """Give when that was, roughly, by the database's clock; None for long ago."""
        ...


class Standing(Protocol):
    """A run's header right after one of its events."""

    @property
    def run_id(self) -> str:
        """Name the run."""
        ...

    @property
    def seq(self) -> int:
        """Give the seq of the event."""
        ...

    @property
    def at(self) -> datetime:
        """Give when the event happened."""
        ...

    @property
    def header(self) -> Header:
        """Give the header."""
        ...


class Register(Protocol[Run_co]):
    """What the database knows of the runs of workspaces. Each call reads one snapshot."""

    async def present(self, workspace_id: str, *, within: timedelta) -> tuple[datetime, Sequence[Place]]:
        """Give the database's time, and the runs that have not ended, or have changed within so long before."""
        ...

    async def changed(self, workspace_id: str, since: datetime) -> Sequence[Place]:
        """Give the runs that have changed since then."""
        ...

    async def runs(self, workspace_id: str, run_ids: Collection[str]) -> Mapping[str, Run_co]:
        """Give what never changes of runs, by their ids."""
        ...

    async def headers(self, after: Mapping[str, int], limit: int) -> Sequence[Standing]:
        """Give the headers after each of these seqs, run by run, in order, at most `limit` of each run."""
        ...
