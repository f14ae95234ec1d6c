"""What a client may ask of a connection; None asks nothing, an empty tuple matches nothing."""

from dataclasses import dataclass
from datetime import datetime

from engine.status import ExecutionStatus, IterationStatus, RunStatus, WorkflowStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowFilter:
    """Which workflows; `search` is looked for in names and descriptions, whatever its case."""

    statuses: tuple[WorkflowStatus, ...] | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """Which runs; the two times are compared with when a run was queued, and exclude themselves."""

    workflow_id: str | None = None
    statuses: tuple[RunStatus, ...] | None = None
    trigger_types: tuple[str, ...] | None = None
    started_after: datetime | None = None
    started_before: datetime | None = None
    has_error: bool | None = None
    error_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionFilter:
    """Which executions."""

    keys: tuple[str, ...] | None = None
    statuses: tuple[ExecutionStatus, ...] | None = None
    iteration_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IterationFilter:
    """Which iterations."""

    statuses: tuple[IterationStatus, ...] | None = None
