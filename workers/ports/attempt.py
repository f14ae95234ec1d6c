"""The ports of one attempt, put together from what a worker process has once."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import httpx2

from db.database import Database
from engine.ports import Log, Ports
from workers.models.port import ModelsPort
from workers.models.setup import ModelSetup
from workers.ports.clock import DatabaseTime
from workers.ports.http import Cancellation, HttpPort
from workers.ports.interruption import Interruption
from workers.ports.log import AttemptLog
from workers.ports.pace import Pace
from workers.ports.packaged_site import PackagedSite, WithPackagedSite
from workers.ports.pages import PagesPort
from workers.ports.random import SystemRandom
from workers.ports.records import RecordsPort
from workers.ports.robots import Robots
from workers.ports.trace import AttemptTrace, Tell
from workers.search.providers import search_of
from workers.search.setup import SearchSetup


class PortsFor:
    """Opens the ports of attempts, for all threads of a process."""

    def __init__(
        self,
        database: Database,
        cancellation: Cancellation,
        *,
        allow_private_addresses: bool,
        model: ModelSetup,
        search: SearchSetup,
        pace: Pace | None = None,
        site: PackagedSite | None = None,
    ) -> None:
        """Make it.

        Args:
            database: Where records are.
            cancellation: Tells whether a run is canceling.
            allow_private_addresses: Lifts the rule that activities reach public addresses only.
            model: The model that the operator has set up.
            search: The search that the operator has set up.
            pace: When a host may be asked for another page; the usual pauses where it is not given.
            site: A site that research reads from files; none where it is not given.
        """
        self._database, self._cancellation = database, cancellation
        self._allow_private = allow_private_addresses
        self._model, self._search = model, search
        self._site = site
        self._ssl_context = httpx2.create_ssl_context(trust_env=False)
        self._robots, self._pace = Robots(), pace or Pace()
        self._clock, self._random = DatabaseTime(database), SystemRandom()

    @contextmanager
    def __call__(
        self,
        *,
        run_id: str,
        workspace_id: str,
        timeout_seconds: float,
        log: Log,
        tell: Tell,
        lost: Callable[[], bool],
    ) -> Iterator[Ports]:
        """Give the ports of an attempt that begins now.

        Args:
            run_id: The run.
            workspace_id: The workspace that its records are read from.
            timeout_seconds: How long the attempt may take.
            log: Keeps a line that the attempt reports.
            tell: Keeps what the attempt tells of its research.
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
        with (
            closing(Interruption(self._cancellation, run_id, lost)) as interrupted,
            closing(ModelsPort(self._model, interrupted=interrupted, seconds=timeout_seconds)) as models,
        ):
            yield Ports(
                http=http,
                records=records,
                clock=self._clock,
                random=self._random,
                search=search_of(
                    self._search, database=self._database, workspace_id=workspace_id, http=http, lost=lost
                ),
                pages=PagesPort(
                    http if self._site is None else WithPackagedSite(http, self._site),
                    robots=self._robots,
                    pace=self._pace,
                    interrupted=interrupted,
                    record=records.get,
                ),
                models=models,
                trace=AttemptTrace(tell),
                log=AttemptLog(log),
            )
