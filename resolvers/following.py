"""Following a run: a snapshot, then each event with the run and what it changed, as they were right after."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime

from db import crash_points
from db.records import RunRecord
from engine.event_record import EventRecord
from live.errors import SeqUnknown
from resolvers.changes import run_after
from resolvers.context import Context
from resolvers.faults import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One message to a subscriber; the snapshot has no event.

    Attributes:
        at: When the event happened, or the snapshot was taken.
        followed: The run as it was when the following began.
        event: What happened.
    """

    at: datetime
    followed: RunRecord
    event: EventRecord | None = None

    def run(self) -> RunRecord:
        """Give the run as it was right after the event; its `state` is empty then, what needs it reads the run anew."""
        return self.followed if self.event is None else run_after(self.followed, self.event)


async def follow(context: Context, run_id: str, after: int | None) -> AsyncGenerator[Update, None]:
    """Begin to follow a run.

    Args:
        context: Who asks.
        run_id: The run.
        after: The seq of the last event that the subscriber has, 0 for none; None asks for a snapshot first.

    Returns:
        The messages; they end after the run's last event.

    Raises:
        NotFound: The workspace has no such run.
        SeqUnknown: The run has no event `after`.
    """
    run = await context.loaders.runs.load(run_id)
    if run is None:
        raise NotFound("run", run_id)
    if after is not None and not 0 <= after <= run.seq:
        raise SeqUnknown(run_id, after)
    return _updates(context, run, after)


async def _updates(context: Context, run: RunRecord, after: int | None) -> AsyncGenerator[Update, None]:
    if after is None:
        yield Update(at=datetime.now(UTC), followed=run)
        crash_points.reach("S1")
    start, began = run.seq if after is None else after, datetime.now(UTC)
    async with aclosing(context.services.follower.follow(run.id, start)) as batches:
        async for events in batches:
            for event in events:
                yield Update(at=event.at, followed=run, event=event)
                crash_points.reach("S2")
                if event.at >= began:  # an older one was not sent late, but asked for late
                    context.services.sent(event.at)
