"""Ports that tests hold in their hand, and the way from a configuration as written to what an attempt does with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.activities import ACTIVITY_TYPES
from engine.activity import ActivityContext, Completed, Failed, Outcome
from engine.definition import Activity, RetryPolicy
from engine.errors import ExecutionError
from engine.expression import ExpressionError
from engine.ports import HttpRequest, HttpResponse, Interrupted, PortError, Ports
from engine.preparation import Prepared, prepare
from tests.engine.research.fakes import FakeModels, FakePages, FakeSearch, FakeTrace

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
EXECUTION_ID = "exe_0190"
RETRY = RetryPolicy(
    max_attempts=1, backoff_seconds=1, backoff_factor=2, max_backoff_seconds=60, timeout_seconds=60
)


@dataclass
class World:
    """Fake ports: what they answer, and what they were asked."""

    answer: HttpResponse | PortError | Interrupted | None = None
    found: Sequence[Mapping[str, Any]] | PortError = ()
    requests: list[HttpRequest] = field(default_factory=list)
    searches: list[tuple[Any, ...]] = field(default_factory=list)
    draws: list[tuple[float, float]] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    record: Mapping[str, Any] | None = None
    pages: Any = field(default_factory=FakePages)
    web_search: FakeSearch = field(default_factory=FakeSearch)
    models: Any = field(default_factory=FakeModels)
    trace: FakeTrace = field(default_factory=FakeTrace)

    def send(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        if isinstance(self.answer, HttpResponse):
            return self.answer
        raise self.answer or AssertionError("no request was expected")

    def find(
        self,
        object_name: str,
        conditions: Mapping[str, Any] | None,
        sort: Sequence[Mapping[str, str]],
        limit: int,
    ) -> Sequence[Mapping[str, Any]]:
        self.searches.append((object_name, conditions, sort, limit))
        if isinstance(self.found, PortError):
            raise self.found
        return self.found

    def get(self, record_id: str) -> Mapping[str, Any] | None:
        return self.record

    def now(self) -> datetime:
        return NOW

    def whole(self, low: int, high: int) -> int:
        self.draws.append((low, high))
        return high

    def between(self, low: float, high: float) -> float:
        self.draws.append((low, high))
        return (low + high) / 2

    def log(self, level: str, message: str) -> None:
        self.lines.append((level, message))

    @property
    def ports(self) -> Ports:
        return Ports(
            http=self,
            records=self,
            clock=self,
            random=self,
            search=self.web_search,
            pages=self.pages,
            models=self.models,
            trace=self.trace,
            log=self.log,
        )


def written(kind: str, config: Mapping[str, Any]) -> Activity:
    """Give an activity with this configuration."""
    return Activity(key="it", type=kind, name="It", config=config, parent=None, retry=RETRY, position=None)


def prepared(kind: str, config: Mapping[str, Any], scope: Mapping[str, object] | None = None) -> Prepared:
    """Prepare an attempt."""
    return prepare(written(kind, config), scope or {})


def attempt(
    kind: str,
    config: Mapping[str, Any],
    scope: Mapping[str, object] | None = None,
    world: World | None = None,
) -> Outcome:
    """Make an attempt, as a worker does: prepare, then perform."""
    ready = prepared(kind, config, scope)
    if ready.error is not None:
        return Failed(error=ready.error)
    context = ActivityContext(
        scope=scope or {},
        execution_id=EXECUTION_ID,
        attempt=1,
        timeout_seconds=60.0,
        ports=(world or World()).ports,
    )
    perform = ACTIVITY_TYPES[kind].perform
    assert perform is not None
    try:
        return perform(ready.config, context)
    except (PortError, ExpressionError) as error:
        if isinstance(error, PortError):
            return Failed(error=error.as_error())
        return Failed(
            error=ExecutionError(
                code=error.code,
                message=error.message,
                detail=error.detail,
                hint=error.hint,
            )
        )


def completed(
    kind: str,
    config: Mapping[str, Any],
    scope: Mapping[str, object] | None = None,
    world: World | None = None,
) -> Completed:
    """Make an attempt that completes."""
    outcome = attempt(kind, config, scope, world)
    assert isinstance(outcome, Completed), outcome
    return outcome


def failure(
    kind: str,
    config: Mapping[str, Any],
    scope: Mapping[str, object] | None = None,
    world: World | None = None,
) -> ExecutionError:
    """Make an attempt that fails."""
    outcome = attempt(kind, config, scope, world)
    assert isinstance(outcome, Failed), outcome
    return outcome.error
