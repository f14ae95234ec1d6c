"""What narrows a list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, TypeVar

import strawberry

from db import filters
from engine.status import ExecutionStatus, IterationStatus, RunStatus, WorkflowStatus
from engine.triggers.kinds import TriggerType
from schema.given import given

Item = TypeVar("Item")


@strawberry.input(description="Which workflows to list; what is left out does not matter.")
class WorkflowFilter:
    statuses: list[WorkflowStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="In one of these states."
    )
    search: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whose name or description holds this text, in any case of letters.",
    )

    @staticmethod
    def conditions(asked: "WorkflowFilter | None") -> filters.WorkflowFilter:
        """Give the filter as the database takes it."""
        if not asked:
            return filters.WorkflowFilter()
        return filters.WorkflowFilter(statuses=_tuple(asked.statuses), search=given(asked.search))


@strawberry.input(description="Which runs to list; what is left out does not matter.")
class RunFilter:
    workflow_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Of this workflow."
    )
    statuses: list[RunStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="In one of these states."
    )
    trigger_types: list[TriggerType] | None = strawberry.field(
        default=strawberry.UNSET, description="Started by one of these kinds of triggers."
    )
    started_after: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Queued after this moment."
    )
    started_before: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Queued before this moment."
    )
    has_error: bool | None = strawberry.field(
        default=strawberry.UNSET, description="With an error, or without one."
    )
    error_code: str | None = strawberry.field(
        default=strawberry.UNSET, description="With an error of this code."
    )

    @staticmethod
    def conditions(asked: "RunFilter | None") -> filters.RunFilter:
        """Give the filter as the database takes it."""
        if not asked:
            return filters.RunFilter()
        return filters.RunFilter(
            workflow_id=given(asked.workflow_id),
            statuses=_tuple(asked.statuses),
            trigger_types=_tuple(asked.trigger_types),
            started_after=given(asked.started_after),
            started_before=given(asked.started_before),
            has_error=given(asked.has_error),
            error_code=given(asked.error_code),
        )


@strawberry.input(description="Which executions to list; what is left out does not matter.")
class ActivityExecutionFilter:
    keys: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Of activities with one of these keys."
    )
    statuses: list[ExecutionStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="In one of these states."
    )
    iteration_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Directly in this iteration."
    )

    @staticmethod
    def conditions(asked: "ActivityExecutionFilter | None") -> filters.ExecutionFilter:
        """Give the filter as the database takes it."""
        if not asked:
            return filters.ExecutionFilter()
        return filters.ExecutionFilter(
            keys=_tuple(asked.keys), statuses=_tuple(asked.statuses), iteration_id=given(asked.iteration_id)
        )


@strawberry.input(description="Which iterations to list; what is left out does not matter.")
class LoopIterationFilter:
    statuses: list[IterationStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="In one of these states."
    )

    @staticmethod
    def conditions(asked: "LoopIterationFilter | None") -> filters.IterationFilter:
        """Give the filter as the database takes it."""
        return filters.IterationFilter(statuses=_tuple(asked.statuses) if asked else None)


WhichWorkflows = Annotated[
    WorkflowFilter | None, strawberry.argument(description="Which workflows; left out, all.")
]
WhichRuns = Annotated[RunFilter | None, strawberry.argument(description="Which runs; left out, all.")]
WhichExecutions = Annotated[
    ActivityExecutionFilter | None, strawberry.argument(description="Which executions; left out, all.")
]
WhichTurns = Annotated[
    LoopIterationFilter | None, strawberry.argument(description="Which iterations; left out, all.")
]


def _tuple(items: Sequence[Item] | None) -> tuple[Item, ...] | None:
    found = given(items)
    return None if found is None else tuple(found)
