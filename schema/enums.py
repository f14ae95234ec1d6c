"""The enums of the API: the engine's states, and the kinds that only a client sees, each value described."""

from enum import Enum, StrEnum
from typing import Any, cast

import strawberry

from db.roles import Role
from engine.activity import Category
from engine.status import (
    ExecutionStatus,
    GraphState,
    IterationStatus,
    QuestionStatus,
    RunStatus,
    StepKind,
    WorkflowStatus,
)
from engine.triggers.kinds import TriggerType
from live.run_list import ListChange


class ActorKind(StrEnum):
    """The kinds of actors."""

    USER = "USER"
    API_KEY = "API_KEY"
    WORKFLOW = "WORKFLOW"
    SCHEDULE = "SCHEDULE"
    WEBHOOK = "WEBHOOK"
    SYSTEM = "SYSTEM"


class RecordAction(StrEnum):
    """What an activity did to a record."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    UNCHANGED = "UNCHANGED"


class StatsBucket(StrEnum):
    """What statistics over time are counted by."""

    HOUR = "HOUR"
    DAY = "DAY"


def _show(enum: type[Enum], name: str, description: str, **values: str) -> None:
    """Make an enum part of the API: `values` describes each of its members, none left out."""
    strawberry.enum(enum, name=name, description=description)
    for value in cast(Any, enum).__strawberry_definition__.values:
        value.description = values.pop(value.name)
    if values:
        raise ValueError(f"{name} has no {', '.join(values)}")


_show(
    WorkflowStatus,
    "WorkflowStatus",
    "Where a workflow stands.",
    DRAFT="Never published.",
    LIVE="Published; it starts runs.",
    PAUSED="Published, but it starts no new runs; those under way go on.",
    ARCHIVED="Put away; it takes no changes and starts no runs.",
)
_show(
    TriggerType,
    "TriggerType",
    "What starts runs of a workflow.",
    MANUAL="Somebody, by startRun.",
    RECORD_COMMAND="Somebody, for a record, by startRun.",
    RECORD_CREATED="A new record of an object.",
    RECORD_UPDATED="A change of a record of an object.",
    WEBHOOK="A call from outside.",
    SCHEDULE="A time of the clock, again and again.",
)
_show(
    Role,
    "Role",
    "What the holder of an API key may do; each role may do what those before it may.",
    VIEWER="Reads and subscribes.",
    EDITOR="Also starts, cancels and edits.",
    ADMIN="Also makes and revokes API keys, and sets limits.",
)
_show(
    Category,
    "ActivityCategory",
    "The shelf of the block library that an activity type stands on.",
    LOGIC="Decides, repeats or waits.",
    DATA="Works values out.",
    RECORDS="Reads or changes records.",
    AI="Reads, finds out or writes, with a model or without.",
    INTEGRATION="Talks to the outside world.",
)
_show(
    RunStatus,
    "RunStatus",
    "Where a run stands. Each change is an event.",
    QUEUED="No execution has started.",
    RUNNING="An execution, Loops aside, is pending or running.",
    WAITING="All that is left is waiting, or retrying.",
    CANCELING="A cancel was accepted and something still executes.",
    COMPLETED="Final: nothing is left to do.",
    FAILED="Final: an activity failed, and nothing contained the failure.",
    CANCELED="Final: it was canceled.",
)
_show(
    ActorKind,
    "ActorKind",
    "The kinds of those who do something.",
    USER="A person.",
    API_KEY="A program with an API key.",
    WORKFLOW="A run of a workflow.",
    SCHEDULE="A schedule.",
    WEBHOOK="A webhook.",
    SYSTEM="Playhead itself.",
)
_show(
    GraphState,
    "RunGraphState",
    "What the canvas of a run shows of an activity, over all its executions.",
    NOT_REACHED="Nothing has led here yet; only while the run is not final.",
    PENDING="Ready, and not started.",
    RUNNING="Executing now; for a Loop, its iterations are under way.",
    WAITING="Waiting for a time or for its next attempt.",
    COMPLETED="Its latest execution completed.",
    FAILED="One of its executions failed.",
    SKIPPED="It was not executed; `skippedBecause` says why.",
    CANCELED="Its latest execution was canceled.",
)
_show(
    ExecutionStatus,
    "ActivityExecutionStatus",
    "Where an activity execution stands.",
    PENDING="Ready to start.",
    RUNNING="An attempt is under way; for a Loop, its iterations are.",
    WAITING="It goes on at a time.",
    RETRYING="An attempt failed, and another will be made.",
    COMPLETED="Final: done.",
    FAILED="Final: its last attempt failed.",
    CANCELED="Final: it was canceled.",
)
_show(
    IterationStatus,
    "LoopIterationStatus",
    "Where a loop iteration stands.",
    PENDING="None of its activities has started.",
    RUNNING="Under way.",
    COMPLETED="Final: done, or stopped by a Filter.",
    FAILED="Final: an activity in it failed.",
    CANCELED="Final: it was canceled.",
)
_show(
    QuestionStatus,
    "ResearchQuestionStatus",
    "Where a research question stands.",
    PENDING="Its turn has not come: only so many are researched at once.",
    RUNNING="Under way.",
    ANSWERED="Final: there is an answer, with its sources.",
    NOT_FOUND="Final: there is no answer; `emptyReason` says why.",
    FAILED="Final: the attempt that it belongs to failed.",
    CANCELED="Final: the run was canceled.",
)
_show(
    StepKind,
    "ResearchStepKind",
    "What a research step does.",
    SEARCH="Searches for pages.",
    READ_PAGE="Reads a page.",
    THINK="Works out what to do next.",
    ANSWER="Gives the answer, or that there is none.",
)
_show(
    RecordAction,
    "RecordAction",
    "What an activity did to a record.",
    CREATED="It made the record.",
    UPDATED="It changed attributes of the record.",
    UNCHANGED="The record already held these values.",
)
_show(
    StatsBucket,
    "StatsBucket",
    "What statistics over time are counted by, in UTC.",
    HOUR="By the hour.",
    DAY="By the day.",
)
_show(
    ListChange,
    "ListChange",
    "What becomes of a run in a list.",
    ENTER="The run is in the list now, and was not.",
    UPDATE="The run is in the list, and changed.",
    LEAVE="The run is in the list no more.",
)
