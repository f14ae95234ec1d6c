"""The canvas of a run: a version's graph with the run laid over it, worked out of the engine's tallies."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from db.records import JsonObject, RunRecord
from engine.status import FINAL_RUNS, ExecutionStatus, GraphState, RunStatus

_STATES = {
    ExecutionStatus.PENDING: GraphState.PENDING,
    ExecutionStatus.RUNNING: GraphState.RUNNING,
    ExecutionStatus.WAITING: GraphState.WAITING,
    ExecutionStatus.RETRYING: GraphState.WAITING,
    ExecutionStatus.COMPLETED: GraphState.COMPLETED,
    ExecutionStatus.FAILED: GraphState.FAILED,
    ExecutionStatus.CANCELED: GraphState.CANCELED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityOverlay:
    """What became of an activity in a run; `activity` is as the definition has it."""

    activity: JsonObject
    state: GraphState
    execution_count: int
    failure_count: int
    credits_used: int
    latest_execution_id: str | None
    skipped_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeOverlay:
    """How often a run took an edge; `edge` is as the definition has it."""

    edge: JsonObject
    count: int

    @property
    def taken(self) -> bool:
        """Say whether it was taken at all."""
        return self.count > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphOverlay:
    """The canvas, in the order of the definition."""

    activities: Sequence[ActivityOverlay]
    edges: Sequence[EdgeOverlay]


def overlay(definition: JsonObject, run: RunRecord) -> GraphOverlay:
    """Lay a run over the graph of its version."""
    canvas = _Canvas(definition, run)
    counts: Mapping[str, int] = run.state["edges"]
    return GraphOverlay(
        activities=[canvas.overlay(activity) for activity in definition["activities"]],
        edges=[
            EdgeOverlay(edge=edge, count=counts.get(str(index), 0))
            for index, edge in enumerate(definition["edges"])
        ],
    )


class _Canvas:
    def __init__(self, definition: JsonObject, run: RunRecord) -> None:
        self._run = run
        self._activities: Mapping[str, JsonObject] = {one["key"]: one for one in definition["activities"]}
        self._tallies: Mapping[str, JsonObject] = run.state["tallies"]
        self._running = frozenset(_running_keys(run.state))

    def overlay(self, activity: JsonObject) -> ActivityOverlay:
        key = activity["key"]
        tally = self._tallies.get(key, {})
        because = None if self._executed(key) else self._skipped_because(activity)
        return ActivityOverlay(
            activity=activity,
            state=self._state(key, because),
            execution_count=tally.get("executions", 0),
            failure_count=tally.get("failures", 0),
            credits_used=tally.get("credits", 0),
            latest_execution_id=tally.get("latest"),
            skipped_because=because,
        )

    def _executed(self, key: str) -> bool:
        return bool(self._tallies.get(key, {}).get("executions"))

    def _state(self, key: str, because: str | None) -> GraphState:
        if because is not None:
            return GraphState.SKIPPED
        if not self._executed(key):
            return GraphState.NOT_REACHED
        if self._tallies[key]["failures"]:
            return GraphState.FAILED
        if key in self._running:
            return GraphState.RUNNING
        return _STATES[ExecutionStatus(self._tallies[key]["status"])]

    def _skipped_because(self, activity: JsonObject) -> str | None:
        """Say why an activity was not executed, or None while it may still be."""
        skips: Mapping[str, str] = self._run.state["skips"]
        if activity["key"] in skips:
            return skips[activity["key"]]
        ended = self._ended_around(activity)
        if ended is not None:
            return f"'{ended}' ended before it"
        return self._ended_run()

    def _ended_around(self, activity: JsonObject) -> str | None:
        """Name the innermost Loop around an activity that has ended, where none of them goes on."""
        loops = list(self._loops_around(activity))
        if not loops or not (self._run.status in FINAL_RUNS or self._ended(loops[-1])):
            return None
        return next((str(loop["name"]) for loop in loops if self._ended(loop)), None)

    def _loops_around(self, activity: JsonObject) -> Iterator[JsonObject]:
        while (parent := activity.get("parent")) is not None:
            activity = self._activities[parent]
            yield activity

    def _ended(self, loop: JsonObject) -> bool:
        status = self._tallies.get(loop["key"], {}).get("status")
        return status in (ExecutionStatus.COMPLETED, ExecutionStatus.FAILED)

    def _ended_run(self) -> str | None:
        match self._run.status:
            case RunStatus.FAILED:
                return f"the run failed at '{self._run.state['failedActivity']}'"
            case RunStatus.CANCELED:
                return "the run was canceled"
            case RunStatus.COMPLETED:
                return "nothing led here"
            case _:
                return None


def _running_keys(state: JsonObject) -> Iterator[str]:
    for scope in state["scopes"].values():
        for key, live in scope["live"].items():
            if live["status"] == ExecutionStatus.RUNNING:
                yield key
