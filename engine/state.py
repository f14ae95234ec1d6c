"""The engine's picture of a run: what is alive in it, and what the canvas counts; it does not grow with the run."""

from dataclasses import dataclass, field, replace
from typing import Any

from engine.histogram import Histogram
from engine.status import FINAL_RUNS, PARKED_EXECUTIONS, ExecutionStatus, IterationStatus, RunStatus

TOP = ""
"""The path of the top scope. An iteration's is `loop_key:index`, inside another `outer:2/inner:5`."""


def iteration_path(parent: str, loop_key: str, index: int) -> str:
    """Give the path of a loop's iteration, counted from 1."""
    return f"{parent}/{loop_key}:{index}" if parent else f"{loop_key}:{index}"


def enclosing(path: str) -> list[str]:
    """Give the paths of a scope and all around it, the innermost first, the top last."""
    paths = []
    while path:
        paths.append(path)
        path = path.rpartition("/")[0]
    return [*paths, TOP]


@dataclass(slots=True, kw_only=True)
class LoopProgress:
    """How far a Loop is: `next` is the index of the iteration to begin next, `live` how many are not final.

    `collected` is how many bytes of JSON the ended ones have collected, which is bounded.
    """

    total: int
    concurrency: int
    continues: bool
    next: int = 1
    live: int = 0
    completed: int = 0
    failed: int = 0
    canceled: int = 0
    collected: int = 0
    cause: dict[str, Any] | None = None


@dataclass(slots=True, kw_only=True)
class LiveExecution:
    """An execution that is not final.

    Attributes:
        attempt: The attempt under way or last made; 0 before the first.
        lost: How many of them were lost with their worker.
        due_at: When a wait or a retry's pause is over.
        attempts: The attempts before the present one, as JSON.
        loop: For a Loop that has begun, how far it is.
        questions: Of an attempt that researches, the questions that are not final, by id, as `engine.research.trace` has them;
            replaced where they change, never changed in place.
    """

    id: str
    key: str
    status: ExecutionStatus
    attempt: int = 0
    lost: int = 0
    token: str | None = None
    worker: str | None = None
    due_at: str | None = None
    started_at: str | None = None
    attempt_started_at: str | None = None
    attempts: list[dict[str, Any]] = field(default_factory=list)
    loop: LoopProgress | None = None
    questions: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Scope:
    """The top of a run, or a loop iteration that is not final.

    Attributes:
        edges: Edge index → taken (True) or dead (False); an open edge is absent.
        live: What is not final in it, by activity key; its Loops among them.
        stop: Why nothing may begin in it any more: "failed" (it holds the failure), "canceled", or None.
        iteration: For an iteration: id, index, status, credits and startedAt; None for the top.
    """

    edges: dict[str, bool] = field(default_factory=dict)
    live: dict[str, LiveExecution] = field(default_factory=dict)
    stop: str | None = None
    iteration: dict[str, Any] | None = None


@dataclass(slots=True, kw_only=True)
class Tally:
    """What is counted of one activity, for the canvas and the statistics; replaced where it changes, never changed in place.

    Attributes:
        executions: How many there are; those that are not final count.
        failures: How many of them failed.
        credits: What they were charged.
        latest: The id of the latest.
        status: The latest's status.
        durations: How long those took that are final and had started; its size is bounded, whatever a Loop makes of it.
    """

    executions: int = 0
    failures: int = 0
    credits: int = 0
    latest: str | None = None
    status: str | None = None
    durations: Histogram = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class RunState:
    """A run as the engine sees it between two transactions.

    `error`, `failed_execution_id` and `cancellation` are JSON, as shown; times are RFC 3339 text in UTC.
    """

    run_id: str
    tariff: str
    status: RunStatus = RunStatus.QUEUED
    seq: int = 0
    credits_used: int = 0
    started_at: str | None = None
    ended_at: str | None = None
    error: dict[str, Any] | None = None
    failed_execution_id: str | None = None
    failed_activity: str | None = None
    cancellation: dict[str, Any] | None = None
    scopes: dict[str, Scope] = field(default_factory=lambda: {TOP: Scope()})
    tallies: dict[str, Tally] = field(default_factory=dict)
    edge_counts: dict[str, int] = field(default_factory=dict)
    skips: dict[str, str] = field(default_factory=dict)

    @property
    def final(self) -> bool:
        """Say whether the run has ended."""
        return self.status in FINAL_RUNS

    def copy(self) -> "RunState":
        """Give an independent copy; by hand, as every decision begins with one."""
        return RunState(
            run_id=self.run_id,
            tariff=self.tariff,
            status=self.status,
            seq=self.seq,
            credits_used=self.credits_used,
            started_at=self.started_at,
            ended_at=self.ended_at,
            error=self.error,
            failed_execution_id=self.failed_execution_id,
            failed_activity=self.failed_activity,
            cancellation=dict(self.cancellation) if self.cancellation is not None else None,
            scopes={path: _copy_of(scope) for path, scope in self.scopes.items()},
            tallies=dict(self.tallies),
            edge_counts=dict(self.edge_counts),
            skips=dict(self.skips),
        )

    def find(self, path: str, key: str) -> LiveExecution | None:
        """Give the execution of an activity in a scope, or None where it is final or never began."""
        scope = self.scopes.get(path)
        return scope.live.get(key) if scope is not None else None

    def leaves(self) -> list[tuple[str, LiveExecution]]:
        """Give every execution that is not final, Loops aside, with its path."""
        return [
            (path, live)
            for path, scope in self.scopes.items()
            for live in scope.live.values()
            if live.loop is None
        ]

    def derived_status(self) -> RunStatus:
        """Say what the run's status is by its executions, while it is neither final nor canceling."""
        if self.started_at is None:
            return RunStatus.QUEUED
        leaves = self.leaves()
        if leaves and all(live.status in PARKED_EXECUTIONS for _, live in leaves):
            return RunStatus.WAITING
        return RunStatus.RUNNING

    def header(self) -> dict[str, Any]:
        """Give the run's own fields, as every event carries them."""
        return {
            "status": self.status.value,
            "creditsUsed": self.credits_used,
            "startedAt": self.started_at,
            "endedAt": self.ended_at,
            "error": self.error,
            "failedExecutionId": self.failed_execution_id,
            "cancellation": dict(self.cancellation) if self.cancellation is not None else None,
        }

    def kept(self) -> dict[str, Any]:
        """Give what the run's columns do not hold, as JSON for its `state`."""
        return {
            "scopes": {path: _scope_data(scope) for path, scope in self.scopes.items()},
            "tallies": {key: _tally_data(tally) for key, tally in self.tallies.items()},
            "edges": dict(self.edge_counts),
            "skips": dict(self.skips),
            "failedActivity": self.failed_activity,
        }

    def restore(self, kept: dict[str, Any]) -> None:
        """Take back what `kept` gave."""
        self.scopes = {path: _scope_from(data) for path, data in kept["scopes"].items()}
        self.tallies = {key: Tally(**data) for key, data in kept["tallies"].items()}
        self.edge_counts, self.skips = dict(kept["edges"]), dict(kept["skips"])
        self.failed_activity = kept["failedActivity"]


def _copy_of(scope: Scope) -> Scope:
    live = {key: _copy_of_live(one) for key, one in scope.live.items()}
    iteration = dict(scope.iteration) if scope.iteration is not None else None
    return Scope(edges=dict(scope.edges), live=live, stop=scope.stop, iteration=iteration)


def _copy_of_live(one: LiveExecution) -> LiveExecution:
    return LiveExecution(
        id=one.id,
        key=one.key,
        status=one.status,
        attempt=one.attempt,
        lost=one.lost,
        token=one.token,
        worker=one.worker,
        due_at=one.due_at,
        started_at=one.started_at,
        attempt_started_at=one.attempt_started_at,
        attempts=list(one.attempts),
        loop=replace(one.loop) if one.loop is not None else None,
        questions=dict(one.questions),
    )


def _tally_data(tally: Tally) -> dict[str, Any]:
    return {
        "executions": tally.executions,
        "failures": tally.failures,
        "credits": tally.credits,
        "latest": tally.latest,
        "status": tally.status,
        "durations": tally.durations,
    }


def _fields(one: "LiveExecution | LoopProgress") -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def _scope_data(scope: Scope) -> dict[str, Any]:
    iteration = dict(scope.iteration) if scope.iteration is not None else None
    live = {key: _live_data(one) for key, one in scope.live.items()}
    return {"edges": dict(scope.edges), "live": live, "stop": scope.stop, "iteration": iteration}


def _live_data(one: LiveExecution) -> dict[str, Any]:
    loop = _fields(one.loop) if one.loop is not None else None
    return {name: value for name, value in {**_fields(one), "loop": loop}.items() if value}


def _scope_from(data: dict[str, Any]) -> Scope:
    return Scope(
        edges=dict(data["edges"]),
        live={key: _live_from(one) for key, one in data["live"].items()},
        stop=data["stop"],
        iteration=data["iteration"],
    )


def _live_from(data: dict[str, Any]) -> LiveExecution:
    loop = data.get("loop")
    rest = {**data, "status": ExecutionStatus(data["status"]), "loop": LoopProgress(**loop) if loop else None}
    return LiveExecution(**rest)


def iteration_status(scope: Scope) -> IterationStatus:
    """Give the status of an iteration that is alive."""
    if scope.iteration is None:
        raise ValueError("the top scope is no iteration")
    return IterationStatus(scope.iteration["status"])
