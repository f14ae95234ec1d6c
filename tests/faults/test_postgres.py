"""PostgreSQL restarts, crashes, ends sessions and stays away under load."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.faults.parts import Shape
from tests.faults.scenes import Scene, staged
from tests.servers import Postgres

pytestmark = [pytest.mark.anyio, pytest.mark.soak, pytest.mark.timeout(600)]


@asynccontextmanager
async def away(server: Postgres, how: signal.Signals) -> AsyncIterator[None]:
    await asyncio.to_thread(server.stop, how)
    yield
    await asyncio.to_thread(server.start)


async def restart(scene: Scene, server: Postgres) -> None:
    scene.harming()
    async with away(server, scene.choose.choice([signal.SIGINT, signal.SIGQUIT])):
        await asyncio.sleep(scene.choose.uniform(0, 2))


async def stay_away(scene: Scene, server: Postgres) -> None:
    scene.harming()
    async with away(server, signal.SIGQUIT):
        await asyncio.sleep(30)


async def end_sessions(scene: Scene, server: Postgres) -> None:
    """Ends half of the sessions there are, whatever they are doing."""

    def terminate() -> None:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname LIKE 'test%' AND random() < 0.5"
            )

    await asyncio.to_thread(terminate)


@dataclass(frozen=True)
class Harm:
    """What is done, so often, with a pause before it between so many seconds."""

    fault: str
    do: Callable[[Scene, Postgres], Awaitable[None]]
    rounds: int
    pause: tuple[float, float]


HARMS = (
    Harm("PostgreSQL restarted or crashed", restart, 8, (5.0, 20.0)),
    Harm("PostgreSQL's sessions ended", end_sessions, 40, (0.2, 2.0)),
    Harm("PostgreSQL away for 30 s", stay_away, 1, (2.0, 2.0)),
)


@pytest.mark.parametrize("harm", HARMS, ids=["restarted", "sessions", "away"])
async def test_runs_survive_what_happens_to_postgresql(
    redis_on_path: None, tmp_path: Path, own_postgres: Postgres, harm: Harm
) -> None:
    url = own_postgres.url(own_postgres.create_database())
    with staged(harm.fault, tmp_path, url, Shape(workers=2)) as scene:
        async with scene.under_load(12):
            for _ in range(harm.rounds):
                await asyncio.sleep(scene.choose.uniform(*harm.pause))
                await harm.do(scene, own_postgres)
                scene.harmed()
