"""The hub of a web process: one reader of the streams, and everyone in the process who follows a run."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from engine.event_record import EventRecord
from live.cursor import Cursor, End, Read, Send, Wait
from live.errors import HubClosed, SeqUnknown
from live.feed import Feed
from live.lists import Lists
from live.ports import EventSource, ReadEvents, ReadSeqs
from live.run_log import RunLog
from live.wire import Entry

_logger = logging.getLogger(__name__)
_Result = TypeVar("_Result")

COMPARE_SECONDS = 2.0
"""Between two comparisons of the watched runs' seqs with the database; no event comes later than this."""


class Hub:
    """Lets subscribers follow runs. To be used in one event loop.

    Whatever is lost, doubled or reordered on the way, each subscriber gets every event once and in order: the
    stream only hurries, the log decides.

    Args:
        source: Brings what is announced.
        read_events: Reads a run's log.
        read_seqs: Reads how far runs have come.
        lists: What watches lists of runs, by the same streams.
        compare_seconds: The pause between two comparisons with the database.
    """

    def __init__(
        self,
        source: EventSource,
        read_events: ReadEvents,
        read_seqs: ReadSeqs,
        *,
        lists: Lists[Any],
        compare_seconds: float = COMPARE_SECONDS,
    ) -> None:
        self._source = source
        self._log = RunLog(read_events, read_seqs)
        self._lists = lists
        self._compare_seconds = compare_seconds
        self._feeds: dict[str, Feed] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._compare_now = asyncio.Event()
        self._open = False

    @property
    def subscriber_count(self) -> int:
        """How many follow a run now."""
        return sum(feed.followers for feed in self._feeds.values())

    @property
    def watched_runs(self) -> frozenset[str]:
        """The runs that someone follows now; the hub holds nothing of any other."""
        return frozenset(self._feeds)

    async def start(self) -> None:
        """Begin to read the streams and to compare seqs, until `close`; does not wait for Redis."""
        self._open = True
        self._lists.start()
        self._spawn(self._source.run(self._deliver, self._compare_now.set))
        self._spawn(self._compare_forever())

    async def close(self) -> None:
        """End all following and watching with `HubClosed`, and leave no task behind."""
        self._open = False
        await self._lists.close()
        for feed in self._feeds.values():
            feed.wake()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def follow(self, run_id: str, after: int) -> AsyncGenerator[list[EventRecord], None]:
        """Give the events after + 1, after + 2, … of a run, each once, in order, and end after its last.

        Args:
            run_id: A run that exists.
            after: The seq of the last event that the subscriber has; 0 for none.

        Raises:
            HubClosed: The hub was closed, or not started yet.
            SeqUnknown: The run has no event `after`.
        """
        if after < 0:
            raise SeqUnknown(run_id, after)
        feed, cursor = self._attach(run_id), Cursor(after)
        try:
            while self._open:
                match cursor.step(feed.window):
                    case Send(events):
                        yield cursor.take(events)
                    case Read(start):
                        rows = await feed.read(start)
                        if start < cursor.at and not rows:
                            raise SeqUnknown(run_id, cursor.at)
                        if events := cursor.take(rows):
                            yield events
                    case Wait():
                        await feed.changed()
                    case End():
                        return
            raise HubClosed
        finally:
            self._detach(run_id, feed)

    def _attach(self, run_id: str) -> Feed:
        if not self._open:
            raise HubClosed
        feed = self._feeds.get(run_id)
        if feed is None:
            feed = self._feeds[run_id] = Feed(run_id, self._log, self._spawn)
        feed.followers += 1
        return feed

    def _detach(self, run_id: str, feed: Feed) -> None:
        feed.followers -= 1
        if feed.followers == 0:
            del self._feeds[run_id]
            feed.stop()

    def _deliver(self, entries: Sequence[Entry]) -> None:
        touched = set()
        for entry in entries:
            feed, watched = self._feeds.get(entry.run_id), self._lists.watches(entry.workspace_id)
            if feed is None and not watched:
                continue
            event = _event_of(entry)
            if watched:
                header = event.header if event is not None else None
                self._lists.hear(entry.workspace_id, entry.run_id, entry.seq, header)
            if feed is None:
                continue
            if event is None:
                feed.window.note(entry.seq)
            else:
                feed.window.offer(event)
            touched.add(feed)
        for feed in touched:
            feed.wake()

    async def _compare_forever(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._compare_seconds):
                    await self._compare_now.wait()
            self._compare_now.clear()
            if self._feeds:
                await self._compare()
            await self._lists.compare()

    async def _compare(self) -> None:
        for run_id, seq in (await self._log.seqs(list(self._feeds))).items():
            feed = self._feeds.get(run_id)
            if feed is not None and seq > feed.window.known:
                feed.window.note(seq)
                feed.wake()

    def _spawn(self, work: Coroutine[Any, Any, _Result]) -> asyncio.Task[_Result]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _logger.error("a task of the hub failed", exc_info=error)


def _event_of(entry: Entry) -> EventRecord | None:
    try:
        return entry.event()
    except ValueError as error:
        _logger.warning("entry %d of run %s is read from the database: %s", entry.seq, entry.run_id, error)
        return None
