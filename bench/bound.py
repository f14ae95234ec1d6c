"""`dramatiq-pg`, no product but a bound: one message a run, one autocommit INSERT an activity, one PUBLISH an activity.

No leases, no fence, no recovery, no events: what nobody can do without. Run as `python -m bench.bound` it is a worker.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import dramatiq
import psycopg
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.worker import Worker

from bench.stack import THREADS, WORKERS

SCHEMA = """CREATE TABLE IF NOT EXISTS step (
  run text, number int, output jsonb, at timestamptz DEFAULT now(), PRIMARY KEY (run, number));
CREATE TABLE IF NOT EXISTS ended (run text PRIMARY KEY, at timestamptz DEFAULT now())"""

_local = threading.local()


def actor_of(broker: RedisBroker, postgres_url: str, redis_url: str) -> "dramatiq.Actor[[str, int], None]":
    """Declare the actor that does a run of so many activities."""
    client = redis.Redis.from_url(redis_url)

    @dramatiq.actor(broker=broker, queue_name="bound", max_retries=0)
    def run_all(run: str, activities: int) -> None:
        if not hasattr(_local, "connection"):
            _local.connection = psycopg.connect(postgres_url, autocommit=True, prepare_threshold=1)
        for number in range(activities):
            _local.connection.execute(
                "INSERT INTO step (run, number, output) VALUES (%s, %s, %s)", (run, number, '{"value": 1}')
            )
            client.publish("bound", f"{run} {number}")
        _local.connection.execute("INSERT INTO ended (run) VALUES (%s)", (run,))

    return run_all


@contextmanager
def bound_workers(postgres_url: str, redis_url: str) -> Iterator["dramatiq.Actor[[str, int], None]"]:
    """Two worker processes of the bound; gives the actor to send to."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(SCHEMA.encode())
    environment = {**os.environ, "BOUND_POSTGRES": postgres_url, "BOUND_REDIS": redis_url}
    processes = [
        subprocess.Popen([sys.executable, "-m", "bench.bound"], env=environment) for _ in range(WORKERS)
    ]
    try:
        time.sleep(2.0)
        yield actor_of(RedisBroker(url=redis_url), postgres_url, redis_url)  # type: ignore[no-untyped-call]  # dramatiq's
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(30)


def main() -> None:
    """Serve messages until SIGTERM."""
    redis_url = os.environ["BOUND_REDIS"]
    broker = RedisBroker(url=redis_url)  # type: ignore[no-untyped-call]  # dramatiq's
    actor_of(broker, os.environ["BOUND_POSTGRES"], redis_url)
    broker.emit_after("process_boot")
    worker = Worker(broker, worker_threads=THREADS)
    worker.start()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    stop.wait()
    worker.stop()


if __name__ == "__main__":
    main()
