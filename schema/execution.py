"""An activity in a run, in one iteration, and the turns of a Loop."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import strawberry

from db.records import ExecutionRecord, IterationRecord, LateResultRecord, LogLineRecord
from engine.status import ExecutionStatus, IterationStatus
from resolvers import executions, research, versions
from resolvers.attempts import AttemptRecord, attempts_of
from resolvers.past import Past
from schema import run as run_types
from schema.definition import Activity
from schema.execution_error import ExecutionError
from schema.fields import resolved
from schema.filters import LoopIterationFilter, WhichTurns
from schema.given import given
from schema.info import Info
from schema.node import FromRecord, InRun, Node
from schema.pages import After, Connection, First, asked, connection
from schema.research import ResearchQuestion
from schema.result import ActivityResult, result_of
from schema.scalars import JSON

if TYPE_CHECKING:
    from schema.run import Run

Shown = TypeVar("Shown")
WhichAttempt = Annotated[
    int | None, strawberry.argument(description="An attempt before the latest, by its number.")
]


@strawberry.type(description="One try of an execution.")
class Attempt(FromRecord):
    record: strawberry.Private[AttemptRecord]
    number: int = strawberry.field(description="Which try it is, from 1.")
    started_at: datetime = strawberry.field(description="When it began.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")
    worker: str = strawberry.field(description="The worker that made it.")

    @resolved("Why it failed.")
    def error(self) -> ExecutionError | None:
        return ExecutionError.maybe(self.record.error)


@strawberry.type(description="A line that an attempt reported.")
class LogLine(FromRecord):
    record: strawberry.Private[LogLineRecord]
    at: datetime = strawberry.field(description="When.")
    level: str = strawberry.field(description="How serious it is: debug, info, warning or error.")
    message: str = strawberry.field(description="What it says.")


@strawberry.type(
    description="What a worker brought of an attempt that had been taken from it: it changed nothing and cost nothing."
)
class LateResult(FromRecord):
    record: strawberry.Private[LateResultRecord]
    attempt: int = strawberry.field(description="Which try it was, from 1.")
    worker: str = strawberry.field(description="The worker that brought it.")
    at: datetime = strawberry.field(description="When it came.")
    status: ExecutionStatus = strawberry.field(
        description="What the execution would have become: COMPLETED or FAILED."
    )
    exit: str | None = strawberry.field(description="The exit that it would have taken.")

    @resolved("What the attempt gave.")
    def outputs(self) -> JSON | None:
        return JSON(self.record.outputs) if self.record.outputs is not None else None

    @resolved("Why the attempt failed.")
    def error(self) -> ExecutionError | None:
        return ExecutionError.maybe(self.record.error)


def milliseconds(start: datetime | None, end: datetime | None) -> float | None:
    """Give the time from one moment to another, where both are there."""
    return None if start is None or end is None else (end - start) / timedelta(milliseconds=1)


def _from_table(show: Callable[[Any], Shown]) -> Callable[..., Any]:
    """Make the resolver of a field that events leave out because it does not change: the table has it."""

    def resolve(self: "ActivityExecution | LoopIteration", info: Info) -> Shown | Awaitable[Shown]:
        return _later(self, info) if self.partial else show(self.record)

    async def _later(self: "ActivityExecution | LoopIteration", info: Info) -> Shown:
        return show(await executions.filled(self.loaders(info), self.record))

    return resolve


@strawberry.type(description="One activity in one run, in one iteration.")
class ActivityExecution(InRun, Node):
    record: strawberry.Private[ExecutionRecord]
    past: strawberry.Private[Past | None] = None
    partial: strawberry.Private[bool] = False  # made of an event: what never changes is still in the table
    key: str = strawberry.field(description="The activity's key.")
    type: str = strawberry.field(description="The type of activity.")
    name: str = strawberry.field(description="The activity's name.")
    path: str = strawberry.field(
        description="The turns of Loops that it is in, such as `outer:2/inner:5`; empty outside Loops."
    )
    status: ExecutionStatus = strawberry.field(description="Where it stands.")
    seq: int = strawberry.field(
        description="The number of the run's event that last changed this; of two copies the higher is right."
    )
    attempt: int = strawberry.field(
        description="The attempt under way or last made, from 1, lost ones included; 0 while PENDING."
    )
    exit: str | None = strawberry.field(description="The exit taken.")
    credits_used: int = strawberry.field(description="What it cost; only a completed one costs.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")
    inputs: JSON | None = strawberry.field(
        resolver=_from_table(lambda record: record.inputs),
        description="The configuration as rendered when the attempt began; null before the first start. "
        'Where rendering failed: what could be rendered, each failed template as {"$error": CODE}.',
    )
    started_at: datetime | None = strawberry.field(
        resolver=_from_table(lambda record: record.started_at), description="When its first attempt began."
    )
    duration_ms: float | None = strawberry.field(
        resolver=_from_table(lambda record: milliseconds(record.started_at, record.ended_at)),
        description="From its start to its end, waits included, in milliseconds; null until it has ended.",
    )
    attempts: list[Attempt] = strawberry.field(
        resolver=_from_table(lambda record: [Attempt.of(one) for one in attempts_of(record)]),
        description="Every try, in order, the one under way included.",
    )

    @resolved("The run.")
    async def run(self, info: Info) -> Annotated["Run", strawberry.lazy("schema.run")]:
        return run_types.Run.of(await self.loaders(info).runs.load(self.record.run_id), past=self.past)

    @resolved("The activity as configured in the version that ran.")
    async def activity(self, info: Info) -> Activity:
        found = await versions.activity(info.context, self.loaders(info), self.record.run_id, self.key)
        return Activity.of(found)

    @resolved("What later activities can refer to; of one that waits, until when.")
    def outputs(self) -> JSON | None:
        has_any = self.status in (ExecutionStatus.COMPLETED, ExecutionStatus.WAITING)
        return JSON(self.record.outputs) if has_any else None

    @resolved("What it did, typed by the kind of activity; null until it has completed.")
    def result(self) -> ActivityResult | None:
        return result_of(self.record, self.past)

    @resolved("Why it failed, or why its last attempt did while another is to come.")
    def error(self) -> ExecutionError | None:
        return ExecutionError.maybe(self.record.error)

    @resolved("The iteration it ran in; null outside Loops.")
    async def iteration(self, info: Info) -> "LoopIteration | None":
        around = self.record.iteration_id
        found = await self.loaders(info).iterations.load(around) if around else None
        return LoopIteration.maybe(found, past=self.past)

    @resolved("The turns of a Loop, by index; empty for any other activity.")
    async def iterations(
        self,
        info: Info,
        first: First = 50,
        after: After = strawberry.UNSET,
        filter: WhichTurns = strawberry.UNSET,
    ) -> "Connection[LoopIteration]":
        which = LoopIterationFilter.conditions(filter)
        page = await executions.turns(self.loaders(info), self.record.id, asked(first, after), which)
        return connection(page, partial(LoopIteration.of, past=self.past))

    @resolved("The turn of a Loop with an index; null where it has not begun.")
    async def iteration_at(
        self, info: Info, index: Annotated[int, strawberry.argument(description="Which turn, from 1.")]
    ) -> "LoopIteration | None":
        found = await self.loaders(info).turns.load((self.record.id, index))
        return LoopIteration.maybe(found, past=self.past)

    @resolved("Of a Research record activity, the questions of its latest attempt, by index; else empty.")
    async def research(self, info: Info, attempt: WhichAttempt = strawberry.UNSET) -> list[ResearchQuestion]:
        number = given(attempt) or self.record.attempt
        found = await research.of_attempt(self.loaders(info), self.record.id, number)
        return [ResearchQuestion.of(one, past=self.past) for one in found]

    @resolved(
        "Where the turns of a Loop stand: of all that have begun, by index from 1; empty for any other activity."
    )
    async def iteration_statuses(self, info: Info) -> list[IterationStatus]:
        return list(await executions.turn_statuses(self.loaders(info), self.record.id))

    @resolved("What its attempts reported, in order.")
    async def logs(self, info: Info) -> list[LogLine]:
        return [LogLine.of(line) for line in await self.loaders(info).logs.load(self.record.id) or ()]

    @resolved(
        "Results that came too late, by attempt: the worker had not renewed its lease, and the attempt was made again. "
        "Whatever such an attempt did outside, it did besides the one that counts. Empty in a run of the past."
    )
    async def late_results(self, info: Info) -> list[LateResult]:
        found = await self.loaders(info).late_results.load(self.record.id)
        return [LateResult.of(one) for one in found or ()]


@strawberry.type(description="A turn of a Loop; it comes to exist when it begins.")
class LoopIteration(InRun, Node):
    record: strawberry.Private[IterationRecord]
    past: strawberry.Private[Past | None] = None
    partial: strawberry.Private[bool] = False  # as of an execution
    index: int = strawberry.field(description="Which turn it is, from 1.")
    path: str = strawberry.field(
        description="Which turn it is, with those around it, such as `outer:2/inner:5`."
    )
    total: int = strawberry.field(description="How many items the Loop has.")
    item: JSON | None = strawberry.field(
        resolver=_from_table(lambda record: record.item), description="The item that it is for."
    )
    status: IterationStatus = strawberry.field(description="Where it stands.")
    seq: int = strawberry.field(
        description="The number of the run's event that last changed this; of two copies the higher is right."
    )
    started_at: datetime | None = strawberry.field(description="When the first activity in it started.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")
    credits_used: int = strawberry.field(description="What everything in it cost, in Loops inside it too.")

    @resolved("The Loop's execution.")
    async def loop(self, info: Info) -> ActivityExecution:
        found = await self.loaders(info).executions.load(self.record.loop_id)
        return ActivityExecution.of(found, past=self.past)

    @resolved("The turn before; null for the first.")
    async def previous(self, info: Info) -> "LoopIteration | None":
        found = await self.loaders(info).turns.load((self.record.loop_id, self.index - 1))
        return LoopIteration.maybe(found, past=self.past)

    @resolved("The turn after; null where it has not begun.")
    async def next(self, info: Info) -> "LoopIteration | None":
        found = await self.loaders(info).turns.load((self.record.loop_id, self.index + 1))
        return LoopIteration.maybe(found, past=self.past)

    @resolved("What is directly in it, in the order of the events that created it.")
    async def activity_executions(
        self, info: Info, first: First = 100, after: After = strawberry.UNSET
    ) -> Connection[ActivityExecution]:
        page = await executions.of_iteration(self.loaders(info), self.record.id, asked(first, after))
        return connection(page, partial(ActivityExecution.of, past=self.past))
