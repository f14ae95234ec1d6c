"""What may be asked of a run. A command names an execution by its scope's path and its activity's key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import ExecutionError
from engine.research.reports import ResearchReport
from engine.values import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginRun:
    """Queue the run and whatever its trigger leads to; `trigger` is {type, payload, actor, firedAt}."""

    trigger: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartExecution:
    """Begin an attempt of an execution that is pending, or retrying and due."""

    path: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteExecution:
    """An attempt is done, or a wait is over. `exit` is None where a Filter stopped."""

    path: str
    key: str
    outputs: Mapping[str, JsonValue]
    exit: str | None
    result: Mapping[str, JsonValue] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailExecution:
    """An attempt failed; whether it is made again is the engine's to say."""

    path: str
    key: str
    error: ExecutionError


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitExecution:
    """An execution waits until then and will complete with these outputs."""

    path: str
    key: str
    until: datetime
    outputs: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptExecution:
    """An attempt gave up without an effect, because its run is canceling."""

    path: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoseAttempt:
    """The worker of an attempt died or fell silent beyond its lease."""

    path: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """An attempt reports a line."""

    path: str
    key: str
    level: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResearch:
    """An attempt that researches reports what it does, at once."""

    path: str
    key: str
    report: ResearchReport


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRun:
    """Stop the run: nothing new starts, what executes may complete; `actor` is {kind, id, name}."""

    actor: Mapping[str, Any]


Command = (
    BeginRun
    | StartExecution
    | CompleteExecution
    | FailExecution
    | WaitExecution
    | InterruptExecution
    | LoseAttempt
    | LogLine
    | ReportResearch
    | CancelRun
)
