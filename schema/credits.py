"""Credits: what a workspace may use in a month, and what it has used."""

from datetime import datetime

import strawberry

from db.credits import CreditBalance as Balance
from db.credits import WorkflowCredits as Used
from schema.fields import resolved
from schema.info import Info
from schema.node import FromRecord
from schema.workflow import Workflow


@strawberry.type(description="What a workflow used.")
class WorkflowCredits(FromRecord):
    record: strawberry.Private[Used]
    used: int = strawberry.field(description="The credits that its executions were charged in the period.")

    @resolved("The workflow.")
    async def workflow(self, info: Info) -> Workflow:
        return Workflow.of(await info.context.loaders.workflows.load(self.record.workflow_id))


@strawberry.type(description="The credits of a workspace in a calendar month, in UTC; exact at every moment.")
class CreditBalance(FromRecord):
    record: strawberry.Private[Balance]
    limit: int | None = strawberry.field(
        description="Once so many are used no run starts; runs under way go on. Null where there is no limit."
    )
    used: int = strawberry.field(description="What all executions were charged in the period.")
    remaining: int | None = strawberry.field(description="What is left up to the limit; null without one.")
    period_start: datetime = strawberry.field(description="When the period began.")
    period_end: datetime = strawberry.field(description="When the next one begins.")

    @resolved("What each workflow used that used any, the most first.")
    def per_workflow(self) -> list[WorkflowCredits]:
        return [WorkflowCredits.of(one) for one in self.record.per_workflow]
