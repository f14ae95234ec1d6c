"""The log of a run as the database holds it, read through outages of the database."""

import asyncio
from collections.abc import Mapping, Sequence

from engine.event_record import EventRecord
from live.outage import Outage
from live.ports import ReadEvents, ReadSeqs

PAGE = 256
"""Events read at once."""


class RunLog:
    """Reads events and seqs; where the database fails it waits, so that no subscriber is cut off."""

    def __init__(self, read_events: ReadEvents, read_seqs: ReadSeqs) -> None:
        self._read_events = read_events
        self._read_seqs = read_seqs
        self._events_outage = _outage("the database gives no events, live updates wait for it")
        self._seqs_outage = _outage("the database gives no seqs, what Redis loses is not found")

    async def page(self, run_id: str, after: int) -> Sequence[EventRecord]:
        """Give the events after + 1, after + 2, … of a run: `PAGE` of them, or all that the log has.

        Raises:
            ValueError: The log has a gap.
        """
        while True:
            try:
                rows = await self._read_events(run_id, after, PAGE)
                break
            except Exception as error:  # noqa: BLE001  whatever the database raises, the subscribers wait for it
                await asyncio.sleep(self._events_outage.failed(error))
        self._events_outage.ended()
        for expected, row in enumerate(rows, start=after + 1):
            if row.seq != expected:
                raise ValueError(f"the log of run {run_id} has event {row.seq} in the place of {expected}")
        return rows

    async def seqs(self, run_ids: Sequence[str]) -> Mapping[str, int]:
        """Give each run's last seq, or nothing while the database fails."""
        try:
            seqs = await self._read_seqs(run_ids)
        except Exception as error:  # noqa: BLE001  whatever the database raises, the next comparison tries again
            self._seqs_outage.failed(error)
            return {}
        self._seqs_outage.ended()
        return seqs


def _outage(what: str) -> Outage:
    return Outage(what, first_pause=0.1, longest_pause=2.0, traceback=True)
