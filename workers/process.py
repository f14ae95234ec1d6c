"""A worker process: everything that it is made of, from its start to the end of its drain."""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from dramatiq import Worker
from dramatiq.worker import ConsumerThread, WorkerThread

from db.database import Database
from workers.actors import Performs, declare_perform
from workers.broker import WAIT_MILLISECONDS, make_broker
from workers.cancel_watch import CancelWatch
from workers.counting import COUNT_SECONDS, CountingPublisher
from workers.heartbeat import Heartbeat
from workers.hints import Waker
from workers.leases import LeaseKeeper, expire_worker, worker_prefix
from workers.models.setup import ModelSetup
from workers.periodic import Periodic, is_away
from workers.ports.attempt import PortsFor
from workers.ports.packaged_site import PackagedSite
from workers.search.setup import SearchSetup
from workers.signals import hold_stop_signals, wait_for_stop

log = logging.getLogger(__name__)

GRACE_SECONDS = 20.0
"""How long a worker that is told to stop waits for what executes; its supervisor must be more patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """What a worker process is told.

    Attributes:
        database_url: Where runs are.
        redis_url: Where hints come from and events go.
        threads: How many executions it performs at once.
        lease_seconds: How long a lease lasts that is not renewed.
        allow_private_addresses: Lifts the rule that activities reach public addresses only.
        model: The model that activities ask.
        search: The search that research uses.
        site: A site that research reads from files, if any.
        grace_seconds: How long a drain waits for what executes.
    """

    database_url: str
    redis_url: str
    threads: int
    lease_seconds: float
    allow_private_addresses: bool
    model: ModelSetup = field(default_factory=ModelSetup)
    search: SearchSetup = field(default_factory=SearchSetup)
    site: PackagedSite | None = None
    grace_seconds: float = GRACE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerParts:
    """What a worker process has once, for the chain that its threads work through.

    Attributes:
        name: The worker, as executions name it: host, process id and a random part.
        database: Where runs are.
        publisher: Announces committed events.
        waker: Hints at executions.
        leases: Keeps what is held alive.
        ports_for: Opens the ports of an attempt.
        draining: Once set, a chain ends after the activity that executes, and hands back what follows.
        lease_seconds: How long a lease lasts.
    """

    name: str
    database: Database
    publisher: CountingPublisher
    waker: Waker
    leases: LeaseKeeper
    ports_for: PortsFor
    draining: threading.Event
    lease_seconds: float


BuildChain = Callable[[WorkerParts], Performs]


class WorkerProcess:
    """Takes messages and performs what they point at, between `start` and `drain`. One a process."""

    def __init__(self, settings: WorkerSettings, build_chain: BuildChain) -> None:
        """Make it; neither the database nor Redis need be there yet.

        Args:
            settings: What it is told.
            build_chain: Makes what performs executions, from the parts of this process.
        """
        self.name = f"{worker_prefix(socket.gethostname(), os.getpid())}{secrets.token_hex(4)}"
        self._settings = settings
        self._database = Database(settings.database_url, pool_size=max(10, settings.threads))
        self._broker = make_broker(settings.redis_url, prefetch=settings.threads)
        self._publisher = CountingPublisher(settings.redis_url)
        self._counting = Periodic("The counting", COUNT_SECONDS, self._publisher.add)
        self._leases = LeaseKeeper(self._database, settings.lease_seconds)
        self._cancel_watch = CancelWatch(self._database)
        self._heartbeat = Heartbeat(self._broker.client, self.name)
        declare_perform(self._broker, build_chain(self._parts()))
        self._worker = Worker(self._broker, worker_threads=settings.threads, worker_timeout=WAIT_MILLISECONDS)

    def start(self) -> None:
        """Begin to take messages."""
        self._leases.start()
        self._cancel_watch.start()
        self._counting.start()
        self._worker.start()
        self._heartbeat.start()
        log.info("worker %s takes messages with %d threads", self.name, self._settings.threads)

    def drain(self) -> None:
        """Take nothing more, let what executes end within the grace, and leave the rest to others at once.

        Chains end after the activity that executes. What is not done in time is made again elsewhere: its
        lease is let go, so whatever this process may still write of it changes nothing.
        """
        self._broker.draining.set()
        self._end_threads()
        self._heartbeat.stop()
        self._cancel_watch.stop()
        self._leases.stop()
        if self._leases.holding():
            self._let_go()
        self._counting.stop()
        self._publisher.close()
        self._broker.close()
        self._database.dispose()

    def _end_threads(self) -> None:
        """Wait for dramatiq's threads; its own wait grows shorter with every thread that it waits for."""
        threads: list[ConsumerThread | WorkerThread] = [
            *self._worker.consumers.values(),
            *self._worker.workers,
        ]
        deadline = time.monotonic() + self._settings.grace_seconds
        for thread in threads:
            thread.stop()
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._worker.stop(timeout=0)

    def _let_go(self) -> None:
        try:
            released = expire_worker(self._database, self.name)
        except Exception as error:
            if not is_away(error):
                raise
            log.warning(
                "worker %s leaves executions whose leases run out by themselves: %s", self.name, error
            )
        else:
            log.warning("worker %s leaves %d executions that did not end in time", self.name, released)

    def _parts(self) -> WorkerParts:
        return WorkerParts(
            name=self.name,
            database=self._database,
            publisher=self._publisher,
            waker=Waker(self._broker),
            leases=self._leases,
            ports_for=PortsFor(
                self._database,
                self._cancel_watch,
                allow_private_addresses=self._settings.allow_private_addresses,
                model=self._settings.model,
                search=self._settings.search,
                site=self._settings.site,
            ),
            draining=self._broker.draining,
            lease_seconds=self._settings.lease_seconds,
        )


def run_worker(settings: WorkerSettings, build_chain: BuildChain) -> int:
    """Run a worker until SIGTERM or SIGINT, then drain it; a second signal is ignored.

    Call it in the main thread. It survives that the database or Redis is away, at its start too.

    Returns:
        The exit code of the process.
    """
    hold_stop_signals()
    worker = WorkerProcess(settings, build_chain)
    worker.start()
    log.info("worker %s drains (%s)", worker.name, wait_for_stop())
    began = time.monotonic()
    worker.drain()
    log.info("worker %s has drained in %.1f s", worker.name, time.monotonic() - began)
    return 0
