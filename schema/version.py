"""A version of a workflow: its definition, immutable once published."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from db.records import VersionRecord
from db.workflows import problems
from schema import workflow as workflow_types
from schema.definition import Activity, GraphEdge
from schema.fields import resolved
from schema.info import Info
from schema.input_error import InputError
from schema.node import FromRecord, Node
from schema.trigger import Trigger

if TYPE_CHECKING:
    from schema.workflow import Workflow


@strawberry.type(description="A definition of a workflow, immutable once published.")
class WorkflowVersion(FromRecord, Node):
    record: strawberry.Private[VersionRecord]
    number: int = strawberry.field(description="1, 2, 3, … in its workflow.")
    created_at: datetime = strawberry.field(description="When it was created.")
    published_at: datetime | None = strawberry.field(description="When it was published; null for a draft.")

    @resolved("The workflow that it is a version of.")
    async def workflow(self, info: Info) -> Annotated["Workflow", strawberry.lazy("schema.workflow")]:
        return workflow_types.Workflow.of(await info.context.loaders.workflows.load(self.record.workflow_id))

    @resolved("What starts runs.")
    def trigger(self) -> Trigger:
        return Trigger.of(self.record)

    @resolved("The activities, as they were written.")
    def activities(self) -> list[Activity]:
        return [Activity.of(one) for one in self.record.definition["activities"]]

    @resolved("The edges, as they were written.")
    def edges(self) -> list[GraphEdge]:
        return [GraphEdge.of(one) for one in self.record.definition["edges"]]

    @resolved("What would keep it from being published; empty once published.")
    def problems(self) -> list[InputError]:
        return [InputError.of(one) for one in problems(self.record)]
