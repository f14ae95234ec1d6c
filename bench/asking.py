"""How long a query takes, from the document to the answer, and how many statements: in this process, without a server."""

import asyncio
import gc
import statistics
import time
from typing import Any, cast

from sqlalchemy import event

from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.records import Actor
from db.roles import Role
from db.terms import Terms
from resolvers.context import Caller, Context, Follower, ListWatcher, Publisher, Services, Waker
from schema.root import schema

ASKS = 60
FIRST_ASKS = 5
"""Asked before it counts: the document is read then, and caches are filled."""

TERMS = Terms(tariff="classic")


class Nobody:
    """Stands for what a query does not ask: the live events, the publisher, the waker."""


def asked(database: Database, actor: Actor, document: str, variables: dict[str, Any]) -> list[str]:
    """Ask 60 times; give the number of statements, and in milliseconds this process's time, the median, the 95th percentile."""
    statements: list[str] = []

    def keep(*given: Any) -> None:
        statements.append(given[2])

    async def ask() -> tuple[list[float], list[float]]:
        readings, used = [], []
        for number in range(ASKS + FIRST_ASKS):
            statements.clear()
            begun, spent = time.perf_counter(), time.process_time()
            await answer(database, actor, document, variables)
            if number >= FIRST_ASKS:
                readings.append((time.perf_counter() - begun) * 1_000)
                used.append((time.process_time() - spent) * 1_000)
        return readings, used

    gc.collect()
    gc.freeze()  # as a web process does
    event.listen(database.engine, "before_cursor_execute", keep)
    readings, used = asyncio.run(ask())
    event.remove(database.engine, "before_cursor_execute", keep)
    gc.unfreeze()
    p95 = statistics.quantiles(readings, n=20)[-1]
    shown = (statistics.median(used), statistics.median(readings), p95)
    return [str(len(statements)), *(f"{one:.1f}" for one in shown)]


async def answer(database: Database, actor: Actor, document: str, variables: dict[str, Any]) -> Any:
    """Give the data of an answer.

    Raises:
        RuntimeError: It has errors.
    """
    nobody = Nobody()
    services = Services(
        database=database,
        follower=cast(Follower, nobody),
        lists=cast(ListWatcher, nobody),
        publisher=cast(Publisher, nobody),
        waker=cast(Waker, nobody),
        terms=TERMS,
    )
    context = Context(services, Caller(workspace_id=DEFAULT_WORKSPACE, actor=actor, role=Role.ADMIN))
    result = await schema.execute(document, variable_values=variables, context_value=context)
    if result.errors:
        raise RuntimeError(result.errors)
    return result.data
