"""What a resolver is given: who asks, and the ways to the database, the live events and the workers."""

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from anyio import CapacityLimiter, to_thread

from db.database import Database
from db.records import Actor
from engine.event_record import EventRecord
from resolvers.loaders import Loaders

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

DATABASE_THREADS = 16
ANNOUNCING_THREADS = 4


class Follower(Protocol):
    """Lets a subscriber follow a run; `live.hub.Hub` is one."""

    def follow(self, run_id: str, after: int) -> AsyncGenerator[list[EventRecord], None]:
        """Give the events after + 1, after + 2, … each once, in order, and end after the run's last."""
        ...


class Publisher(Protocol):
    """Announces committed events; never raises for a broken connection."""

    def publish(self, events: Sequence[EventRecord], workspace_id: str) -> None:
        """Announce events of one workspace."""
        ...


class Waker(Protocol):
    """Tells workers where there is something to do; never raises for a broken connection."""

    def wake(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Tell workers to look at these executions, each by its run's id and its own."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What all requests of a process share.

    Attributes:
        database: The truth.
        follower: Live events.
        publisher: Announces what a mutation committed.
        waker: Hurries what a mutation made ready.
        tariff: What new runs are charged by.
        database_threads: Bounds how many requests talk to the database at once.
        announcing_threads: Bounds how many announce, so that a slow Redis holds up no query.
    """

    database: Database
    follower: Follower
    publisher: Publisher
    waker: Waker
    tariff: str
    database_threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(DATABASE_THREADS))
    announcing_threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(ANNOUNCING_THREADS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, and the workspace that is all they can reach."""

    workspace_id: str
    actor: Actor


class Context:
    """One HTTP request, or one socket for all its life: nothing in it remembers what a query found.

    A socket begins without a caller; `admit` names them once the connection is accepted.
    """

    def __init__(self, services: Services, caller: Caller | None = None) -> None:
        self.services = services
        self.connection_params: object = None
        self.loaders = Loaders(self.in_workspace)
        self._caller = caller

    @property
    def caller(self) -> Caller:
        """Give who asks.

        Raises:
            RuntimeError: Nobody was admitted yet.
        """
        if self._caller is None:
            raise RuntimeError("an operation ran before its caller was admitted")
        return self._caller

    def admit(self, caller: Caller) -> None:
        """Name who asks."""
        self._caller = caller

    async def in_workspace(
        self,
        function: Callable[Concatenate[Database, str, Given], Answer],
        /,
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Answer:
        """Call a function of `db/` within the caller's workspace, in a thread."""
        call = partial(function, self.services.database, self.caller.workspace_id, *args, **kwargs)
        return await to_thread.run_sync(call, limiter=self.services.database_threads)

    async def announce(self, events: Sequence[EventRecord], pending: Iterable[tuple[str, str]] = ()) -> None:
        """Publish what was committed, and wake workers for what became ready."""

        def tell() -> None:
            self.services.publisher.publish(events, self.caller.workspace_id)
            self.services.waker.wake(pending)

        await to_thread.run_sync(tell, limiter=self.services.announcing_threads)
