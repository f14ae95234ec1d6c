"""Grains of time: the minutes, hours, days, months and years of UTC in which rollups count, and how they make up a window."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any


class Grain(StrEnum):
    """The length of time that one rollup counts."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    def floor(self, moment: datetime) -> datetime:
        """Give when the minute, hour, day, month or year of a moment began."""
        return moment.astimezone(UTC).replace(**_BEGINNING[self])

    def after(self, start: datetime) -> datetime:
        """Give when the one ends that began at `start`."""
        return self.floor(start + _LONGEST[self])

    def ceiling(self, moment: datetime) -> datetime:
        """Give the first moment, this one or later, when one begins."""
        start = self.floor(moment)
        return start if start == moment else self.after(start)


_MINUTE: Mapping[str, Any] = {"second": 0, "microsecond": 0}
_BEGINNING: Mapping[Grain, Mapping[str, Any]] = {
    Grain.MINUTE: _MINUTE,
    Grain.HOUR: {**_MINUTE, "minute": 0},
    Grain.DAY: {**_MINUTE, "minute": 0, "hour": 0},
    Grain.MONTH: {**_MINUTE, "minute": 0, "hour": 0, "day": 1},
    Grain.YEAR: {**_MINUTE, "minute": 0, "hour": 0, "day": 1, "month": 1},
}
"""What a moment's parts are where one begins."""

_LONGEST = {
    Grain.MINUTE: timedelta(minutes=1),
    Grain.HOUR: timedelta(hours=1),
    Grain.DAY: timedelta(days=1),
    Grain.MONTH: timedelta(days=31),
    Grain.YEAR: timedelta(days=366),
}

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
"""Before every run."""

LAST = datetime(9000, 1, 1, tzinfo=UTC)
"""After every run."""


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time from `start` up to, and not with, `end`; both are begins of minutes."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a window that rollups of one grain make up: those that begin from `start` up to, and not at, `end`."""

    grain: Grain
    start: datetime
    end: datetime


def window(since: datetime | None, until: datetime | None) -> Window:
    """Give the window between two moments, both cut to their minutes; one left out is open."""
    start = FIRST if since is None else max(Grain.MINUTE.floor(since), FIRST)
    return Window(start, LAST if until is None else min(Grain.MINUTE.floor(until), LAST))


def pieces(which: Window, coarsest: Grain = Grain.YEAR) -> Iterator[Piece]:
    """Give the few pieces that make up a window, of as coarse grains as fit into it; each moment is in one piece."""
    if which.start >= which.end:
        return
    if coarsest is Grain.MINUTE:
        yield Piece(coarsest, which.start, which.end)
        return
    first, last = coarsest.ceiling(which.start), coarsest.floor(which.end)
    finer = _FINER[coarsest]
    if first >= last:
        yield from pieces(which, finer)
        return
    yield from pieces(Window(which.start, first), finer)
    yield Piece(coarsest, first, last)
    yield from pieces(Window(last, which.end), finer)


_FINER = {Grain.YEAR: Grain.MONTH, Grain.MONTH: Grain.DAY, Grain.DAY: Grain.HOUR, Grain.HOUR: Grain.MINUTE}
