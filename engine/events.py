"""What happened in a run: one event changes one thing, and `data` holds the whole of what changed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class EventType(StrEnum):
    """Every kind of event, named subject first, in the past."""

    RUN_QUEUED = "RunQueued"
    RUN_STARTED = "RunStarted"
    RUN_WAITING = "RunWaiting"
    RUN_RESUMED = "RunResumed"
    RUN_CANCEL_REQUESTED = "RunCancelRequested"
    RUN_COMPLETED = "RunCompleted"
    RUN_FAILED = "RunFailed"
    RUN_CANCELED = "RunCanceled"
    EXECUTION_PENDING = "ActivityExecutionPending"
    EXECUTION_STARTED = "ActivityExecutionStarted"
    EXECUTION_WAITING = "ActivityExecutionWaiting"
    EXECUTION_RETRYING = "ActivityExecutionRetrying"
    EXECUTION_COMPLETED = "ActivityExecutionCompleted"
    EXECUTION_FAILED = "ActivityExecutionFailed"
    EXECUTION_CANCELED = "ActivityExecutionCanceled"
    EXECUTION_LOGGED = "ActivityExecutionLogged"
    ACTIVITIES_SKIPPED = "ActivitiesSkipped"
    ITERATION_STARTED = "LoopIterationStarted"
    ITERATION_COMPLETED = "LoopIterationCompleted"
    ITERATION_FAILED = "LoopIterationFailed"
    ITERATION_CANCELED = "LoopIterationCanceled"
    QUESTION_STARTED = "ResearchQuestionStarted"
    QUESTION_ENDED = "ResearchQuestionEnded"
    STEP_STARTED = "ResearchStepStarted"
    STEP_ENDED = "ResearchStepEnded"


LAST_EVENTS = frozenset({EventType.RUN_COMPLETED, EventType.RUN_FAILED, EventType.RUN_CANCELED})
"""The event that ends a run is one of these, and is its last."""


class Subject(StrEnum):
    """What an event changes."""

    RUN = "run"
    EXECUTION = "execution"
    ITERATION = "iteration"
    QUESTION = "question"
    STEP = "step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of a run's log.

    Attributes:
        seq: 1, 2, 3, … within the run.
        at: RFC 3339 text in UTC with microseconds.
        type: What happened.
        subject: The kind of thing that changed.
        subject_id: Its id.
        data: The whole of what changed, enough to fold the tables from the log; JSON, camelCase keys.
        header: The run's own fields as they were right after this event.
    """

    seq: int
    at: str
    type: EventType
    subject: Subject
    subject_id: str
    data: dict[str, Any]
    header: dict[str, Any]
