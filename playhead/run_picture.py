"""The picture of a run that the terminal shows, folded from its updates: pure, drawn elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playhead.research_picture import RESEARCH_FIELDS, RESULTS_SHOWN, QuestionLine, Research

UPDATES: Final = (
    """
subscription Updates($runId: ID!, $after: Int!) {
  runUpdates(runId: $runId, after: $after) {
    seq
    type
    run {
      status creditsUsed durationMs
      error { code message hint }
      failedExecution { name }
      cancellation { completedAt creditsAfterRequest prevented inFlight { name } }
    }
    change {
      __typename
      ... on ActivityExecution {
        id key type name status attempt exit creditsUsed startedAt durationMs
        error { code message hint }
        iteration { id }
      }
      ... on LoopIteration { id index total iterationStatus: status loop { id } }
"""
    + RESEARCH_FIELDS
    + """    }
  }
}
"""
)
"""What the picture is folded from."""

FINAL_STATES: Final = frozenset({"COMPLETED", "FAILED", "CANCELED"})
FAILURES_SHOWN: Final = 5


@dataclass(slots=True, kw_only=True)
class Failure:
    """A failed execution inside a loop: where, and why."""

    where: str
    error: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class LoopCounts:
    """How far a loop is; loops inside its body are folded into it."""

    total: int | None = None
    ended: int = 0
    failed: int = 0
    current: int = 0
    doing: str = ""
    credits: int = 0
    failures: list[Failure] = field(default_factory=list)
    failure_count: int = 0
    results: list[QuestionLine] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Line:
    """An activity execution of the top scope, with `loop` where it is a Loop."""

    id: str
    name: str
    status: str = "PENDING"
    attempt: int = 0
    exit: str | None = None
    credits: int = 0
    started_at: str | None = None
    duration_ms: float | None = None
    error: Mapping[str, Any] | None = None
    loop: LoopCounts | None = None
    research: Research | None = None

    @property
    def all_credits(self) -> int:
        """What the execution cost, with all that a Loop holds."""
        return self.credits + (self.loop.credits if self.loop else 0)


class RunPicture:
    """What is known of a run after the updates that it took."""

    def __init__(self, workflow: str) -> None:
        self.workflow = workflow
        self.seq = 0
        self.run: Mapping[str, Any] = {"status": "QUEUED", "creditsUsed": 0, "durationMs": None}
        self.lines: dict[str, Line] = {}
        self._iterations: dict[str, tuple[str, int]] = {}  # id → the Loop's execution, index
        self._inside: dict[
            str, str
        ] = {}  # a Loop, or research, inside a body → the iteration that it runs in
        self._research: dict[str, Research] = {}  # execution → what it researches
        self._asked: dict[str, str] = {}  # question → execution

    @property
    def status(self) -> str:
        """The run's status."""
        return str(self.run["status"])

    @property
    def ended(self) -> bool:
        """Whether the run is final."""
        return self.status in FINAL_STATES

    def take(self, update: Mapping[str, Any]) -> Line | None:
        """Folds one update in; gives the line that it changed, if any."""
        self.seq, self.run = update["seq"], update["run"]
        change = update["change"]
        match change["__typename"]:
            case "ActivityExecution" if change["iteration"] is None:
                return self._top(change)
            case "ActivityExecution":
                return self._in_loop(change, change["iteration"]["id"])
            case "LoopIteration":
                return self._iteration(change)
            case "ResearchQuestion":
                return self._question(change)
            case "ResearchStep":
                return self._step(change)
        return None

    def _top(self, change: Mapping[str, Any]) -> Line:
        line = self.lines.setdefault(change["id"], Line(id=change["id"], name=change["name"]))
        line.status, line.attempt, line.exit = change["status"], change["attempt"], change["exit"]
        line.credits, line.error = change["creditsUsed"], change["error"]
        line.started_at, line.duration_ms = change["startedAt"], change["durationMs"]
        if change["type"] == "loop" and line.loop is None:
            line.loop = LoopCounts()
        return line

    def _in_loop(self, change: Mapping[str, Any], iteration_id: str) -> Line | None:
        line, where = self._outermost(iteration_id)
        if line is None or line.loop is None:
            return None
        if change["type"] in ("loop", "research_record"):
            self._inside[change["id"]] = iteration_id
        if change["type"] == "research_record" and change["status"] in FINAL_STATES:
            self._inside.pop(change["id"], None)
            self._research.pop(change["id"], None)
        if change["status"] == "COMPLETED":
            line.loop.credits += change["creditsUsed"]
        if change["status"] in ("RUNNING", "WAITING", "RETRYING"):
            line.loop.doing = change["name"]
        if change["status"] == "FAILED":
            line.loop.failure_count += 1
            if len(line.loop.failures) < FAILURES_SHOWN:
                line.loop.failures.append(Failure(where=f"{where} › {change['name']}", error=change["error"]))
        return line

    def _question(self, change: Mapping[str, Any]) -> Line | None:
        execution_id = change["execution"]["id"]
        self._asked[change["id"]] = execution_id
        question = self._research.setdefault(execution_id, Research()).take_question(change)
        line = self._around(execution_id)
        if line is not None and line.loop is not None and question.ended:
            line.loop.results = [*line.loop.results, question][-RESULTS_SHOWN:]
        return line

    def _step(self, change: Mapping[str, Any]) -> Line | None:
        execution_id = self._asked.get(change["question"]["id"], "")
        research = self._research.get(execution_id)
        question = research.take_step(change) if research is not None else None
        line = self._around(execution_id)
        if line is not None and line.loop is not None and question is not None:
            line.loop.doing = question.doing
        return line

    def _around(self, execution_id: str) -> Line | None:
        """The line of an execution that researches, or of the Loop around it."""
        line = self.lines.get(execution_id)
        if line is not None:
            line.research = self._research[execution_id]
            return line
        return self._outermost(self._inside.get(execution_id, ""))[0]

    def _iteration(self, change: Mapping[str, Any]) -> Line | None:
        loop_id, index = change["loop"]["id"], change["index"]
        ended = change["iterationStatus"] in FINAL_STATES
        self._iterations[change["id"]] = (loop_id, index)
        line = self.lines.get(loop_id)
        if line is not None and line.loop is not None:
            line.loop.total = change["total"]
            line.loop.current = index
            line.loop.ended += ended
            line.loop.failed += change["iterationStatus"] == "FAILED"
            line.loop.doing = "" if ended else line.loop.doing
        if ended:
            del self._iterations[change["id"]]
        return line

    def _outermost(self, iteration_id: str) -> tuple[Line | None, str]:
        """The line of the top scope's Loop around an iteration, and the turns on the way: `3/1`."""
        turns: list[str] = []
        while iteration_id in self._iterations:
            loop_id, index = self._iterations[iteration_id]
            turns.insert(0, str(index))
            if loop_id not in self._inside:
                return self.lines.get(loop_id), "/".join(turns)
            iteration_id = self._inside[loop_id]
        return None, ""
