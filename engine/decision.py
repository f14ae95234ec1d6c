"""What the engine is given for a decision, and what it gives back: the port to earlier values, and the decision itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from pydantic import BaseModel

from engine.commands import Command
from engine.definition import Activity
from engine.errors import ExecutionError
from engine.events import Event
from engine.state import RunState
from engine.values import JsonValue


class Values(Protocol):
    """What a run has worked out so far; read only where an expression asks for it."""

    @property
    def trigger(self) -> Mapping[str, JsonValue]:
        """Give payload, record, actor and firedAt."""
        ...

    @property
    def workflow(self) -> Mapping[str, JsonValue]:
        """Give id and name."""
        ...

    def outcome(self, path: str, key: str) -> Mapping[str, JsonValue] | None:
        """Give the outputs of an execution, or `error` where it failed; None where it has not ended."""
        ...

    def item(self, loop_id: str, index: int) -> JsonValue:
        """Give an item of a Loop, counted from 1."""
        ...

    def collected(self, loop_id: str) -> Mapping[int, JsonValue]:
        """Give what each ended iteration of a Loop collected, by index."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who takes an execution: the token that its result must carry, and the worker's name."""

    token: str
    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An attempt that this decision began, ready to be performed.

    `config` is the rendered, validated configuration; where it could not be had, `error` says why and the attempt must fail.
    """

    id: str
    path: str
    activity: Activity
    attempt: int
    token: str
    config: BaseModel | None
    scope: Mapping[str, object]
    error: ExecutionError | None


GoOn = Callable[[Started], tuple[Command, datetime] | None]
"""Performs an attempt within the decision that begins it: what it comes to and when, or None where it is left to others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All that a decision may use besides the definition, the state and the command.

    Attributes:
        now: The time of everything that this decision does.
        new_id: Gives a fresh id with a prefix, such as `exe`.
        values: What the run worked out so far.
        jitter: 0 to 1, spreads retries.
        claim: Where given, one execution that this decision makes ready is started at once for this worker.
        go_on: Where given, an attempt that was begun for the claim is performed by it within the decision: it gives what the
            attempt comes to and when, no earlier than before, or None where somebody else is to perform it.
    """

    now: datetime
    new_id: Callable[[Literal["exe", "itr"]], str]
    values: Values
    jitter: float = 0.0
    claim: Claim | None = None
    go_on: GoOn | None = None


@dataclass(slots=True, kw_only=True)
class Decision:
    """What is to be written, in one transaction, where the run's seq is still `expected_seq`.

    Attributes:
        state: The run afterwards.
        events: In order, causes before effects.
        executions: Rows by id: the columns of `activity_execution` that hold from now on.
        iterations: Rows by id, likewise.
        charges: Execution id → credits.
        questions: Rows by id: the columns of `research_question`, all of them.
        steps: Rows by id: those of `research_step`, likewise.
        items: Loop execution id → its items, to be stored.
        lines: Log lines: execution id, seq, at, level, message.
        outcomes: What executions that ended gave, by path and key, for later expressions.
        started: The attempt that was begun for the claim, or None.
        pending: Executions that are ready and not started: ids, for hints.
    """

    expected_seq: int
    state: RunState
    events: list[Event] = field(default_factory=list)
    executions: dict[str, dict[str, Any]] = field(default_factory=dict)
    iterations: dict[str, dict[str, Any]] = field(default_factory=dict)
    questions: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    charges: dict[str, int] = field(default_factory=dict)
    items: dict[str, list[JsonValue]] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    outcomes: dict[tuple[str, str], Mapping[str, JsonValue]] = field(default_factory=dict)
    started: Started | None = None
    pending: list[str] = field(default_factory=list)


class IllegalCommand(Exception):  # noqa: N818 - named as what it says of the command
    """The command does not fit the state: the execution is not what the command takes it for. Nothing was decided."""


class RunCanceling(IllegalCommand):
    """Nothing may begin any more, as the run is canceling; an attempt that can stop without an effect is to do so."""


Answer = Started | IllegalCommand | None
"""What became of one of several commands: the attempt begun for its claim, if one was; or why it did not fit."""
