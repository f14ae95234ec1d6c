"""Leader-follower group commit: those who come while one writes are written together by the first of them."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from db import crash_points
from db.outages import is_outage
from db.writing import RunWrite

_MOST = 256


def taken_lock() -> threading.Lock:
    """Give a lock that its owner waits on until another releases it: a fifth of an Event's cost."""
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Slot:
    write: RunWrite
    turn: threading.Lock = field(default_factory=taken_lock)
    accepted: bool | None = None
    error: Exception | None = None


class CommitGroup:
    """Commits decisions of many threads, as many in one transaction as wait for it. No thread of its own.

    A thread that comes alone writes at once. The events of a batch are published before its threads go on, so that
    those of one run stay in order. A batch that fails is written one by one, so that a bad write fails nobody else's;
    but not where the database went away, for then it may have been written.
    """

    def __init__(
        self, write: Callable[[Sequence[RunWrite]], set[str]], publish: Callable[[Sequence[RunWrite]], None]
    ) -> None:
        """Make a group that writes and publishes so."""
        self._write, self._publish = write, publish
        self._lock = threading.Lock()
        self._waiting: list[_Slot] = []
        self._leading = False

    def commit(self, write: RunWrite) -> bool:
        """Write a decision; say whether it was accepted.

        Raises:
            Exception: What the database raised; whether it was written is then unknown.
        """
        slot = _Slot(write)
        with self._lock:
            self._waiting.append(slot)
            follows, self._leading = self._leading, True
        if follows:
            slot.turn.acquire()
        if slot.accepted is None and slot.error is None:
            self._lead(slot)
        if slot.error is not None:
            raise slot.error
        return bool(slot.accepted)

    def _lead(self, leader: _Slot) -> None:
        batch = self._take()
        try:
            self._write_batch(batch)
        finally:
            self._hand_over()
        accepted = [slot.write for slot in batch if slot.accepted]
        try:
            crash_points.reach("W7")
            if accepted:
                self._publish(accepted)
        finally:
            for slot in batch:
                if slot is not leader:
                    slot.turn.release()

    def _take(self) -> list[_Slot]:
        """Take those who wait, each run once: the second decision about a run was made on what the first changes."""
        with self._lock:
            taken: dict[str, _Slot] = {}
            left: list[_Slot] = []
            for slot in self._waiting:
                if len(taken) < _MOST and slot.write.run_id not in taken:
                    taken[slot.write.run_id] = slot
                else:
                    left.append(slot)
            self._waiting = left
        return list(taken.values())

    def _hand_over(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting[0].turn.release()
            else:
                self._leading = False

    def _write_batch(self, batch: Sequence[_Slot]) -> None:
        try:
            accepted = self._write([slot.write for slot in batch])
        except Exception as error:  # noqa: BLE001 - each slot is tried alone or handed its error
            if len(batch) == 1 or is_outage(error):
                for slot in batch:
                    slot.error = error
            else:
                self._write_each(batch)
            return
        for slot in batch:
            slot.accepted = slot.write.run_id in accepted

    def _write_each(self, batch: Sequence[_Slot]) -> None:
        for slot in batch:
            try:
                slot.accepted = bool(self._write([slot.write]))
            except Exception as alone:  # noqa: BLE001 - raised in the thread that it concerns
                slot.error = alone
