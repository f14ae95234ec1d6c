"""An event of a run's log, and what it changed."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from db.records import ExecutionRecord, IterationRecord, QuestionRecord, RunRecord, StepRecord
from resolvers.changes import Change
from resolvers.events import Logged
from resolvers.past import Past
from schema import run as run_types
from schema.execution import ActivityExecution, LoopIteration
from schema.research import ResearchQuestion, ResearchStep
from schema.scalars import JSON

if TYPE_CHECKING:
    from schema.run import Run

RunChange = Annotated[
    Annotated["Run", strawberry.lazy("schema.run")]
    | ActivityExecution
    | LoopIteration
    | ResearchQuestion
    | ResearchStep,
    strawberry.union("RunChange", description="What an event changed, as it was right after the event."),
]


@strawberry.type(description="An event of a run: one change of one thing.")
class RunEvent:
    seq: int = strawberry.field(description="Its number: 1, 2, 3, … in each run, without gaps.")
    at: datetime = strawberry.field(description="When it happened.")
    type: str = strawberry.field(description="What happened, such as ActivityExecutionCompleted.")
    change: RunChange | None = strawberry.field(description="What it changed.")
    data: JSON = strawberry.field(description="The whole of what changed.")

    @classmethod
    def of(cls, logged: Logged, past: Past | None) -> "RunEvent":
        """Show an event."""
        event = logged.event
        return cls(
            seq=event.seq,
            at=event.at,
            type=event.type,
            change=show_change(logged.change, past),
            data=JSON(event.data),
        )


def show_change(change: Change, past: Past | None = None) -> RunChange:
    """Show what an event changed; what is below it is of the present, or of the past that is given."""
    match change:
        case RunRecord():
            return run_types.Run.of(change, past=past)
        case ExecutionRecord():
            return ActivityExecution.of(change, past=past, partial=True)
        case IterationRecord():
            return LoopIteration.of(change, past=past, partial=True)
        case QuestionRecord():
            return ResearchQuestion.of(change, past=past, partial=True)
        case StepRecord():
            return ResearchStep.of(change, past=past)
