"""The API without a server: the schema, a real database, a worker that runs in the test, and followers of the log."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from sqlalchemy import event
from strawberry.types import ExecutionResult

from db.database import Database
from db.events import events
from db.ids import DEFAULT_WORKSPACE
from db.records import Actor, RunRecord
from db.roles import Role
from engine.event_record import EventRecord
from live.lists import Lists
from playhead.live_events import LogReader
from resolvers.context import Caller, Context, Services
from schema.root import schema
from tests.workers.harness import TERMS, Harness

ANN = Actor(kind="API_KEY", id="key_1", name="ann")


class LogFollower:
    """Follows a run that has ended, by its log alone; keeps what it was asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.asked: list[tuple[str, int]] = []
        self.open = 0

    async def follow(self, run_id: str, after: int) -> AsyncGenerator[list[EventRecord], None]:
        self.asked.append((run_id, after))
        self.open += 1
        try:
            for event in events(self._database, run_id, after=after, limit=1000):
                yield [event]
        finally:
            self.open -= 1


class Announcements:
    """What mutations told the world."""

    def __init__(self) -> None:
        self.events: list[tuple[str, EventRecord]] = []
        self.woken: list[tuple[str, str]] = []

    def publish(self, events: Sequence[EventRecord], workspace_id: str) -> None:
        self.events += [(workspace_id, event) for event in events]

    def wake(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.woken += pairs


class Api:
    """Asks the schema as one caller."""

    def __init__(
        self, database: Database, workspace_id: str = DEFAULT_WORKSPACE, role: Role = Role.ADMIN
    ) -> None:
        self.database, self.worker = database, Harness(database)
        self.told, self.follower = Announcements(), LogFollower(database)
        self.lists = Lists[RunRecord](LogReader(database))
        self.services = Services(
            database=database,
            follower=self.follower,
            lists=self.lists,
            publisher=self.told,
            waker=self.told,
            terms=TERMS,
        )
        self._caller = Caller(workspace_id=workspace_id, actor=ANN, role=role)

    def watch(self, statements: list[str]) -> None:
        """Keeps every statement from now on, but for those that begin a transaction."""

        def keep(*given: Any) -> None:
            if not given[2].startswith("BEGIN"):
                statements.append(given[2])

        event.listen(self.database.engine, "before_cursor_execute", keep)

    def elsewhere(self, workspace_id: str) -> "Api":
        """The same database, asked by a caller of another workspace."""
        return Api(self.database, workspace_id)

    def context(self) -> Context:
        """The context of a request of its own."""
        return Context(self.services, self._caller)

    async def answer(self, document: str, **variables: Any) -> Any:
        """The whole result."""
        return await schema.execute(document, variable_values=variables, context_value=self.context())

    async def ask(self, document: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        result = await self.answer(document, **variables)
        assert result.errors is None, result.errors
        return result.data

    async def refusal(self, document: str, **variables: Any) -> Mapping[str, Any]:
        """The one error of an answer, as the client sees it."""
        result = await self.answer(document, **variables)
        assert result.errors is not None and len(result.errors) == 1, result
        formatted: Mapping[str, Any] = result.errors[0].formatted
        return formatted

    async def stream(self, document: str, **variables: Any) -> AsyncGenerator[ExecutionResult, None]:
        """The messages of a subscription, over a socket's context."""
        context = Context(self.services)
        context.admit(self._caller)
        async with aclosing(
            await schema.stream(document, variable_values=variables, context_value=context)
        ) as results:
            async for result in results:
                assert isinstance(result, ExecutionResult)
                yield result

    async def messages(self, document: str, **variables: Any) -> list[Any]:
        """The data of all messages of a subscription, none of which has errors."""
        found = []
        async for result in self.stream(document, **variables):
            assert result.errors is None, result.errors
            assert result.data is not None
            (data,) = result.data.values()
            found.append(data)
        return found
