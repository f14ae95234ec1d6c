"""All runs of a watched workspace, in order: what is announced is checked against the database, and told to its lists."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Generic, TypeVar

from live.ports import Header, Register, Standing
from live.run_list import RunList
from live.track import Track

Run = TypeVar("Run")

TRACKS = 2_000
"""Runs whose header is kept; of the others it is read anew when they change."""

BATCH = 100
"""Runs that are read together."""

PAGE = 50
"""Headers of each of them that are read at once."""

LATE = timedelta(seconds=12)
"""A transaction is committed no longer than this after the time at which it says that it changed a run."""

ROUGHLY = timedelta(seconds=3)
"""What a run says of when it changed is no more than this too early."""

REMEMBERED = 60.0
"""Seconds for which a run that has ended is still known, so that what is said of it late is no news."""


class WorkspaceFeed(Generic[Run]):
    """Follows every run of a workspace, from the moment at which it is made.

    Attributes:
        workspace_id: The workspace.
        lists: The lists that are watched, by what tells one from another.
    """

    def __init__(
        self,
        workspace_id: str,
        register: Register[Run],
        clock: Callable[[], float],
        began: datetime,
    ) -> None:
        self.lists: dict[Hashable, RunList[Run]] = {}
        self.workspace_id, self._register, self._clock = workspace_id, register, clock
        self._tracks: dict[str, Track[Run]] = {}
        self._seqs: dict[str, int] = {}
        self._ended: deque[tuple[float, str]] = deque()
        self._behind: dict[str, None] = {}
        self._began = began
        self._since: datetime | None = None
        self._wake = asyncio.Event()

    def hear(self, run_id: str, seq: int, header: Header | None) -> None:
        """Learn that a run has come to an event, perhaps with its header."""
        track = self._tracks.get(run_id)
        if track is None:
            if seq <= self._seqs.get(run_id, 0):
                return
            # Before it is known where the runs were, whatever is heard is news, and what came before it is none.
            at = seq - 1 if self._since is None else self._seqs.pop(run_id, 0)
            track = self._tracks[run_id] = Track(at)
        elif self._since is None:
            track.at = min(track.at, seq - 1)
        track.offer(seq, header)
        self._go_on(run_id, track)

    async def follow(self) -> None:
        """Learn where the runs are, then read whatever is missing, until canceled."""
        since, places = await self._register.present(self.workspace_id, within=2 * LATE)
        seqs = {place.run_id: place.seq for place in places}
        news = await self._news(
            {
                one.run_id: one.seq
                for one in places
                if one.changed_at and one.changed_at >= self._began - ROUGHLY
            }
        )
        self._begin(seqs, news)
        self._since = since
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._behind:
                await self._catch_up(list(islice(self._behind, BATCH)))

    async def compare(self) -> None:
        """Find what was not announced."""
        if self._since is None:
            return
        places = await self._register.changed(self.workspace_id, self._since - LATE)
        for place in places:
            self._since = max(self._since, place.changed_at or self._since)
            self.hear(place.run_id, place.seq, None)
        self._forget({place.run_id for place in places})

    # -- where the runs are

    async def _news(self, seqs: Mapping[str, int]) -> Mapping[str, int]:
        """Of runs that may have changed since this began, give the first seq that is news, where one is."""
        found: dict[str, int] = {}
        while seqs:
            after = {run_id: max(0, seq - PAGE) for run_id, seq in seqs.items()}
            for one in reversed(await self._register.headers(after, PAGE)):
                if one.at >= self._began and one.seq <= seqs[one.run_id]:
                    found[one.run_id] = one.seq
            # Where all that was read is news, there may be more of it before.
            seqs = {run_id: seq for run_id, seq in after.items() if seq and found.get(run_id) == seq + 1}
        return found

    def _begin(self, seqs: Mapping[str, int], news: Mapping[str, int]) -> None:
        for run_id, seq in news.items():
            self.hear(run_id, seq, None)
        for run_id, track in self._tracks.items():
            track.at = min(track.at, seqs.get(run_id, 0))
            track.offer(seqs.get(run_id, 0), None)
            self._behind[run_id] = None
        self._seqs = {run_id: seq for run_id, seq in seqs.items() if run_id not in self._tracks}
        self._wake.set()

    def _go_on(self, run_id: str, track: Track[Run]) -> None:
        for seq, before, after in track.steps():
            for one in self.lists.values():
                one.consider(_there(track.run), run_id, seq, before, after)
        if track.behind:
            self._behind[run_id] = None
            self._wake.set()
            return
        self._behind.pop(run_id, None)
        del self._tracks[run_id]
        if track.ended:
            self._seqs[run_id] = track.at
            self._ended.append((self._clock(), run_id))
            return
        self._tracks[run_id] = track  # the last to be left out
        if len(self._tracks) > TRACKS:
            self._leave_out()

    def _leave_out(self) -> None:
        oldest = next((one for one in self._tracks if one not in self._behind), None)
        if oldest is not None:
            self._seqs[oldest] = self._tracks.pop(oldest).at

    def _forget(self, still_named: Collection[str]) -> None:
        while self._ended and self._ended[0][0] < self._clock() - REMEMBERED:
            _, run_id = self._ended.popleft()
            if run_id in still_named:
                self._ended.append((self._clock(), run_id))
            else:
                self._seqs.pop(run_id, None)

    # -- what is missing

    async def _catch_up(self, run_ids: Sequence[str]) -> None:
        await self._identify([one for one in run_ids if self._tracks[one].run is None])
        tracks = {one: self._tracks[one] for one in run_ids if one in self._behind}
        known = {run_id: track.known for run_id, track in tracks.items()}
        after = {run_id: track.read_after for run_id, track in tracks.items()}
        if not after:
            return
        standings = await self._register.headers(after, PAGE)
        read = Counter(one.run_id for one in standings)
        self._recall(standings)
        for run_id, track in tracks.items():
            if track.behind and read[run_id] < PAGE and track.known == known[run_id]:
                # Nothing was announced meanwhile, so the log's word holds: one that announced more was wrong.
                track.known = track.at
                self._go_on(run_id, track)

    async def _identify(self, run_ids: Sequence[str]) -> None:
        if not run_ids:
            return
        runs = await self._register.runs(self.workspace_id, run_ids)
        for run_id in run_ids:
            track = self._tracks[run_id]
            track.run = runs.get(run_id)
            if track.run is None:  # it is of no use to wait for a run that is gone
                track.known = track.at
            self._go_on(run_id, track)

    def _recall(self, standings: Sequence[Standing]) -> None:
        for one in standings:
            track = self._tracks.get(one.run_id)
            if track is not None:
                track.recall(one.seq, one.header)
                self._go_on(one.run_id, track)


def _there(run: Run | None) -> Run:
    if run is None:
        raise ValueError("a run that was not read was considered")
    return run
