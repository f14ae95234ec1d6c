"""A workflow: a name for its versions and their runs."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from db.grains import window
from db.records import WorkflowRecord
from engine.status import WorkflowStatus
from resolvers import evaluations, runs, workflows
from resolvers.loaders import StatsOf
from schema import run as run_types
from schema import trigger_evaluation as evaluation_types
from schema import version as version_types
from schema.actor import Actor
from schema.fields import resolved
from schema.filters import RunFilter, WhichRuns
from schema.given import given
from schema.info import Info
from schema.node import FromRecord, Node
from schema.pages import After, Connection, First, asked, connection
from schema.stats import WorkflowStats

if TYPE_CHECKING:
    from schema.run import Run
    from schema.trigger_evaluation import TriggerEvaluation
    from schema.version import WorkflowVersion

Version = Annotated["WorkflowVersion", strawberry.lazy("schema.version")]


@strawberry.type(description="A workflow: a name for its versions and their runs.")
class Workflow(FromRecord, Node):
    record: strawberry.Private[WorkflowRecord]
    name: str = strawberry.field(description="Its name.")
    description: str | None = strawberry.field(description="What it is for.")
    status: WorkflowStatus = strawberry.field(description="Where it stands.")
    created_at: datetime = strawberry.field(description="When it was created.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @resolved("Who created it.")
    def created_by(self) -> Actor:
        return Actor.of(self.record.created_by)

    @resolved("The version that the next publishing freezes; null when there is nothing to publish.")
    async def draft(self, info: Info) -> Version | None:
        draft = self.record.draft_id
        return (
            version_types.WorkflowVersion.maybe(await info.context.loaders.versions.load(draft))
            if draft
            else None
        )

    @resolved("The version that new runs use; null until one is published.")
    async def published(self, info: Info) -> Version | None:
        published = self.record.published_id
        return (
            version_types.WorkflowVersion.maybe(await info.context.loaders.versions.load(published))
            if published
            else None
        )

    @resolved("Its versions, newest first; the draft is the newest.")
    async def versions(
        self, info: Info, first: First = 20, after: After = strawberry.UNSET
    ) -> Connection[Version]:
        page = await workflows.versions(info.context, self.id, asked(first, after))
        return connection(page, version_types.WorkflowVersion.of)

    @resolved("Its runs, newest first.")
    async def runs(
        self,
        info: Info,
        first: First = 50,
        after: After = strawberry.UNSET,
        filter: WhichRuns = strawberry.UNSET,
    ) -> Connection[Annotated["Run", strawberry.lazy("schema.run")]]:
        which = RunFilter.conditions(filter)
        return connection(
            await runs.of_workflow(info.context, self.id, asked(first, after), which), run_types.Run.of
        )

    @resolved(
        "What came of its trigger each time that it fired, newest first; what started no run, for 30 days."
    )
    async def trigger_evaluations(
        self, info: Info, first: First = 50, after: After = strawberry.UNSET
    ) -> Connection[Annotated["TriggerEvaluation", strawberry.lazy("schema.trigger_evaluation")]]:
        page = await evaluations.of_workflow(info.context, self.id, asked(first, after))
        return connection(page, evaluation_types.TriggerEvaluation.of)

    @resolved("Its newest run; null where it never ran.")
    async def latest_run(self, info: Info) -> Annotated["Run", strawberry.lazy("schema.run")] | None:
        return run_types.Run.maybe(await info.context.loaders.latest_runs.load(self.id))

    @resolved(
        "Statistics of its runs that were queued from `since` up to, and not with, `until`, both cut to the minute."
    )
    async def stats(
        self,
        info: Info,
        since: Annotated[
            datetime | None, strawberry.argument(description="Left out, from the first run.")
        ] = strawberry.UNSET,
        until: Annotated[
            datetime | None, strawberry.argument(description="Left out, up to now.")
        ] = strawberry.UNSET,
    ) -> WorkflowStats:
        asked_for = StatsOf(self.id, window(given(since), given(until)))
        return WorkflowStats.of(await info.context.loaders.stats.load(asked_for), asked=asked_for)
