"""The lists of runs that are watched in a web process: one feed a workspace, one list a filter."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Hashable, Sequence
from datetime import UTC, datetime
from typing import Generic, TypeVar

from live.errors import HubClosed
from live.ports import Header, Register
from live.run_list import Move, RunList, Watcher
from live.workspace_feed import WorkspaceFeed

Run = TypeVar("Run")


def _now() -> datetime:
    return datetime.now(UTC)


class Lists(Generic[Run]):
    """Lets watchers keep lists of runs true. To be used in one event loop; a hub feeds it.

    Args:
        register: Reads the database, through its outages.
        clock: Seconds of a clock that is never set.
        now: The time, as events have it.
    """

    def __init__(
        self,
        register: Register[Run],
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._register, self._clock, self._now = register, clock, now
        self._feeds: dict[str, WorkspaceFeed[Run]] = {}
        self._tasks: dict[WorkspaceFeed[Run], asyncio.Task[None]] = {}
        self._open = False

    @property
    def watcher_count(self) -> int:
        """How many watch a list now."""
        return sum(len(one.watchers) for feed in self._feeds.values() for one in feed.lists.values())

    def start(self) -> None:
        """Let lists be watched, until `close`."""
        self._open = True

    async def close(self) -> None:
        """End all watching with `HubClosed`, and leave no task behind."""
        self._open = False
        for feed in self._feeds.values():
            for one in feed.lists.values():
                one.fail(HubClosed())
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def watch(
        self, workspace_id: str, which: Hashable, accepts: Callable[[Run, Header], bool]
    ) -> AsyncGenerator[Sequence[Move[Run]], None]:
        """Give what becomes of a list, from this moment on: a list that was queried later, changed so, stays true.

        Args:
            workspace_id: Whose runs.
            which: Tells this list from others of the workspace; those who name the same share one.
            accepts: Says whether a run with this header is in the list.

        Raises:
            HubClosed: The hub was closed, or not started yet.
            Lagging: More waited for this watcher than is kept.
        """
        feed, watcher = self._attach(workspace_id, which, accepts)
        try:
            while True:
                yield await watcher.take()
        finally:
            self._detach(feed, which, watcher)

    def watches(self, workspace_id: str) -> bool:
        """Say whether a list of a workspace is watched; nothing is held of any other."""
        return workspace_id in self._feeds

    def hear(self, workspace_id: str, run_id: str, seq: int, header: Header | None) -> None:
        """Learn that a run has come to an event, perhaps with its header."""
        feed = self._feeds.get(workspace_id)
        if feed is not None:
            feed.hear(run_id, seq, header)

    async def compare(self) -> None:
        """Find what was not announced."""
        for feed in list(self._feeds.values()):
            await feed.compare()

    def _attach(
        self, workspace_id: str, which: Hashable, accepts: Callable[[Run, Header], bool]
    ) -> tuple[WorkspaceFeed[Run], Watcher[Run]]:
        if not self._open:
            raise HubClosed
        feed = self._feeds.get(workspace_id)
        if feed is None:
            feed = WorkspaceFeed(workspace_id, self._register, self._clock, self._now())
            self._feeds[workspace_id] = feed
            self._tasks[feed] = asyncio.get_running_loop().create_task(self._follow(feed))
        watchers = feed.lists.setdefault(which, RunList(accepts)).watchers
        watcher: Watcher[Run] = Watcher(self._clock)
        watchers.add(watcher)
        return feed, watcher

    def _detach(self, feed: WorkspaceFeed[Run], which: Hashable, watcher: Watcher[Run]) -> None:
        watchers = feed.lists[which].watchers
        watchers.discard(watcher)
        if not watchers:
            del feed.lists[which]
        if not feed.lists:
            self._drop(feed)
            self._tasks.pop(feed).cancel()

    def _drop(self, feed: WorkspaceFeed[Run]) -> None:
        if self._feeds.get(feed.workspace_id) is feed:
            del self._feeds[feed.workspace_id]

    async def _follow(self, feed: WorkspaceFeed[Run]) -> None:
        try:
            await feed.follow()
        except Exception as error:  # noqa: BLE001  whatever it is, the watchers must not wait for ever
            self._drop(feed)
            for one in feed.lists.values():
                one.fail(error)
