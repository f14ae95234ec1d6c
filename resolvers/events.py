"""The log of a run, as a query shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from db.records import RunRecord
from engine.event_record import EventRecord
from resolvers.changes import Change, change_of, run_after
from resolvers.context import Context
from resolvers.loaders import EventsOf
from resolvers.marks import as_it_was, unmarked
from resolvers.past import Past


@dataclass(frozen=True, slots=True)
class Logged:
    """An event with what it changed."""

    event: EventRecord
    change: Change


async def of_run(
    context: Context, run: RunRecord, past: Past | None, *, first: int, after: int
) -> Sequence[Logged]:
    """Give the events of a run from `after` + 1 on, in order; of one as it was, those that it had then.

    Raises:
        BadPage: `first` or `after` is not what a page takes.
    """
    if past is None:
        events = await context.loaders.events.load(EventsOf(run.id, first, after))
        return [Logged(event, change_of(run_after(run, event), event)) for event in events]
    plain = replace(run, id=unmarked(run.id, past.run.seq))
    events = await context.loaders.events.load(EventsOf(plain.id, first, after))
    return [
        Logged(event, as_it_was(change_of(run_after(plain, event), event), past.run.seq))
        for event in events
        if event.seq <= past.run.seq
    ]
