"""What came of a trigger that fired."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from db.evaluation_queries import EvaluationRecord
from engine.triggers.kinds import TriggerType
from schema import run as run_types
from schema.fields import resolved
from schema.info import Info
from schema.node import FromRecord, Node
from schema.scalars import JSON

if TYPE_CHECKING:
    from schema.run import Run


@strawberry.type(description="What came of a trigger that fired: a run, or why there is none.")
class TriggerEvaluation(FromRecord, Node):
    record: strawberry.Private[EvaluationRecord]
    at: datetime = strawberry.field(description="When it fired.")
    type: TriggerType = strawberry.field(description="What kind of trigger it was.")
    started: bool = strawberry.field(description="Whether it started a run.")
    reason: str | None = strawberry.field(
        description="Why no run was started: NOT_LIVE, CONDITIONS, DUPLICATE, CREDITS_EXHAUSTED, CAUSATION_DEPTH or "
        "PAYLOAD_INVALID; null where one was."
    )
    detail: JSON | None = strawberry.field(
        description="What it takes to understand that; of conditions the verdict on each."
    )

    @resolved("The run that was started, or for DUPLICATE the one that was there already.")
    async def run(self, info: Info) -> Annotated["Run", strawberry.lazy("schema.run")] | None:
        run_id = self.record.run_id
        return run_types.Run.maybe(await info.context.loaders.runs.load(run_id)) if run_id else None
