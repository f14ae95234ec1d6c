"""A run: what it did, what it does, what it cost, why it failed."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from db.records import RunRecord
from engine.status import RunStatus
from engine.triggers.firing import payload_of
from engine.triggers.kinds import TriggerType
from resolvers import events, executions, runs
from resolvers.past import Past
from schema import event as event_types
from schema import version as version_types
from schema import workflow as workflow_types
from schema.actor import Actor
from schema.execution import ActivityExecution, milliseconds
from schema.execution_error import ExecutionError
from schema.fields import resolved
from schema.filters import ActivityExecutionFilter, WhichExecutions
from schema.given import given
from schema.graph import RunGraph
from schema.info import Info
from schema.node import InRun, Node
from schema.pages import After, Connection, First, asked, connection
from schema.scalars import JSON

if TYPE_CHECKING:
    from schema.event import RunEvent
    from schema.version import WorkflowVersion
    from schema.workflow import Workflow


@strawberry.type(description="What started a run.")
class RunTrigger:
    type: TriggerType = strawberry.field(description="What kind of trigger it was.")
    payload: JSON = strawberry.field(
        description="What the run was given; `record` and `previous` in it are the record that it is about."
    )
    actor: Actor = strawberry.field(description="Who started it.")
    fired_at: datetime = strawberry.field(description="When.")

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "RunTrigger":
        """Show a trigger as runs hold it."""
        return cls(
            type=TriggerType(data["type"]),
            payload=JSON(payload_of(data)),
            actor=Actor.from_data(data["actor"]),
            fired_at=datetime.fromisoformat(data["firedAt"]),
        )


@strawberry.type(description="The receipt of a cancel.")
class Cancellation(InRun):
    data: strawberry.Private[Mapping[str, Any]]
    past: strawberry.Private[Past | None]
    requested_at: datetime = strawberry.field(
        description="When the cancel was accepted; nothing started after."
    )
    requested_by: Actor = strawberry.field(description="Who asked.")
    completed_at: datetime | None = strawberry.field(description="When the run was CANCELED.")
    credits_after_request: int = strawberry.field(
        description="What the executions in flight were charged since; grows until `completedAt`."
    )
    prevented: int = strawberry.field(description="How many PENDING executions this turned CANCELED.")

    @resolved("What was RUNNING when the cancel was accepted, Loops aside; fixed.")
    async def in_flight(self, info: Info) -> list[ActivityExecution]:
        found = await executions.several(self.loaders(info), self.data["inFlight"])
        return [ActivityExecution.of(one, past=self.past) for one in found]

    @classmethod
    def receipt(cls, data: Mapping[str, Any], past: Past | None) -> "Cancellation":
        """Show a receipt as runs hold it."""
        completed = data["completedAt"]
        return cls(
            data=data,
            past=past,
            requested_at=datetime.fromisoformat(data["requestedAt"]),
            requested_by=Actor.from_data(data["requestedBy"]),
            completed_at=datetime.fromisoformat(completed) if completed else None,
            credits_after_request=data["creditsAfterRequest"],
            prevented=data["prevented"],
        )


@strawberry.type(description="One run of a workflow.")
class Run(InRun, Node):
    record: strawberry.Private[RunRecord]
    past: strawberry.Private[Past | None] = None
    status: RunStatus = strawberry.field(description="Where it stands.")
    seq: int = strawberry.field(
        description="The number of its last event; of two copies the higher is right."
    )
    queued_at: datetime = strawberry.field(description="When it was asked for.")
    started_at: datetime | None = strawberry.field(description="When its first execution started.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")
    credits_used: int = strawberry.field(description="The sum of its executions' credits, always.")

    @resolved("The workflow.")
    async def workflow(self, info: Info) -> Annotated["Workflow", strawberry.lazy("schema.workflow")]:
        return workflow_types.Workflow.of(await info.context.loaders.workflows.load(self.record.workflow_id))

    @resolved("The version that ran, whatever was published since.")
    async def version(self, info: Info) -> Annotated["WorkflowVersion", strawberry.lazy("schema.version")]:
        return version_types.WorkflowVersion.of(
            await info.context.loaders.versions.load(self.record.version_id)
        )

    @resolved("What started it.")
    def trigger(self) -> RunTrigger:
        return RunTrigger.of(self.record.trigger)

    @resolved("From its start to its end, in milliseconds; null until it has ended.")
    def duration_ms(self) -> float | None:
        return milliseconds(self.started_at, self.ended_at)

    @resolved("Of the activity that failed the run.")
    def error(self) -> ExecutionError | None:
        return ExecutionError.maybe(self.record.error)

    @resolved("The execution that failed the run.")
    async def failed_execution(self, info: Info) -> ActivityExecution | None:
        failed = self.record.failed_execution_id
        found = await self.loaders(info).executions.load(failed) if failed else None
        return ActivityExecution.maybe(found, past=self.past)

    @resolved("The receipt of its cancel; null where none was asked for.")
    def cancellation(self) -> Cancellation | None:
        receipt = self.record.cancellation
        return Cancellation.receipt(receipt, self.past) if receipt is not None else None

    @resolved("Its executions, in the order of the events that created them.")
    async def activity_executions(
        self,
        info: Info,
        first: First = 100,
        after: After = strawberry.UNSET,
        filter: WhichExecutions = strawberry.UNSET,
    ) -> Connection[ActivityExecution]:
        which = ActivityExecutionFilter.conditions(filter)
        page = await executions.of_run(self.loaders(info), self.record.id, asked(first, after), which)
        return connection(page, partial(ActivityExecution.of, past=self.past))

    @resolved("The read-only canvas: the version's graph with this run laid over it.")
    async def graph(self, info: Info) -> RunGraph:
        return RunGraph.of(await runs.graph(info.context, self.loaders(info), self.record), self.past)

    @resolved("Its log: its events, in order.")
    async def events(
        self,
        info: Info,
        first: First = 100,
        after: Annotated[
            int | None,
            strawberry.argument(
                description="Give what follows the event of this seq; left out, begin with the first."
            ),
        ] = strawberry.UNSET,
    ) -> list[Annotated["RunEvent", strawberry.lazy("schema.event")]]:
        wanted = asked(first, None).first
        found = await events.of_run(
            info.context, self.record, self.past, first=wanted, after=given(after) or 0
        )
        return [event_types.RunEvent.of(one, self.past) for one in found]
