"""The newest stretch of one run's log that this process holds: without a gap, of bounded length."""

from collections import deque
from collections.abc import Sequence

from engine.event_record import EventRecord
from engine.events import LAST_EVENTS


class Window:
    """A ring of a run's newest events, fed from the stream in any order and from the log in order.

    Pure: it knows no clock, no database and no Redis.

    Attributes:
        tip: The seq of the newest event that it holds, 0 before the first; all that it holds leads up to it.
        known: The highest seq that the log is known to have; above `tip`, there is something to read.
    """

    def __init__(self, size: int) -> None:
        self._ring: deque[EventRecord] = deque(maxlen=size)
        self._size = size
        self._ahead: dict[int, EventRecord] = {}
        self.tip = 0
        self.known = 1  # a run's first event is as old as the run

    @property
    def ended(self) -> bool:
        """Say whether the newest event is the run's last."""
        return bool(self._ring) and self._ring[-1].type in LAST_EVENTS

    def after(self, seq: int) -> list[EventRecord] | None:
        """Give the events from seq + 1 to the tip, or None where the ring no longer reaches back so far."""
        count = self.tip - seq
        if count > len(self._ring):
            return None
        return [self._ring[index] for index in range(-count, 0)]

    def note(self, seq: int) -> None:
        """Learn that the log has an event `seq`."""
        self.known = max(self.known, seq)

    def offer(self, event: EventRecord) -> None:
        """Take an event from the stream: in any order, perhaps not for the first time."""
        if event.seq <= self.tip:
            return
        self.note(event.seq)
        if event.seq == self.tip + 1 or len(self._ahead) < self._size:
            self._ahead[event.seq] = event
            self._close_up()

    def extend(self, rows: Sequence[EventRecord], *, complete: bool, known_before: int) -> None:
        """Take a stretch of the log, read from the database.

        Args:
            rows: Events without a gap between them; if they begin beyond the tip, the window leaps to them.
            complete: Whether the log had no more after them.
            known_before: What `known` was when the reading began.
        """
        new = [row for row in rows if row.seq > self.tip]
        if new:
            if new[0].seq > self.tip + 1:
                self._ring.clear()
            self._ring.extend(new)
            self.tip = new[-1].seq
            self._ahead = {seq: event for seq, event in self._ahead.items() if seq > self.tip}
            self._close_up()
        if not complete:
            self.note(rows[-1].seq + 1)
        elif self.known == known_before:
            # Nothing was announced meanwhile, so the log's word holds: one that announced more was wrong.
            self.known = self.tip

    def _close_up(self) -> None:
        while (event := self._ahead.pop(self.tip + 1, None)) is not None:
            self._ring.append(event)
            self.tip = event.seq
