"""The servers and workers that a measurement runs on: a real Redis, both databases, two worker processes of eight threads."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
import redis

from bench.postgres import started_postgres
from db.database import Database
from db.migrations import upgrade
from playhead.processes import Child
from playhead.redis_binary import find_redis
from playhead.redis_server import RedisServer
from workers.broker import WakingBroker, make_broker
from workers.hints import Waker

WORKERS, THREADS = 2, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A database with workers on it."""

    name: str
    database: Database
    url: str
    redis_url: str
    broker: WakingBroker
    waker: Waker
    processes: list[int] = field(default_factory=list)

    def memory(self) -> float:
        """Give the memory that the workers hold together, in MiB."""
        return sum(psutil.Process(one).memory_info().rss for one in self.processes) / 1024**2

    def transactions(self) -> int | None:
        """Give how many transactions PostgreSQL has committed; SQLite does not count."""
        if self.database.dialect == "sqlite":
            return None
        name = self.database.engine.url.database
        with psycopg.connect(self.url, autocommit=True) as connection:
            row = connection.execute(
                "SELECT xact_commit FROM pg_stat_database WHERE datname = %s", (name,)
            ).fetchone()
        return int(row[0]) if row else 0


@contextmanager
def redis_server() -> Iterator[str]:
    """A Redis of its own, on a private socket."""
    folder = Path(tempfile.mkdtemp(prefix="playhead-bench-"))
    os.environ["PATH"] += os.pathsep + str(find_redis(folder, print).path.parent)
    server = RedisServer(folder)
    server.prepare(print)
    child = Child("redis", server.spawn)
    try:
        child.start()
        server.wait_until_ready(lambda: child.running)
        yield server.url
    finally:
        child.stop(10.0)
        shutil.rmtree(folder)


@contextmanager
def stacks(redis_url: str) -> Iterator[tuple[dict[str, Stack], str]]:
    """Both databases, migrated, each with its workers while it is measured; and the URL of an empty PostgreSQL for the bound."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="playhead-bench-")))
        postgres = stack.enter_context(started_postgres())
        found = {}
        urls = {"SQLite": f"sqlite:///{folder / 'playhead.db'}", "PostgreSQL": postgres("playhead")}
        for number, (name, url) in enumerate(urls.items(), start=1):
            upgrade(url)
            own_redis = f"{redis_url.partition('?')[0]}?db={number}"
            broker = make_broker(own_redis, prefetch=THREADS)
            database = Database(url)
            stack.callback(database.dispose)
            found[name] = Stack(
                name=name, database=database, url=url, redis_url=own_redis, broker=broker, waker=Waker(broker)
            )
        yield found, postgres("bound")


@contextmanager
def workers(stack: Stack) -> Iterator[None]:
    """Two worker processes and a scheduler on a stack."""
    with tempfile.TemporaryDirectory(prefix="playhead-bench-") as folder:
        environment = {
            **os.environ,
            "PLAYHEAD_DATABASE_URL": stack.url,
            "PLAYHEAD_REDIS_URL": stack.redis_url,
            "PLAYHEAD_WORKER_THREADS": str(THREADS),
            "PLAYHEAD_DATA_DIR": folder,
        }
        parts = ["worker"] * WORKERS + ["scheduler"]
        processes = [
            subprocess.Popen([sys.executable, "-m", "playhead", part], env=environment) for part in parts
        ]
        try:
            client = redis.Redis.from_url(stack.redis_url)
            deadline = time.monotonic() + 30
            while client.zcard("playhead:workers") < WORKERS:
                if time.monotonic() > deadline:
                    raise TimeoutError("the workers did not start")
                time.sleep(0.05)
            stack.processes[:] = [process.pid for process in processes[:WORKERS]]
            yield
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                process.wait(30)
