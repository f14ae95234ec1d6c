"""The ports of one attempt, put together from what a worker process has once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx2

from db.database import Database
from engine.ports import Log, Ports
from workers.ports.clock import DatabaseTime
from workers.ports.http import Cancellation, HttpPort
from workers.ports.log import AttemptLog
from workers.ports.random import SystemRandom
from workers.ports.records import RecordsPort


class PortsFor:
    """Opens the ports of attempts, for all threads of a process."""

    def __init__(
        self, database: Database, cancellation: Cancellation, *, allow_private_addresses: bool
    ) -> None:
        """Make it.

        Args:
            database: Where records are.
            cancellation: Tells whether a run is canceling.
            allow_private_addresses: Lifts the rule that activities reach public addresses only.
        """
        self._database, self._cancellation = database, cancellation
        self._allow_private = allow_private_addresses
        self._ssl_context = httpx2.create_ssl_context(trust_env=False)

    @contextmanager
    def __call__(
        self, *, run_id: str, workspace_id: str, timeout_seconds: float, log: Log, lost: Callable[[], bool]
    ) -> Iterator[Ports]:
        """Give the ports of an attempt that begins now.

        Args:
            run_id: The run.
            workspace_id: The workspace that its records are read from.
            timeout_seconds: How long the attempt may take.
            log: Keeps a line that the attempt reports.
            lost: Says whether its lease was given up: then nothing begins outside, and a GET or HEAD stops.
        """
        http = HttpPort(
            self._cancellation,
            run_id,
            ssl_context=self._ssl_context,
            allow_private=self._allow_private,
            timeout_seconds=timeout_seconds,
            lost=lost,
        )
        records = RecordsPort(self._database, workspace_id, lost)
        yield Ports(
            http=http,
            records=records,
            clock=DatabaseTime(self._database),
            random=SystemRandom(),
            log=AttemptLog(log),
        )
