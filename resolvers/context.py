"""What a resolver is given: who asks, and the ways to the database, the live events and the workers."""

from collections.abc import AsyncGenerator, Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from anyio import CapacityLimiter, to_thread

from db.database import Database
from db.records import Actor, JsonObject, RunRecord
from db.roles import Role
from db.terms import Terms
from engine.event_record import EventRecord
from live.run_list import Move
from resolvers.loaders import Loaders
from resolvers.shared import Shared

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

DATABASE_THREADS = 16
PAST_THREADS = 2
ANNOUNCING_THREADS = 4


class Follower(Protocol):
    """Lets a subscriber follow a run; `live.hub.Hub` is one."""

    def follow(self, run_id: str, after: int) -> AsyncGenerator[list[EventRecord], None]:
        """Give the events after + 1, after + 2, … each once, in order, and end after the run's last."""
        ...


class ListWatcher(Protocol):
    """Lets lists of runs be watched; `live.lists.Lists` is one."""

    def watch(
        self,
        workspace_id: str,
        which: Hashable,
        accepts: Callable[[RunRecord, JsonObject], bool],
    ) -> AsyncGenerator[Sequence[Move[RunRecord]], None]:
        """Give what becomes of a list from this moment on; `accepts` says whether a run with a header is in it."""
        ...


class Publisher(Protocol):
    """Announces committed events; never raises for a broken connection."""

    def publish(self, events: Sequence[EventRecord], workspace_id: str) -> None:
        """Announce events of one workspace."""
        ...


class Waker(Protocol):
    """Tells workers where there is something to do; never raises for a broken connection."""

    def wake(self, pairs: Iterable[tuple[str, str]]) -> object:
        """Tell workers to look at these executions, each by its run's id and its own."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What all requests of a process share.

    Attributes:
        database: The truth.
        follower: Live events.
        lists: Live lists of runs.
        publisher: Announces what a mutation committed.
        waker: Hurries what a mutation made ready.
        terms: What new runs start under.
        sent: Told when an event was that a subscriber has just been sent.
        database_threads: Bounds how many requests talk to the database at once.
        past_threads: Bounds how many fold the logs of runs.
        announcing_threads: Bounds how many announce, so that a slow Redis holds up no query.
        shared: The answers that several subscribers are given alike.
    """

    database: Database
    follower: Follower
    lists: ListWatcher
    publisher: Publisher
    waker: Waker
    terms: Terms
    sent: Callable[[datetime], None] = lambda _at: None
    database_threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(DATABASE_THREADS))
    past_threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(PAST_THREADS))
    announcing_threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(ANNOUNCING_THREADS))
    shared: Shared[Any] = field(default_factory=Shared)

    async def announce(
        self, workspace_id: str, events: Sequence[EventRecord], pending: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Publish what was committed, and wake workers for what became ready."""

        def tell() -> None:
            self.publisher.publish(events, workspace_id)
            self.waker.wake(pending)

        await to_thread.run_sync(tell, limiter=self.announcing_threads)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, the workspace that is all they can reach, and what they may do there."""

    workspace_id: str
    actor: Actor
    role: Role


class Context:
    """One HTTP request, or one socket for all its life: nothing in it remembers what a query found.

    A socket begins without a caller; `admit` names them once the connection is accepted.
    """

    def __init__(self, services: Services, caller: Caller | None = None) -> None:
        self.services = services
        self.connection_params: object = None
        self.loaders = Loaders(self.in_workspace, self.in_past)
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

    async def in_past(
        self,
        function: Callable[Concatenate[Database, str, Given], Answer],
        /,
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Answer:
        """Call a function that reads whole logs, and may take a second: a few at once, so that no other query waits."""
        call = partial(function, self.services.database, self.caller.workspace_id, *args, **kwargs)
        return await to_thread.run_sync(call, limiter=self.services.past_threads)

    async def announce(self, events: Sequence[EventRecord], pending: Iterable[tuple[str, str]] = ()) -> None:
        """Publish what was committed in the caller's workspace, and wake workers for what became ready."""
        await self.services.announce(self.caller.workspace_id, events, pending)
