"""The live events of this process: the hub and the lists, and how both read the database beside the event loop."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

from db import register
from db.database import Database
from db.events import events, last_seqs
from db.records import RunRecord
from db.register import RunPlace, RunStanding
from engine.event_record import EventRecord
from live.hub import Hub
from live.lists import Lists
from live.patient_register import PatientRegister
from live.source import RedisSource

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_THREADS = 4


class LogReader:
    """Reads the log in threads, a few at once: `ReadEvents`, `ReadSeqs` and a `Register`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._threads = CapacityLimiter(_THREADS)

    async def read_events(self, run_id: str, after: int, limit: int) -> list[EventRecord]:
        """Give events of a run."""
        return await self._read(events, self._database, run_id, after=after, limit=limit)

    async def read_seqs(self, run_ids: Sequence[str]) -> dict[str, int]:
        """Give how far runs have come."""
        return await self._read(last_seqs, self._database, run_ids)

    async def present(self, workspace_id: str, *, within: timedelta) -> tuple[datetime, Sequence[RunPlace]]:
        """Give the runs that have not ended, or have changed of late."""
        return await self._read(register.present_runs, self._database, workspace_id, within=within)

    async def changed(self, workspace_id: str, since: datetime) -> Sequence[RunPlace]:
        """Give the runs that have changed."""
        return await self._read(register.changed_runs, self._database, workspace_id, since=since)

    async def runs(self, workspace_id: str, run_ids: Collection[str]) -> Mapping[str, RunRecord]:
        """Give runs without what changes."""
        return await self._read(register.run_outlines, self._database, workspace_id, run_ids)

    async def headers(self, after: Mapping[str, int], limit: int) -> Sequence[RunStanding]:
        """Give headers of runs."""
        return await self._read(register.headers, self._database, after, limit=limit)

    async def _read(
        self, function: Callable[Given, Answer], *args: Given.args, **kwargs: Given.kwargs
    ) -> Answer:
        return await to_thread.run_sync(partial(function, *args, **kwargs), limiter=self._threads)


def live_events(database: Database, redis_url: str) -> tuple[Hub, Lists[RunRecord]]:
    """Make what lets subscribers follow runs and watch lists of them; starting and closing the hub does for both."""
    reader = LogReader(database)
    lists = Lists[RunRecord](PatientRegister[RunRecord](reader))
    return Hub(RedisSource(redis_url), reader.read_events, reader.read_seqs, lists=lists), lists
