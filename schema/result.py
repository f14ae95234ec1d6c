"""What an activity did, typed by its kind."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

import strawberry

from db.records import ExecutionRecord
from engine.status import ExecutionStatus
from resolvers import research
from resolvers.past import Past
from schema.actor import Actor
from schema.enums import RecordAction
from schema.fields import resolved
from schema.info import Info
from schema.node import InRun
from schema.record import RecordSnapshot
from schema.research import ResearchQuestion
from schema.scalars import JSON


@strawberry.type(description="A condition as written, and as it was when it was evaluated.")
class ConditionVerdict:
    path: str = strawberry.field(description="Where it stands among the conditions.")
    left: str = strawberry.field(description="The left operand as written.")
    operator: str = strawberry.field(description="The operator.")
    right: str | None = strawberry.field(
        description="The right operand as written; null where the operator takes none."
    )
    left_value: JSON | None = strawberry.field(description="The left operand's value.")
    right_value: JSON | None = strawberry.field(description="The right operand's value.")
    holds: bool | None = strawberry.field(description="Whether it holds; null where it was not evaluated.")
    evaluated: bool = strawberry.field(
        description="Whether it was evaluated; its group may have been decided before."
    )

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "ConditionVerdict":
        """Show a verdict as results hold it."""
        return cls(
            path=data["path"],
            left=data["left"],
            operator=data["operator"],
            right=data["right"],
            left_value=data["leftValue"],
            right_value=data["rightValue"],
            holds=data["holds"],
            evaluated=data["evaluated"],
        )


@strawberry.type(description="A group of conditions that leads to an exit.")
class ConditionCase:
    exit: str = strawberry.field(description="The exit that it leads to.")
    match: str = strawberry.field(description='"all" or "any" of the conditions must hold.')
    matched: bool | None = strawberry.field(description="Whether it held; null where it was not evaluated.")
    conditions: list[ConditionVerdict] = strawberry.field(
        description="Its conditions, those of inner groups too."
    )

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "ConditionCase":
        """Show a case as results hold it."""
        return cls(
            exit=data["exit"],
            match=data["match"],
            matched=data["matched"],
            conditions=[ConditionVerdict.of(one) for one in data["conditions"]],
        )


@strawberry.type(description="Of an If / else, a Switch or a Filter: which way it went, and why.")
class BranchResult:
    exit: str | None = strawberry.field(description="The exit taken; null where a Filter stopped.")
    cases: list[ConditionCase] = strawberry.field(description="The groups of conditions, in order.")


@strawberry.type(description="Of a Formula.")
class FormulaResult:
    expression: str = strawberry.field(description="The expression as written.")
    value: JSON | None = strawberry.field(description="What it gave.")
    variables: JSON = strawberry.field(description="The paths that it used, with their values.")


@strawberry.type(description="Of an activity that writes a record.")
class RecordResult:
    action: RecordAction = strawberry.field(description="What it did to the record.")
    record: RecordSnapshot = strawberry.field(description="The record right after.")
    at: datetime = strawberry.field(description="When.")
    actor: Actor = strawberry.field(description="By whom.")


@strawberry.type(description="Of an activity that finds records.")
class RecordsResult:
    total: int = strawberry.field(description="How many it found.")
    records: list[RecordSnapshot] = strawberry.field(description="The records, as they were then.")


@strawberry.type(description="Of a Loop: how many iterations ended how.")
class LoopResult:
    total: int = strawberry.field(description="The number of items.")
    completed: int = strawberry.field(description="The iterations that completed.")
    failed: int = strawberry.field(description="The iterations that failed.")
    canceled: int = strawberry.field(description="The iterations that were canceled.")


@strawberry.type(description="Of a Delay or a Delay until; there while it waits too.")
class WaitResult:
    until: datetime = strawberry.field(description="When it goes on.")


@strawberry.type(description="Of an HTTP request: the response.")
class HttpResult:
    status: int = strawberry.field(description="The status code.")
    headers: JSON = strawberry.field(description="The headers, names in lower case.")
    body: JSON | None = strawberry.field(description="The body: its value where it is JSON, else its text.")
    body_truncated: bool = strawberry.field(description="Whether the body was longer than what is kept.")


@strawberry.type(description="Of a Research record activity.")
class ResearchResult(InRun):
    record: strawberry.Private[ExecutionRecord]
    past: strawberry.Private[Past | None]

    @resolved("The questions, by index.")
    async def questions(self, info: Info) -> list[ResearchQuestion]:
        found = await research.of_attempt(self.loaders(info), self.record.id, self.record.attempt)
        return [ResearchQuestion.of(one, past=self.past) for one in found]


@strawberry.type(description="Of a Classify, a Summarize or a Prompt completion.")
class TextResult:
    text: str = strawberry.field(description="What it wrote; of a Classify, its labels.")
    model: str = strawberry.field(description="The model that wrote it; `extractive` where none did.")
    usage: JSON = strawberry.field(
        description='What was asked of the model: {model, requests, inputTokens, outputTokens}, or {model: "extractive"}.'
    )


@strawberry.type(description="Of every other activity.")
class ValueResult:
    value: JSON | None = strawberry.field(description="What it gave.")


ActivityResult = Annotated[
    BranchResult
    | FormulaResult
    | RecordResult
    | RecordsResult
    | LoopResult
    | WaitResult
    | HttpResult
    | ResearchResult
    | TextResult
    | ValueResult,
    strawberry.union("ActivityResult", description="What an activity did, typed by its kind."),
]


def result_of(execution: ExecutionRecord, past: Past | None) -> ActivityResult | None:
    """Show what an execution did; null while it has not completed, unless it waits for a time."""
    if execution.status is ExecutionStatus.WAITING and execution.type in _WAITS:
        return _wait(execution)
    if execution.status is not ExecutionStatus.COMPLETED:
        return None
    if execution.type == "research_record":
        return ResearchResult(record=execution, past=past)
    return _RESULTS.get(execution.type, _value)(execution)


def _branch(execution: ExecutionRecord) -> BranchResult:
    return BranchResult(
        exit=execution.exit, cases=[ConditionCase.of(one) for one in _kept(execution)["cases"]]
    )


def _formula(execution: ExecutionRecord) -> FormulaResult:
    kept = _kept(execution)
    return FormulaResult(
        expression=kept["expression"], value=execution.outputs["value"], variables=kept["variables"]
    )


def _record(execution: ExecutionRecord) -> RecordResult:
    kept = _kept(execution)
    return RecordResult(
        action=RecordAction(kept["action"]),
        record=RecordSnapshot.of(execution.outputs["record"]),
        at=datetime.fromisoformat(kept["at"]),
        actor=Actor.from_data(kept["actor"]),
    )


def _records(execution: ExecutionRecord) -> RecordsResult:
    outputs = execution.outputs
    return RecordsResult(
        total=outputs["count"], records=[RecordSnapshot.of(one) for one in outputs["records"]]
    )


def _loop(execution: ExecutionRecord) -> LoopResult:
    outputs = execution.outputs
    return LoopResult(
        total=outputs["total"],
        completed=outputs["completed"],
        failed=outputs["failed"],
        canceled=_kept(execution)["canceled"],
    )


def _wait(execution: ExecutionRecord) -> WaitResult:
    return WaitResult(until=datetime.fromisoformat(execution.outputs["until"]))


def _http(execution: ExecutionRecord) -> HttpResult:
    outputs = execution.outputs
    return HttpResult(
        status=outputs["status"],
        headers=outputs["headers"],
        body=outputs["body"] if outputs["json"] is None else outputs["json"],
        body_truncated=_kept(execution)["bodyTruncated"],
    )


def _text(execution: ExecutionRecord) -> TextResult:
    kept = _kept(execution)
    return TextResult(text=kept["text"], model=kept["usage"]["model"], usage=JSON(kept["usage"]))


def _value(execution: ExecutionRecord) -> ValueResult:
    """Show the one output as it is, several as an object."""
    outputs = execution.outputs
    return ValueResult(value=next(iter(outputs.values())) if len(outputs) == 1 else outputs)


def _kept(execution: ExecutionRecord) -> Mapping[str, Any]:
    if execution.result is None:
        raise ValueError(f"{execution.id}, a completed {execution.type}, has no result")
    return execution.result


_WAITS = frozenset({"delay", "delay_until"})

_RESULTS: Mapping[str, Callable[[ExecutionRecord], ActivityResult]] = {
    **dict.fromkeys(("if_else", "switch", "filter"), _branch),
    "formula": _formula,
    **dict.fromkeys(("create_record", "update_record", "create_or_update_record"), _record),
    "find_records": _records,
    "loop": _loop,
    **dict.fromkeys(("delay", "delay_until"), _wait),
    "http_request": _http,
    **dict.fromkeys(("classify", "summarize", "prompt_completion"), _text),
}
