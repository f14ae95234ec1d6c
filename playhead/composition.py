"""How what works on runs is put together from the settings: a worker, the scheduler, the end of a worker."""

import socket
from collections.abc import Iterable, Sequence

from db.database import Database
from db.finish import finish
from db.recovery import lose_attempt
from db.writing import RunWrite
from engine.event_record import EventRecord
from live.bus import Publisher
from playhead.settings import Settings
from workers import process, scheduler
from workers.broker import make_broker
from workers.chain import Chain
from workers.group import CommitGroup
from workers.hints import Pair, Waker
from workers.leases import expire_worker, worker_prefix
from workers.performing import Performer
from workers.process import WorkerParts, WorkerSettings
from workers.run_session import Sessions
from workers.sweep import LoseAttempt, Sweep


def run_worker(settings: Settings, redis_url: str) -> int:
    """Executes activities in this process until it is told to stop; gives the exit code."""
    told = WorkerSettings(
        database_url=settings.database_url,
        redis_url=redis_url,
        threads=settings.worker_threads,
        lease_seconds=settings.lease_seconds,
        allow_private_addresses=settings.allow_private_addresses,
    )
    return process.run_worker(told, build_chain)


def build_chain(parts: WorkerParts) -> Chain:
    """Puts together what performs executions, for all threads of a worker."""

    def publish(writes: Sequence[RunWrite]) -> None:
        together: dict[str, list[EventRecord]] = {}
        for write in writes:
            together.setdefault(write.payload["workspace_id"], []).extend(write.events)
        for workspace_id, events in together.items():
            parts.publisher.publish(events, workspace_id)

    sessions = Sessions(
        database=parts.database,
        group=CommitGroup(lambda writes: finish(parts.database, writes), publish),
        publish=publish,
        wake=parts.waker.wake,
        lost=parts.leases.lost,
        worker=parts.name,
        lease_seconds=parts.lease_seconds,
    )
    performer = Performer(ports_for=parts.ports_for)
    return Chain(sessions=sessions, leases=parts.leases, performer=performer, draining=parts.draining)


def run_scheduler(settings: Settings, redis_url: str) -> int:
    """Sweeps in this process until it is told to stop; gives the exit code."""
    database = Database(settings.database_url)
    broker = make_broker(redis_url, prefetch=1)
    sweep = Sweep(database, Waker(broker), broker.queued, _lose_attempt(database, Publisher(redis_url)))
    return scheduler.run_scheduler(sweep, interval_seconds=settings.sweep_seconds)


def _lose_attempt(database: Database, publisher: Publisher) -> LoseAttempt:
    def lose(run_id: str, execution_id: str, token: str) -> Iterable[Pair]:
        recovered = lose_attempt(database, run_id, execution_id, token)
        if recovered is None:
            return ()
        publisher.publish(recovered.events, recovered.workspace_id)
        return recovered.pending

    return lose


def end_leases(settings: Settings, pid: int) -> None:
    """Ends the leases of a worker of this machine that died: the next sweep makes its attempts again."""
    database = Database(settings.database_url, pool_size=1)
    try:
        expire_worker(database, worker_prefix(socket.gethostname(), pid))
    finally:
        database.dispose()
