"""Who leaves takes everything along: in a web process that runs in this one, nothing is left of its subscribers."""

import asyncio
import gc
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import AsyncGeneratorType

import pytest
import uvicorn

from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.records import RunRecord
from live.hub import Hub
from live.lists import Lists
from playhead.asgi import create_app
from playhead.live_events import live_events
from playhead.settings import Settings
from tests.faults.subscribers import Connections, Keeper, Subscriber
from tests.live.hubs import until
from tests.schema.workflows import WAIT
from tests.workers.harness import Harness

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Insides:
    """What a web process has for its subscribers."""

    hub: Hub
    lists: Lists[RunRecord]
    database: Database


@pytest.fixture
def insides(monkeypatch: pytest.MonkeyPatch) -> list[Insides]:
    """Of each application that is made in the test."""
    made: list[Insides] = []

    def make(database: Database, redis_url: str) -> tuple[Hub, Lists[RunRecord]]:
        hub, lists = live_events(database, redis_url)
        made.append(Insides(hub, lists, database))
        return hub, lists

    monkeypatch.setattr("playhead.asgi.live_events", make)
    return made


def generators() -> int:
    """How many of our asynchronous generators there are."""
    gc.collect()
    ours = ("/live/", "/resolvers/", "/schema/")
    return sum(
        any(part in one.ag_code.co_filename for part in ours)
        for one in gc.get_objects()
        if isinstance(one, AsyncGeneratorType)
    )


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[str]:
    """A web process within this one."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(settings), log_config=None, access_log=False))
        task = asyncio.create_task(server.serve(sockets=[listening]))
        await until(lambda: server.started)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            with suppress(KeyboardInterrupt):
                await task


async def come_and_go(url: str, inside: Insides, run_ids: list[str], count: int) -> None:
    """Subscribers and keepers of lists who come, hear a little, and go; some politely, some without a word."""
    connections = Connections([url], random.Random(3))
    subscribers = [Subscriber(number, run_ids[number % len(run_ids)], connections) for number in range(count)]
    keepers = [Keeper(count + number, {}, connections) for number in range(count // 4)]
    tasks = [asyncio.create_task(one.follow()) for one in subscribers]
    tasks += [asyncio.create_task(one.keep()) for one in keepers]
    await until(lambda: inside.hub.subscriber_count > count // 2 and inside.lists.watcher_count > 0)
    await asyncio.sleep(1.0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_after_the_last_one_leaves_nothing_is_left(
    redis_url: str, migrated_sqlite_url: str, no_settings: Path, insides: list[Insides]
) -> None:
    database = Database(migrated_sqlite_url)
    run_ids = [Harness(database).run(WAIT) for _ in range(3)]
    database.dispose()
    settings = Settings.load(data_dir=no_settings, database_url=migrated_sqlite_url, redis_url=redis_url)
    before = asyncio.all_tasks()
    async with serving(settings) as url:
        (inside,) = insides
        await come_and_go(url, inside, run_ids, 4)  # what is made once and kept is there by now
        await until(lambda: inside.hub.subscriber_count == inside.lists.watcher_count == 0)
        await asyncio.sleep(0.5)
        tasks = len(asyncio.all_tasks())
        for _ in range(2):
            await come_and_go(url, inside, run_ids, 40)
            await until(lambda: inside.hub.subscriber_count == inside.lists.watcher_count == 0)
            await until(lambda: len(asyncio.all_tasks()) <= tasks)
            assert inside.hub.watched_runs == frozenset() and not inside.lists.watches(DEFAULT_WORKSPACE)
            await until(lambda: generators() == 0)
            await until(lambda: inside.database.engine.pool.checkedout() == 0)  # type: ignore[attr-defined]  # it counts
    await until(lambda: asyncio.all_tasks() <= before)
