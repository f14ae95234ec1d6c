"""The ways an activity may touch the world; `workers/ports` implements them, tests fake them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from engine.errors import ExecutionError
from engine.model import Models
from engine.research.ports import Pages, Search, Trace
from engine.values import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request to make; `body` is sent as it is, already encoded; `follows` is whether redirects are followed."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    body: bytes | None
    timeout_seconds: float
    follows: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """What came back; `body` holds at most the port's limit in bytes, and `truncated` says whether it was cut."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    truncated: bool


class PortError(Exception):
    """A port could not do what was asked; carries what an `ExecutionError` holds."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        detail: Mapping[str, Any] | None = None,
        hint: str | None = None,
        retryable: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.detail, self.hint, self.retryable = (
            code,
            message,
            detail,
            hint,
            retryable,
        )
        self.retry_after = retry_after

    def as_error(self) -> ExecutionError:
        """Give it as executions and steps hold it."""
        return ExecutionError(
            code=self.code,
            message=self.message,
            detail=self.detail,
            hint=self.hint,
            retryable=self.retryable,
            retry_after=self.retry_after,
        )


class Interrupted(Exception):  # noqa: N818 - not an error: the run was canceled before an effect, or in a harmless one
    """The run was canceled, and this attempt ends without an effect: it becomes CANCELED at no cost."""


class Http(Protocol):
    """Requests to the outside, guarded against private addresses."""

    def send(self, request: HttpRequest) -> HttpResponse:
        """Make the request.

        Raises:
            PortError: TIMEOUT, CONNECTION_FAILED, ADDRESS_REFUSED, URL_INVALID or TOO_MANY_REDIRECTS.
            Interrupted: The run was canceled before the request began, or during a GET or HEAD.
        """
        ...


class Records(Protocol):
    """Reads records of the run's workspace. Writes are outcomes, applied in the completing transaction."""

    def find(
        self,
        object_name: str,
        conditions: Mapping[str, Any] | None,
        sort: Sequence[Mapping[str, str]],
        limit: int,
    ) -> Sequence[Mapping[str, JsonValue]]:
        """Give the records that hold the rendered condition group, as `{id, object, values, createdAt, …}`."""
        ...

    def get(self, record_id: str) -> Mapping[str, JsonValue] | None:
        """Give a record by its id, or None where the workspace has no such record."""
        ...


class Clock(Protocol):
    """The time, for activities that wait."""

    def now(self) -> datetime:
        """Give the time in UTC."""
        ...


class Random(Protocol):
    """Chance, for activities that draw lots."""

    def whole(self, low: int, high: int) -> int:
        """Give a whole number from `low` to `high`, both among them, each as likely."""
        ...

    def between(self, low: float, high: float) -> float:
        """Give a number from `low` to `high`, both among them, evenly spread."""
        ...


Log = Callable[[str, str], None]
"""`log(level, message)`: reports a line of the attempt at once; levels are debug, info, warning, error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All that an activity is given of the world."""

    http: Http
    records: Records
    clock: Clock
    random: Random
    search: Search
    pages: Pages
    models: Models
    trace: Trace
    log: Log
