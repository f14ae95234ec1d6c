"""The states of a run, an execution and an iteration, as the API names them, and the subsets that rules speak of."""

from enum import StrEnum


class WorkflowStatus(StrEnum):
    """Where a workflow stands: only a live one starts runs."""

    DRAFT = "DRAFT"
    LIVE = "LIVE"
    PAUSED = "PAUSED"
    ARCHIVED = "ARCHIVED"


class RunStatus(StrEnum):
    """Where a run stands; the last three are final."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    WAITING = "WAITING"
    CANCELING = "CANCELING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class ExecutionStatus(StrEnum):
    """Where an activity execution stands; the last three are final."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    WAITING = "WAITING"
    RETRYING = "RETRYING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class IterationStatus(StrEnum):
    """Where a loop iteration stands; the last three are final."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class QuestionStatus(StrEnum):
    """Where a research question stands; all but the first two are final."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    ANSWERED = "ANSWERED"
    NOT_FOUND = "NOT_FOUND"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class StepKind(StrEnum):
    """What a research step does."""

    SEARCH = "SEARCH"
    READ_PAGE = "READ_PAGE"
    THINK = "THINK"
    ANSWER = "ANSWER"


class EmptyReason(StrEnum):
    """Why a research question has no answer."""

    NOT_FOUND = "NOT_FOUND"
    CONFLICTING = "CONFLICTING"
    BLOCKED = "BLOCKED"
    BUDGET = "BUDGET"
    TOOL_ERROR = "TOOL_ERROR"


class GraphState(StrEnum):
    """What the read-only canvas shows of an activity, over all its executions in a run."""

    NOT_REACHED = "NOT_REACHED"
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    WAITING = "WAITING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"
    CANCELED = "CANCELED"


FINAL_RUNS = frozenset({RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELED})
FINAL_EXECUTIONS = frozenset({ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.CANCELED})
PARKED_EXECUTIONS = frozenset({ExecutionStatus.WAITING, ExecutionStatus.RETRYING})
FINAL_ITERATIONS = frozenset({IterationStatus.COMPLETED, IterationStatus.FAILED, IterationStatus.CANCELED})
