"""The read-only canvas of a run: the version's graph with the run laid over it."""

import strawberry

from engine.status import GraphState
from resolvers.graph import ActivityOverlay, EdgeOverlay, GraphOverlay
from resolvers.past import Past
from schema.definition import Activity, GraphEdge
from schema.execution import ActivityExecution
from schema.fields import resolved
from schema.info import Info
from schema.node import FromRecord, InRun


@strawberry.type(description="An activity of the version, with what became of it in the run.")
class RunGraphActivity(InRun):
    record: strawberry.Private[ActivityOverlay]
    past: strawberry.Private[Past | None] = None
    state: GraphState = strawberry.field(
        description="Over all its executions in this run: FAILED wins, then RUNNING, then the latest."
    )
    execution_count: int = strawberry.field(description="How many executions it has.")
    failure_count: int = strawberry.field(description="How many of them failed.")
    credits_used: int = strawberry.field(description="What they cost.")
    skipped_because: str | None = strawberry.field(description="Why it is SKIPPED; null otherwise.")

    @resolved("The activity as configured.")
    def activity(self) -> Activity:
        return Activity.of(self.record.activity)

    @resolved("Its latest execution.")
    async def latest_execution(self, info: Info) -> ActivityExecution | None:
        latest = self.record.latest_execution_id
        found = await self.loaders(info).executions.load(latest) if latest else None
        return ActivityExecution.maybe(found, past=self.past)


@strawberry.type(description="An edge of the version, with how often the run took it.")
class RunGraphEdge(FromRecord):
    record: strawberry.Private[EdgeOverlay]
    taken: bool = strawberry.field(description="Whether it was taken at all.")
    count: int = strawberry.field(description="How often it was taken.")

    @resolved("The edge.")
    def edge(self) -> GraphEdge:
        return GraphEdge.of(self.record.edge)


@strawberry.type(description="The read-only canvas of a run: the version's graph with the run laid over it.")
class RunGraph:
    activities: list[RunGraphActivity] = strawberry.field(
        description="The activities, as the version lists them."
    )
    edges: list[RunGraphEdge] = strawberry.field(description="The edges, as the version lists them.")

    @classmethod
    def of(cls, overlay: GraphOverlay, past: Past | None) -> "RunGraph":
        """Show a graph."""
        return cls(
            activities=[RunGraphActivity.of(one, past=past) for one in overlay.activities],
            edges=[RunGraphEdge.of(one) for one in overlay.edges],
        )
