"""What a client can follow live."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry

from resolvers import following
from resolvers.following import Update
from schema.fields import subscription
from schema.given import given
from schema.info import Info
from schema.update import RunUpdate


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


async def _shown(updates: AsyncGenerator[Update, None]) -> AsyncGenerator[RunUpdate, None]:
    async with aclosing(updates):
        async for update in updates:
            yield RunUpdate.of(update)
