"""Frozen records: what leaves the database. Resolvers return them, the schema converts them, workers act on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from engine.status import (
    EmptyReason,
    ExecutionStatus,
    IterationStatus,
    QuestionStatus,
    RunStatus,
    StepKind,
    WorkflowStatus,
)

Item = TypeVar("Item")

JsonObject = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """A page of a keyset connection; `cursors` are opaque, one an item."""

    items: Sequence[Item]
    cursors: Sequence[str]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did something; `kind` is an ActorKind of the API."""

    kind: str
    id: str | None
    name: str

    def as_data(self) -> dict[str, Any]:
        """Give the actor as events and tables hold it."""
        return {"kind": self.kind, "id": self.id, "name": self.name}

    @classmethod
    def from_data(cls, data: JsonObject) -> "Actor":
        """Read an actor from an event or a table."""
        return cls(kind=data["kind"], id=data["id"], name=data["name"])


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRecord:
    """A workflow; `draft_id` and `published_id` name versions."""

    id: str
    workspace_id: str
    name: str
    description: str | None
    status: WorkflowStatus
    draft_id: str | None
    published_id: str | None
    created_at: datetime
    updated_at: datetime
    created_by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRecord:
    """A workflow version; `definition` is JSON with every default filled in."""

    id: str
    workflow_id: str
    number: int
    definition: JsonObject
    created_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A run. `trigger` is as `engine.triggers.firing.trigger_data` gives it, `state` is the engine's, see `RunState.kept`."""

    id: str
    workspace_id: str
    workflow_id: str
    version_id: str
    status: RunStatus
    seq: int
    credits_used: int
    tariff: str
    trigger: JsonObject
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    error: JsonObject | None
    failed_execution_id: str | None
    cancellation: JsonObject | None
    state: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionRecord:
    """An activity execution; `attempts` are those before the present one."""

    id: str
    run_id: str
    key: str
    type: str
    name: str
    path: str
    iteration_id: str | None
    status: ExecutionStatus
    seq: int
    created_seq: int
    attempt: int
    attempts: Sequence[JsonObject]
    inputs: Any
    outputs: Any
    result: JsonObject | None
    error: JsonObject | None
    exit: str | None
    credits_used: int
    started_at: datetime | None
    attempt_started_at: datetime | None
    ended_at: datetime | None
    due_at: datetime | None
    worker: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IterationRecord:
    """A loop iteration; `path` is the scope that it is."""

    id: str
    run_id: str
    loop_id: str
    path: str
    index: int
    total: int
    item: Any
    status: IterationStatus
    seq: int
    credits_used: int
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRecord:
    """A research question; `total` is how many its attempt has, `sources` are {url, title, quote}."""

    id: str
    run_id: str
    execution_id: str
    attempt: int
    index: int
    total: int
    seq: int
    question: str
    status: QuestionStatus
    answer: str | None
    empty_reason: EmptyReason | None
    sources: Sequence[JsonObject]
    usage: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """A step of the research into a question."""

    id: str
    run_id: str
    question_id: str
    index: int
    seq: int
    kind: StepKind
    title: str
    input: Any
    output: Any
    error: JsonObject | None
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLineRecord:
    """A line that an attempt reported."""

    execution_id: str
    at: datetime
    level: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LateResultRecord:
    """What a worker brought of an attempt that had been taken from it; `status` is COMPLETED or FAILED."""

    execution_id: str
    attempt: int
    worker: str
    at: datetime
    status: ExecutionStatus
    exit: str | None
    outputs: Any
    error: JsonObject | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRecord:
    """A record of an object."""

    id: str
    workspace_id: str
    object: str
    values: JsonObject
    created_at: datetime
    created_by: Actor
    updated_at: datetime
    updated_by: Actor
