"""Statistics of a workflow: how its runs ended, what they used, how long they took."""

from datetime import datetime
from typing import Annotated

import strawberry

from db.stat_records import WorkflowStats as Numbers
from resolvers.loaders import StatsOf
from schema.enums import StatsBucket
from schema.fields import resolved
from schema.info import Info
from schema.node import FromRecord

_TOOK = "of those that have ended and had started took no longer. Null where there are none."
_P50 = f"In milliseconds, within 5 %: half {_TOOK}"
_P95 = f"In milliseconds, within 5 %: 95 of 100 {_TOOK}"


@strawberry.type(description="The executions of an activity in the runs that are counted, ended or not.")
class ActivityStats(FromRecord):
    record: strawberry.Private[object]
    key: str = strawberry.field(description="The activity's key.")
    name: str = strawberry.field(description="Its name, as its latest execution has it.")
    executions: int = strawberry.field(description="How many there are.")
    failures: int = strawberry.field(description="How many of them failed.")
    credits_used: int = strawberry.field(description="What they used.")
    duration_ms_p50: float | None = strawberry.field(description=_P50)
    duration_ms_p95: float | None = strawberry.field(description=_P95)


@strawberry.type(description="The runs that are counted and were queued in one hour or day.")
class StatsBucketCount(FromRecord):
    record: strawberry.Private[object]
    start: datetime = strawberry.field(description="When the hour or day began, in UTC.")
    completed: int = strawberry.field(description="How many of them completed.")
    failed: int = strawberry.field(description="How many failed.")
    canceled: int = strawberry.field(description="How many were canceled.")
    credits_used: int = strawberry.field(description="What they used, those too that have not ended.")


@strawberry.type(description="Statistics of runs: counts and credits are exact at every moment.")
class WorkflowStats(FromRecord):
    record: strawberry.Private[Numbers]
    asked: strawberry.Private[StatsOf]
    runs: int = strawberry.field(description="How many runs are counted.")
    queued: int = strawberry.field(description="How many have not started.")
    running: int = strawberry.field(
        description="How many have started and not ended, WAITING and CANCELING ones among them."
    )
    completed: int = strawberry.field(description="How many completed.")
    failed: int = strawberry.field(description="How many failed.")
    canceled: int = strawberry.field(description="How many were canceled.")
    success_rate: float | None = strawberry.field(
        description="The share of the completed among those that completed or failed; null where there are none."
    )
    credits_used: int = strawberry.field(description="What they used, those too that have not ended.")
    duration_ms_p50: float | None = strawberry.field(description=_P50)
    duration_ms_p95: float | None = strawberry.field(description=_P95)

    @resolved("The same by activity, of those that were executed, in the order of their keys.")
    async def per_activity(self, info: Info) -> list[ActivityStats]:
        found = await info.context.loaders.activity_stats.load(self.asked)
        return [ActivityStats.of(one) for one in found]

    @resolved("The same by hour or day: those in which a run was queued, the oldest first.")
    async def over_time(
        self,
        info: Info,
        bucket: Annotated[
            StatsBucket | None, strawberry.argument(description="What to count by.")
        ] = StatsBucket.DAY,
    ) -> list[StatsBucketCount]:
        loaders = info.context.loaders
        by = loaders.stats_by_hour if bucket is StatsBucket.HOUR else loaders.stats_by_day
        return [StatsBucketCount.of(one) for one in await by.load(self.asked)]
