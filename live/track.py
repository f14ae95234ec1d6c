"""How far the lists of a workspace have come in the log of one of its runs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from engine.status import FINAL_RUNS
from live.ports import Header

Run = TypeVar("Run")

MOST_AHEAD = 256
"""Headers of a run that are kept before their turn; more are read from the database."""


@dataclass(slots=True)
class Track(Generic[Run]):
    """A run on its way through the lists: pure, fed from the stream in any order and from the log in order.

    Attributes:
        at: The seq of the last event that was considered.
        known: The highest seq that the log is known to have.
        run: What never changes of it, once it was read.
        header: The header after `at`, once it was read; None at 0.
    """

    at: int
    known: int = 0
    run: Run | None = None
    header: Header | None = None
    _ahead: dict[int, Header] = field(default_factory=dict)

    @property
    def behind(self) -> bool:
        """Say whether the log has more."""
        return self.known > self.at

    @property
    def ended(self) -> bool:
        """Say whether the run's last event was considered."""
        return self.header is not None and self.header["status"] in FINAL_RUNS

    @property
    def read_after(self) -> int:
        """Give the seq after which the log is to be read: the header at `at` is needed as well."""
        return self.at - 1 if self.at and self.header is None else self.at

    def offer(self, seq: int, header: Header | None) -> None:
        """Learn that the log has an event, perhaps with its header; in any order, perhaps not for the first time."""
        if seq <= self.at:
            return
        self.known = max(self.known, seq)
        if header is not None and (seq == self.at + 1 or len(self._ahead) < MOST_AHEAD):
            self._ahead[seq] = header

    def recall(self, seq: int, header: Header) -> None:
        """Learn the header of an event from the log."""
        if seq == self.at and self.header is None:
            self.header = header
        self.offer(seq, header)

    def steps(self) -> Iterator[tuple[int, Header | None, Header]]:
        """Go on through what follows without a gap: each seq, with the headers before and after it."""
        while self.run is not None and (self.header is not None or self.at == 0):
            after = self._ahead.pop(self.at + 1, None)
            if after is None:
                return
            before, self.header, self.at = self.header, after, self.at + 1
            yield self.at, before, after
