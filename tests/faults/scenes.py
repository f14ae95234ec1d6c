"""A fault and its judgment: a deployment under load, harm for a while, then the oracle and a row of the table."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from db.database import Database
from db.rows import EXECUTION
from tests.faults import table
from tests.faults.effects import EffectLog, effect_log
from tests.faults.load import WORK, Load
from tests.faults.oracle import Oracle, Verdict, no_failures
from tests.faults.parts import LEASE_SECONDS, Parts, Shape, deployed
from tests.faults.rows import Run, Watcher
from tests.servers import OwnRedis


@dataclass
class Scene:
    """A deployment, those who use it, and what was done to it.

    Attributes:
        moments: The end of each thing that was done: from then on nothing stands in the way of runs.
        begins: When things were done that take a while; runs are under way then, too.
        lease: How long a lease lasts in it, in seconds.
    """

    fault: str
    parts: Parts
    load: Load
    effects: EffectLog
    database: Database
    choose: random.Random
    moments: list[datetime] = field(default_factory=list)
    begins: list[datetime] = field(default_factory=list)
    lease: float = LEASE_SECONDS
    may_fail: Callable[[Run], bool] = no_failures

    def __post_init__(self) -> None:
        self.watcher = Watcher(self.database)

    def harming(self) -> None:
        """Notes that from now on something stands in the way of all runs, until it is over."""
        self.begins.append(datetime.now(UTC))

    def harmed(self) -> None:
        """Notes that something was done, and is over."""
        self.moments.append(datetime.now(UTC))

    @asynccontextmanager
    async def under_load(self, users: int) -> AsyncIterator[None]:
        """Users at work while the block does harm; then everything is judged, and a row is added to the table.

        Raises:
            AssertionError: A promise was not kept.
        """
        watching = asyncio.create_task(self._watch())
        try:
            async with self.load.under_way(users):
                await self.load.started(users)
                yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        verdict = await asyncio.to_thread(self.judge)
        assert verdict.broken == [], "\n".join(verdict.broken)

    async def healed(self) -> None:
        """Waits until nothing is held by a worker that is gone, and all that lost an attempt has ended.

        Otherwise the same execution could lose attempt after attempt, and rightly fail after the fifth.
        """
        async with asyncio.timeout(60):
            while await asyncio.to_thread(self._wounded):
                await asyncio.sleep(0.1)

    def _wounded(self) -> bool:
        alive = [f":{worker.pid}:" for worker in self.parts.workers if worker.running]
        query = select(EXECUTION.c.token, EXECUTION.c.worker, EXECUTION.c.attempts)
        with self.database.read() as session:
            rows = session.execute(query.where(EXECUTION.c.status.in_(("PENDING", "RUNNING", "RETRYING"))))
            return any(
                row.attempts or (row.token and not any(pid in row.worker for pid in alive)) for row in rows
            )

    async def _watch(self) -> None:
        while True:
            await asyncio.to_thread(self.watcher.look)
            await asyncio.sleep(1.0)

    def judge(self) -> Verdict:
        self.watcher.look()
        verdict = Oracle(self.database, self.load, self.effects, self.may_fail).judge(
            self.moments, self.begins
        )
        verdict.broken += self.watcher.changed
        table.rows.append(
            table.Row(
                self.fault,
                "SQLite" if self.database.dialect == "sqlite" else "PostgreSQL",
                len(self.moments),
                verdict.under_way,
                verdict.lost,
                verdict.doubled,
                verdict.credits_wrong,
                verdict.gaps,
                verdict.recovery,
                self.lease,
            )
        )
        return verdict


@contextmanager
def staged(
    fault: str,
    folder: Path,
    database_url: str,
    shape: Shape | None = None,
    *,
    redis: OwnRedis | None = None,
    outside: str = "127.0.0.1",
    seed: int = 7,
) -> Iterator[Scene]:
    """A deployment and its users, who have not begun; `database_url` is how the oracle reaches the database.

    `outside` is the address of this machine at which activities find the effect log.
    """
    shape = shape or Shape()
    settings = {"allow_private_addresses": "true", **shape.settings}
    shape = replace(shape, settings=settings)
    with effect_log(outside) as effects, deployed(folder, database_url, shape, redis) as parts:
        database, choose = Database(database_url), random.Random(seed)
        workflow_id = parts.apis[0].create("Work", WORK)
        load = Load([web.url for web in parts.webs], workflow_id, effects.url, choose)
        lease = float(settings.get("lease_seconds", LEASE_SECONDS))
        try:
            yield Scene(fault, parts, load, effects, database, choose, lease=lease)
        finally:
            database.dispose()
