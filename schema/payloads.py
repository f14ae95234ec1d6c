"""What mutations answer: the object on success, the faults otherwise."""

from collections.abc import Awaitable
from typing import TypeVar

import strawberry

from engine.errors import Refused
from schema.input_error import InputError
from schema.record import Record
from schema.run import Run
from schema.workflow import Workflow

Done = TypeVar("Done")

_ERRORS = "What is wrong with the request; empty on success."


@strawberry.type(description="What became of a request to change a workflow.")
class WorkflowPayload:
    workflow: Workflow | None = strawberry.field(
        description="The workflow; null where the request was refused."
    )
    errors: list[InputError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What became of a request to start a run.")
class RunPayload:
    run: Run | None = strawberry.field(description="The run; null where the request was refused.")
    errors: list[InputError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What became of a request to cancel a run.")
class CancelRunPayload:
    run: Run | None = strawberry.field(
        description="The run with its receipt; unchanged where it had ended before."
    )
    errors: list[InputError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What became of a request to change a record.")
class RecordPayload:
    record: Record | None = strawberry.field(description="The record; null where the request was refused.")
    errors: list[InputError] = strawberry.field(description=_ERRORS)


async def settled(work: Awaitable[Done]) -> tuple[Done | None, list[InputError]]:
    """Give what a change came to, or why it was refused."""
    try:
        return await work, []
    except Refused as refusal:
        return None, [InputError.of(problem) for problem in refusal.problems]
