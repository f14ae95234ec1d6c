"""What a client can ask for."""

from typing import Annotated

import strawberry

from resolvers import api_keys, nodes, records, runs, workflows
from resolvers.credits import this_month
from resolvers.past import run_at
from schema.activity_type import ActivityType, library
from schema.api_key import ApiKey
from schema.credits import CreditBalance
from schema.fields import guarded, resolved
from schema.filters import RunFilter, WhichRuns, WhichWorkflows, WorkflowFilter
from schema.given import given
from schema.info import Info
from schema.node import Node
from schema.nodes import show
from schema.pages import After, Connection, First, asked, connection
from schema.record import Record
from schema.run import Run
from schema.scalars import JSON
from schema.workflow import Workflow


@strawberry.type(description="What a client can ask for, all of it in the caller's workspace.")
class Query:
    @resolved("Anything that has an id; null for an unknown one.")
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id of anything.")]
    ) -> Node | None:
        return show(await nodes.find(info.context, id))

    @resolved("A workflow; null for an unknown id.")
    async def workflow(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The workflow.")]
    ) -> Workflow | None:
        return Workflow.maybe(await info.context.loaders.workflows.load(id))

    @resolved("The workflows, newest first.")
    async def workflows(
        self,
        info: Info,
        first: First = 50,
        after: After = strawberry.UNSET,
        filter: WhichWorkflows = strawberry.UNSET,
    ) -> Connection[Workflow]:
        which = WorkflowFilter.conditions(filter)
        return connection(await workflows.newest(info.context, asked(first, after), which), Workflow.of)

    @resolved("A run; null for an unknown id.")
    async def run(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The run.")],
        at_seq: Annotated[
            int | None,
            strawberry.argument(
                description="Give it, and all below it, as it was right after the event of this seq; their ids then end "
                'in "@SEQ".'
            ),
        ] = strawberry.UNSET,
    ) -> Run | None:
        seq = given(at_seq)
        if seq is None:
            return Run.maybe(await info.context.loaders.runs.load(id))
        past = await run_at(info.context, id, seq)
        return Run.of(past.run, past=past) if past is not None else None

    @resolved("The runs of all workflows, newest first.")
    async def runs(
        self,
        info: Info,
        first: First = 50,
        after: After = strawberry.UNSET,
        filter: WhichRuns = strawberry.UNSET,
    ) -> Connection[Run]:
        which = RunFilter.conditions(filter)
        return connection(await runs.newest(info.context, asked(first, after), which), Run.of)

    @resolved("The block library: every type of activity.")
    def activity_types(self, info: Info) -> list[ActivityType]:
        return library(info.context.services.terms.tariff)

    @resolved("The credits of the caller's workspace in this calendar month, in UTC.")
    async def credits(self, info: Info) -> CreditBalance:
        return CreditBalance.of(await this_month(info.context))

    @guarded("The workspace's API keys, newest first; for admins.")
    async def api_keys(
        self, info: Info, first: First = 50, after: After = strawberry.UNSET
    ) -> Connection[ApiKey]:
        return connection(await api_keys.newest(info.context, asked(first, after)), ApiKey.of)

    @resolved("The records of an object, oldest first.")
    async def records(
        self,
        info: Info,
        object: Annotated[str, strawberry.argument(description="The kind of thing, such as companies.")],
        first: First = 50,
        after: After = strawberry.UNSET,
        filter: Annotated[
            JSON | None,
            strawberry.argument(
                description="A condition group over attributes, as in find_records; left out, all."
            ),
        ] = strawberry.UNSET,
    ) -> Connection[Record]:
        page = await records.oldest(info.context, object, asked(first, after), given(filter))
        return connection(page, Record.of)
