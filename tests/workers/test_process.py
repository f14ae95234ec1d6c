import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import redis
from sqlalchemy import select

from db.rows import EXECUTION
from tests.db.filling import add_execution, add_run
from tests.waiting import wait_until
from workers.broker import make_broker
from workers.heartbeat import living_workers
from workers.hints import Waker
from workers.process import WorkerParts, WorkerProcess, WorkerSettings


class HeldChain:
    """Holds a lease for each execution that it is asked to perform, and performs it until it may go on."""

    def __init__(self, parts: WorkerParts) -> None:
        self.parts = parts
        self.asked: list[str] = []
        self.go = threading.Event()

    def perform(self, run_id: str, execution_id: str) -> None:
        self.asked.append(execution_id)
        self.parts.leases.hold(execution_id, "t1")
        self.go.wait(10)
        self.parts.leases.release(execution_id)


Start = Callable[..., tuple[WorkerProcess, HeldChain]]


@pytest.fixture
def start(migrated_sqlite_url: str, redis_url: str) -> Iterator[Start]:
    chains: list[HeldChain] = []

    def build(parts: WorkerParts) -> HeldChain:
        chains.append(HeldChain(parts))
        return chains[-1]

    def make(url: str = redis_url, grace_seconds: float = 20.0) -> tuple[WorkerProcess, HeldChain]:
        settings = WorkerSettings(
            database_url=migrated_sqlite_url,
            redis_url=url,
            threads=2,
            lease_seconds=30,
            allow_private_addresses=False,
            grace_seconds=grace_seconds,
        )
        worker = WorkerProcess(settings, build)
        worker.start()
        return worker, chains[-1]

    yield make
    for chain in chains:
        chain.go.set()


@pytest.fixture
def hint(redis_url: str) -> Iterator[Callable[[str], object]]:
    broker = make_broker(redis_url, prefetch=1)
    yield lambda execution_id: Waker(broker).wake([("run", execution_id)])
    broker.close()


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as opened:
        yield opened


def test_a_worker_is_named_by_host_process_and_chance(start: Start) -> None:
    worker, chain = start()
    assert re.fullmatch(rf"[^:]+:{os.getpid()}:[0-9a-f]{{8}}", worker.name)
    assert chain.parts.name == worker.name
    worker.drain()


def test_a_worker_performs_what_it_is_hinted_at_and_beats(
    start: Start, hint: Callable[[str], None], client: redis.Redis
) -> None:
    worker, chain = start()
    hint("exe_1")
    wait_until(lambda: chain.asked == ["exe_1"])
    wait_until(lambda: living_workers(client) == [worker.name])
    chain.go.set()
    worker.drain()
    assert living_workers(client) == []


def test_a_drain_waits_for_what_executes_and_takes_nothing_more(
    start: Start, hint: Callable[[str], None]
) -> None:
    worker, chain = start()
    hint("exe_1")
    wait_until(lambda: chain.asked == ["exe_1"])
    draining = threading.Thread(target=worker.drain)
    draining.start()
    assert chain.parts.draining.wait(5)
    hint("exe_2")
    draining.join(0.5)
    assert draining.is_alive()
    chain.go.set()
    draining.join(5)
    assert not draining.is_alive()
    assert chain.asked == ["exe_1"]


def test_what_does_not_end_within_the_grace_is_left_to_others_at_once(
    start: Start, hint: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    worker, chain = start(grace_seconds=0.2)
    database = chain.parts.database
    until = database.now() + timedelta(seconds=30)
    run_id = add_run(database)
    execution_id = add_execution(
        database, run_id, status="RUNNING", token="t1", lease_until=until, worker=worker.name
    )
    hint(execution_id)
    wait_until(lambda: chain.asked == [execution_id])
    began = time.monotonic()
    worker.drain()
    assert time.monotonic() - began < 5
    with database.read() as session:
        query = select(EXECUTION.c.lease_until).where(EXECUTION.c.id == execution_id)
        left = session.execute(query).scalar_one()
    assert left < database.now()
    assert f"worker {worker.name} leaves 1 executions" in caplog.text


def test_a_worker_starts_and_drains_without_redis(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    worker, _ = start(url="unix:///nowhere/redis.sock")
    wait_until(lambda: "Redis gives no messages" in caplog.text and "The heartbeat failed" in caplog.text)
    began = time.monotonic()
    worker.drain()
    assert time.monotonic() - began < 5


def test_a_signal_drains_the_process_and_a_second_changes_nothing(
    migrated_sqlite_url: str, redis_url: str, hint: Callable[[str], None]
) -> None:
    command = [sys.executable, "-m", "tests.workers.fake_worker", migrated_sqlite_url, redis_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("name ")
        hint("exe_0.5")
        assert process.stdout.readline() == "began exe_0.5\n"
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "ended exe_0.5\n"
        assert process.wait(10) == 0
