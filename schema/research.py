"""What a Research record activity looks into: questions, the steps of each, and the sources of answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from db.records import QuestionRecord, StepRecord
from engine.status import QuestionStatus, StepKind
from resolvers import research
from resolvers.past import Past
from schema import execution as execution_types
from schema.execution_error import ExecutionError
from schema.fields import resolved
from schema.info import Info
from schema.node import InRun, Node
from schema.scalars import JSON

if TYPE_CHECKING:
    from schema.execution import ActivityExecution


@strawberry.type(description="Where an answer comes from.")
class ResearchSource:
    url: str = strawberry.field(description="The page, or `record:` and the id of a record of the workspace.")
    title: str | None = strawberry.field(description="The page's title.")
    quote: str | None = strawberry.field(description="What stands there, word for word.")

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "ResearchSource":
        """Show a source as questions hold it."""
        return cls(url=data["url"], title=data.get("title"), quote=data.get("quote"))


@strawberry.type(description="A question of a Research record activity, in one attempt of it.")
class ResearchQuestion(InRun, Node):
    record: strawberry.Private[QuestionRecord]
    past: strawberry.Private[Past | None] = None
    partial: strawberry.Private[bool] = False  # made of an event: nothing is charged yet
    index: int = strawberry.field(description="Its place among the questions of its execution, from 1.")
    attempt: int = strawberry.field(description="The attempt of the execution that it belongs to.")
    seq: int = strawberry.field(
        description="The number of the run's event that last changed this; of two copies the higher is right."
    )
    question: str = strawberry.field(description="What is asked.")
    answer: str | None = strawberry.field(description="The answer; null where the agent found none.")
    empty_reason: str | None = strawberry.field(
        description="Why there is no answer: NOT_FOUND, CONFLICTING, BLOCKED, BUDGET or TOOL_ERROR; only without one."
    )
    status: QuestionStatus = strawberry.field(description="Where it stands.")
    usage: JSON | None = strawberry.field(
        description='What was asked of a model: {model, requests, inputTokens, outputTokens}; {model: "extractive"} '
        "where none was."
    )

    @resolved("The execution.")
    async def execution(
        self, info: Info
    ) -> Annotated["ActivityExecution", strawberry.lazy("schema.execution")]:
        found = await self.loaders(info).executions.load(self.record.execution_id)
        return execution_types.ActivityExecution.of(found, past=self.past)

    @resolved("Where the answer comes from; each quote stands on its page.")
    def sources(self) -> list[ResearchSource]:
        return [ResearchSource.of(one) for one in self.record.sources]

    @resolved("What it cost; it is charged when its execution completes, whatever the answer.")
    async def credits_used(self, info: Info) -> int:
        return 0 if self.partial else await research.credits_of(self.loaders(info), self.record)

    @resolved("What the agent did, in order.")
    async def steps(self, info: Info) -> "list[ResearchStep]":
        found = await self.loaders(info).steps_of_questions.load(self.record.id) or ()
        return [ResearchStep.of(one, past=self.past) for one in found]


@strawberry.type(description="A step of the research into a question.")
class ResearchStep(InRun, Node):
    record: strawberry.Private[StepRecord]
    past: strawberry.Private[Past | None] = None
    seq: int = strawberry.field(
        description="The number of the run's event that last changed this; of two copies the higher is right."
    )
    index: int = strawberry.field(description="Its place among the steps of its question, from 1.")
    kind: StepKind = strawberry.field(description="What it does.")
    title: str = strawberry.field(description="What it does, for people: “Read example.com/about”.")
    input: JSON | None = strawberry.field(description="What it was given.")
    output: JSON | None = strawberry.field(description="What came of it; null until it has ended.")
    started_at: datetime = strawberry.field(description="When it began.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")

    @resolved("The question.")
    async def question(self, info: Info) -> ResearchQuestion:
        found = await self.loaders(info).questions.load(self.record.question_id)
        return ResearchQuestion.of(found, past=self.past)

    @resolved("Why it came to nothing.")
    def error(self) -> ExecutionError | None:
        return ExecutionError.maybe(self.record.error)
