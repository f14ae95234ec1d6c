"""A run's log in memory, in the place of the database."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from engine.event_record import EventRecord
from engine.events import EventType, Subject

START = datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=UTC)


def make_event(run_id: str, seq: int, *, last: bool = False, padding: int = 0) -> EventRecord:
    """Event `seq` of a run; `padding` is the size of its data in bytes."""
    return EventRecord(
        run_id=run_id,
        seq=seq,
        at=START + timedelta(microseconds=seq),
        type=EventType.RUN_COMPLETED if last else EventType.EXECUTION_STARTED,
        subject=Subject.RUN if last else Subject.EXECUTION,
        subject_id=run_id,
        data={"inputs": {"text": "x" * padding}},
        header={"status": "COMPLETED" if last else "RUNNING", "creditsUsed": seq},
    )


class FakeLog:
    """The events of all runs. A read takes place when it begins; its answer waits until `open_gate`."""

    def __init__(self) -> None:
        self.events: dict[str, list[EventRecord]] = defaultdict(list)
        self.reads: list[tuple[str, int]] = []
        self.seq_reads: list[list[str]] = []
        self.failures: list[Exception] = []
        self.reading = asyncio.Event()
        self._gate = asyncio.Event()
        self._gate.set()

    def close_gate(self) -> None:
        """Hold back the answers of reads from now on."""
        self._gate.clear()
        self.reading.clear()

    def open_gate(self) -> None:
        """Let the answers through."""
        self._gate.set()

    def commit(
        self, run_id: str, count: int = 1, *, last: bool = False, padding: int = 0
    ) -> list[EventRecord]:
        """Append events to a run; with `last`, the newest of them ends it."""
        log = self.events[run_id]
        first = len(log) + 1
        new = [
            make_event(run_id, seq, last=last and seq == first + count - 1, padding=padding)
            for seq in range(first, first + count)
        ]
        log.extend(new)
        return new

    async def read_events(self, run_id: str, after: int, limit: int) -> list[EventRecord]:
        self.reads.append((run_id, after))
        rows = self.events[run_id][after : after + limit] if run_id in self.events else []
        self.reading.set()
        await self._gate.wait()
        if self.failures:
            raise self.failures.pop(0)
        return rows

    async def read_seqs(self, run_ids: Sequence[str]) -> dict[str, int]:
        self.seq_reads.append(list(run_ids))
        if self.failures:
            raise self.failures.pop(0)
        return {run_id: len(self.events[run_id]) for run_id in run_ids if run_id in self.events}
