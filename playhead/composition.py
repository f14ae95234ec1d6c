"""How what works on runs is put together from the settings: a worker, the scheduler, the end of a worker."""

import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from db.beginning import Fired
from db.database import Database
from db.finish import finish
from db.recovery import lose_attempt
from db.terms import Terms
from db.writing import RunWrite
from engine.event_record import EventRecord
from live.bus import Publisher
from playhead.demo_site import demo_site
from playhead.settings import Settings
from workers import process, scheduler
from workers.broker import make_broker
from workers.chain import Chain
from workers.counting import COUNT_SECONDS, CountingPublisher
from workers.folding import FOLD_SECONDS, fold
from workers.group import CommitGroup
from workers.hints import Pair, Waker
from workers.leases import expire_worker, worker_prefix
from workers.performing import Performer
from workers.periodic import Periodic
from workers.process import WorkerParts, WorkerSettings
from workers.run_session import Sessions
from workers.schedules import REMOVE_SECONDS, TICK_SECONDS, Schedules, remove_firings
from workers.sweep import LoseAttempt, Sweep
from workers.sweep_mark import marking


def run_worker(settings: Settings) -> int:
    """Executes activities in this process until it is told to stop; gives the exit code."""
    told = WorkerSettings(
        database_url=settings.database_url,
        redis_url=settings.require_redis(),
        threads=settings.worker_threads,
        lease_seconds=settings.lease_seconds,
        allow_private_addresses=settings.allow_private_addresses,
        model=settings.model_setup,
        search=settings.search_setup,
        site=demo_site(),
    )
    return process.run_worker(told, partial(build_chain, terms=settings.terms))


def build_chain(parts: WorkerParts, terms: Terms) -> Chain:
    """Puts together what performs executions, for all threads of a worker."""
    publish = publishing(parts.publisher)
    sessions = Sessions(
        database=parts.database,
        group=CommitGroup(lambda writes: finish(parts.database, writes), publish),
        publish=publish,
        wake=parts.waker.wake,
        lost=parts.leases.lost,
        worker=parts.name,
        lease_seconds=parts.lease_seconds,
        terms=terms,
    )
    performer = Performer(ports_for=parts.ports_for)
    return Chain(sessions=sessions, leases=parts.leases, performer=performer, draining=parts.draining)


def publishing(publisher: Publisher) -> Callable[[Sequence[RunWrite]], None]:
    """Gives what publishes decisions that were written, those of a workspace together."""

    def publish(writes: Sequence[RunWrite]) -> None:
        together: dict[str, list[EventRecord]] = {}
        for write in writes:
            together.setdefault(write.payload["workspace_id"], []).extend(write.events)
        for workspace_id, events in together.items():
            publisher.publish(events, workspace_id)

    return publish


def run_scheduler(settings: Settings) -> int:
    """Sweeps, folds and keeps schedules in this process until it is told to stop; gives the exit code."""
    redis_url = settings.require_redis()
    database, publisher = Database(settings.database_url), CountingPublisher(redis_url)
    broker = make_broker(redis_url, prefetch=1)
    waker = Waker(broker)
    sweep = Sweep(database, waker, broker.queued, _lose_attempt(database, publisher))
    schedules = Schedules(database, settings.terms, publishing(publisher), waker)
    code = scheduler.run_scheduler(
        [
            Periodic("The sweep", settings.sweep_seconds, marking(broker.client, sweep.tick)),
            Periodic("The schedules", TICK_SECONDS, schedules.tick),
            Periodic("Folding", FOLD_SECONDS, partial(fold, database)),
            Periodic("Removing old firings", REMOVE_SECONDS, partial(remove_firings, database)),
            Periodic("The counting", COUNT_SECONDS, publisher.add),
        ]
    )
    publisher.close()
    return code


@contextmanager
def announcing(redis_url: str) -> Iterator[Callable[[Fired], None]]:
    """Gives what tells followers and workers of runs that triggers started, for a process that is neither."""
    publisher, broker = Publisher(redis_url), make_broker(redis_url, prefetch=1)
    publish, waker = publishing(publisher), Waker(broker)

    def announce(fired: Fired) -> None:
        publish(fired.writes)
        waker.wake(fired.pending)

    try:
        yield announce
    finally:
        publisher.close()
        broker.close()


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
