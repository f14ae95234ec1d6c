"""What a client can follow live."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Annotated

import strawberry

from resolvers import following, watching
from resolvers.context import Context
from resolvers.following import Update
from resolvers.loaders import StatsOf
from resolvers.watching import ListUpdate
from schema.fields import subscription
from schema.filters import RunFilter, WhichRuns
from schema.given import given
from schema.info import Info
from schema.sharing import message
from schema.stats import WorkflowStats
from schema.update import RunsUpdate, RunUpdate


@strawberry.type(description="What a client can follow live.")
class Subscription:
    @subscription(
        "Follows a run: one snapshot at its present seq S, then S+1, S+2, …, each once, in order, to "
        "the run's last event. With `after`: no snapshot, the first message is event `after` + 1."
    )
    async def run_updates(
        self,
        info: Info,
        run_id: Annotated[strawberry.ID, strawberry.argument(description="The run.")],
        after: Annotated[
            int | None,
            strawberry.argument(description="The seq of the last event that the client has; 0 replays all."),
        ] = strawberry.UNSET,
    ) -> AsyncGenerator[RunUpdate, None]:
        return _shown(await following.follow(info.context, run_id, given(after)))

    @subscription(
        "Keeps a list of runs true: which enter it, change in it, leave it. Sends nothing at first: subscribe, then "
        "query; of two copies of a run the higher seq is right; after a reconnect query again."
    )
    async def runs_updates(
        self, info: Info, filter: WhichRuns = strawberry.UNSET
    ) -> AsyncGenerator[RunsUpdate, None]:
        return _moved(watching.watch(info.context, RunFilter.conditions(filter)))

    @subscription(
        "Follows the statistics of a workflow: as they are now, and again when a run of it has changed, at most once "
        "a second."
    )
    async def workflow_stats_updates(
        self,
        info: Info,
        workflow_id: Annotated[strawberry.ID, strawberry.argument(description="The workflow.")],
    ) -> AsyncGenerator[WorkflowStats, None]:
        return _counted(info.context, await watching.stats_of(info.context, workflow_id))


async def _shown(updates: AsyncGenerator[Update, None]) -> AsyncGenerator[RunUpdate, None]:
    async with aclosing(updates):
        async for update in updates:
            yield _message(update)


def _message(update: Update) -> RunUpdate:
    show = partial(RunUpdate.of, update)
    if update.event is None:
        return show()
    return message((update.event.run_id, update.event.seq), show)


async def _moved(updates: AsyncGenerator[ListUpdate, None]) -> AsyncGenerator[RunsUpdate, None]:
    async with aclosing(updates):
        async for update in updates:
            key = update.run.id, update.run.seq, update.change
            yield message(key, partial(RunsUpdate.of, update))


async def _counted(
    context: Context, asked: AsyncGenerator[StatsOf, None]
) -> AsyncGenerator[WorkflowStats, None]:
    async with aclosing(asked):
        async for which in asked:
            yield WorkflowStats.of(await context.loaders.stats.load(which), asked=which)
