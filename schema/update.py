"""What a subscriber of a run, or of a list of runs, is sent."""

from datetime import datetime

import strawberry

from live.run_list import ListChange
from resolvers.changes import change_of
from resolvers.following import Update
from resolvers.watching import ListUpdate
from schema.event import RunChange, show_change
from schema.run import Run
from schema.scalars import JSON


@strawberry.type(description="One message about a run: the snapshot, or one event.")
class RunUpdate:
    seq: int = strawberry.field(
        description="The number of the event; in the snapshot, of the run's last event."
    )
    snapshot: bool = strawberry.field(description="Whether this is the snapshot that comes first.")
    at: datetime = strawberry.field(
        description="When the event happened; in the snapshot, when it was taken."
    )
    type: str | None = strawberry.field(description="What happened, such as ActivityExecutionCompleted.")
    run: Run = strawberry.field(
        description="The run: its own fields as they were right after the event, what is below never older."
    )
    change: RunChange | None = strawberry.field(description="What the event changed; null in the snapshot.")
    data: JSON | None = strawberry.field(description="The whole of what changed; null in the snapshot.")

    @classmethod
    def of(cls, update: Update) -> "RunUpdate":
        """Show a message."""
        run, event = update.run(), update.event
        return cls(
            seq=run.seq,
            snapshot=event is None,
            at=update.at,
            type=event.type if event is not None else None,
            run=Run.of(run),
            change=show_change(change_of(run, event)) if event is not None else None,
            data=JSON(event.data) if event is not None else None,
        )


@strawberry.type(description="One change of a list of runs.")
class RunsUpdate:
    change: ListChange = strawberry.field(description="What became of the run in the list.")
    run: Run = strawberry.field(
        description="The run: its own fields as they were right after the event that moved it, what is below never older."
    )

    @classmethod
    def of(cls, update: ListUpdate) -> "RunsUpdate":
        """Show a change."""
        return cls(change=update.change, run=Run.of(update.run))
