"""A list of runs that watchers keep true: which runs enter it, change in it, and leave it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from live.errors import Lagging
from live.ports import Header

Run = TypeVar("Run")

UPDATE_PAUSE = 0.25
"""Seconds between two updates of a run; those in between are merged to the newest."""

MOST_WAITING = 10_000
"""Moves that wait for one watcher; who falls further behind must begin anew."""


class ListChange(StrEnum):
    """What becomes of a run in a list."""

    ENTER = "ENTER"
    UPDATE = "UPDATE"
    LEAVE = "LEAVE"


@dataclass(frozen=True, slots=True)
class Move(Generic[Run]):
    """What an event of a run means for a list; the run's own fields are then as the header has them."""

    change: ListChange
    run: Run
    run_id: str
    seq: int
    header: Header


class Watcher(Generic[Run]):
    """One who keeps a list true: the moves that wait to be taken.

    Whatever waits is bounded: updates by the number of runs, all moves together by `MOST_WAITING`.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._moves: list[Move[Run]] = []
        self._updates: dict[str, Move[Run]] = {}
        self._next_updates = 0.0
        self._failure: Exception | None = None
        self._changed = asyncio.Event()

    def push(self, move: Move[Run]) -> None:
        """Let a move wait; an update gives way to the next move of its run."""
        if self._failure is not None:
            return
        self._updates.pop(move.run_id, None)
        if move.change is ListChange.UPDATE:
            self._updates[move.run_id] = move
        else:
            self._moves.append(move)
        if len(self._moves) + len(self._updates) > MOST_WAITING:
            self.fail(Lagging())
        self._changed.set()

    def fail(self, error: Exception) -> None:
        """End the watching: the next `take` raises this."""
        self._failure = error
        self._moves.clear()
        self._updates.clear()
        self._changed.set()

    async def take(self) -> Sequence[Move[Run]]:
        """Wait for moves and give them; those of a run are in order.

        Raises:
            HubClosed: The hub was closed.
            Lagging: Too many were waiting.
        """
        while True:
            if self._failure is not None:
                raise self._failure
            taken, self._moves = self._moves, []
            now = self._clock()
            if self._updates and now >= self._next_updates:
                taken += self._updates.values()
                self._updates.clear()
                self._next_updates = now + UPDATE_PAUSE
            if taken:
                return taken
            await self._wait(self._next_updates - now if self._updates else None)

    async def _wait(self, seconds: float | None) -> None:
        self._changed.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return


class RunList(Generic[Run]):
    """A list that all its watchers share: each event is judged once."""

    def __init__(self, accepts: Callable[[Run, Header], bool]) -> None:
        self.watchers: set[Watcher[Run]] = set()
        self._accepts = accepts

    def consider(self, run: Run, run_id: str, seq: int, before: Header | None, after: Header) -> None:
        """Tell the watchers what an event means for the list; `before` is None for a run's first event."""
        was, is_in = before is not None and self._accepts(run, before), self._accepts(run, after)
        if not was and not is_in:
            return
        change = ListChange.UPDATE if was and is_in else ListChange.LEAVE if was else ListChange.ENTER
        move = Move(change, run, run_id, seq, after)
        for watcher in self.watchers:
            watcher.push(move)

    def fail(self, error: Exception) -> None:
        """End the watching of all."""
        for watcher in self.watchers:
            watcher.fail(error)
