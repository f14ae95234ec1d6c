"""Folding the log: what the events of a run, taken one after the other, make of it is what the tables hold of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.event_record import EventRecord
from engine.events import EventType, Subject
from engine.histogram import with_one
from engine.state import TOP, Tally, enclosing
from engine.status import FINAL_EXECUTIONS, IterationStatus, QuestionStatus

Row = Mapping[str, Any]
"""A row by the columns of its table, times as moments; replaced where it changes, never changed in place."""

_TIMES = frozenset({"started_at", "attempt_started_at", "ended_at", "due_at"})
_EXECUTION_NAMES = {
    "id": "id", "key": "key", "type": "type", "name": "name", "path": "path", "iterationId": "iteration_id",
}  # fmt: skip
_SET_BY_EACH = {
    "status": "status", "attempt": "attempt", "attempts": "attempts", "result": "result", "error": "error",
    "exit": "exit", "endedAt": "ended_at", "dueAt": "due_at",
}  # fmt: skip
_KEPT_UNTIL_SET = {
    "inputs": "inputs", "outputs": "outputs", "startedAt": "started_at", "attemptStartedAt": "attempt_started_at",
    "worker": "worker",
}  # fmt: skip
_ITERATION_NAMES = {
    "id": "id", "loopId": "loop_id", "path": "path", "index": "index", "total": "total", "item": "item",
}  # fmt: skip
_ITERATION_SET = {
    "status": "status", "creditsUsed": "credits_used", "startedAt": "started_at", "endedAt": "ended_at",
    "collected": "collected",
}  # fmt: skip
_QUESTION = {
    "id": "id", "executionId": "execution_id", "attempt": "attempt", "index": "index", "total": "total",
    "question": "question", "status": "status", "answer": "answer", "emptyReason": "empty_reason",
    "sources": "sources", "usage": "usage",
}  # fmt: skip
_STEP = {
    "id": "id", "questionId": "question_id", "index": "index", "kind": "kind", "title": "title", "input": "input",
    "output": "output", "error": "error", "startedAt": "started_at", "endedAt": "ended_at",
}  # fmt: skip
_RUN = {
    "status": "status", "creditsUsed": "credits_used", "startedAt": "started_at", "endedAt": "ended_at",
    "error": "error", "failedExecutionId": "failed_execution_id", "cancellation": "cancellation",
}  # fmt: skip


class Picture:
    """A run as it is right after an event. Of the tables it lacks what says who works on it now: tokens, leases, hints.

    Attributes:
        seq: The number of the last event that it has taken; 0 before the first.
        executions: Rows of `activity_execution` by id, in the order in which they came to be.
        iterations: Rows of `loop_iteration` by id, likewise.
        questions: Rows of `research_question` by id, likewise.
        steps: Rows of `research_step` by id, likewise.
        lines: Rows of `log_line`, in order.
        charges: What each execution was charged, by id, as in the ledger.
    """

    def __init__(self) -> None:
        self.seq = 0
        self.executions: dict[str, Row] = {}
        self.iterations: dict[str, Row] = {}
        self.questions: dict[str, Row] = {}
        self.steps: dict[str, Row] = {}
        self.lines: list[Row] = []
        self.charges: dict[str, int] = {}
        self._run_id = ""
        self._began: Row = {}
        self._header: Mapping[str, Any] = {}
        self._tallies: dict[str, Tally] = {}
        self._edges: dict[str, int] = {}
        self._skips: dict[str, str] = {}
        self._iteration_of: dict[str, str] = {}
        self._alive: dict[str, Row] = {}

    def copy(self) -> "Picture":
        """Give a picture of the same moment that stays as it is while this one takes more events."""
        copy = Picture()
        for name, value in vars(self).items():
            setattr(copy, name, value.copy() if isinstance(value, dict | list) else value)
        return copy

    def take(self, event: EventRecord) -> None:
        """Take the next event of the log.

        Raises:
            ValueError: It is not the next one.
        """
        if event.seq != self.seq + 1:
            raise ValueError(f"after event {self.seq} of run {event.run_id} comes no event {event.seq}")
        self.seq, self._header, self._run_id = event.seq, event.header, event.run_id
        if event.subject == Subject.EXECUTION:
            self._take_execution(event)
        elif event.subject == Subject.ITERATION:
            self._take_iteration(event)
        elif event.subject == Subject.QUESTION:
            self.questions[event.subject_id] = _whole(event, _QUESTION)
        elif event.subject == Subject.STEP:
            self._take_step(event)
        elif event.type == EventType.ACTIVITIES_SKIPPED:
            for one in event.data["activities"]:
                self._skips.setdefault(one["key"], one["because"])
        elif event.type == EventType.RUN_QUEUED:
            self._began = {
                "trigger": event.data["trigger"],
                "tariff": event.data["tariff"],
                "queued_at": event.at,
            }
        self._count_edges(event.data.get("edges", ()))

    @property
    def run(self) -> Row:
        """Give the run's row, but for what its log does not say: its workspace, workflow, version and key."""
        return {"id": self._run_id, "last_seq": self.seq, **self._began, **_columns(self._header, _RUN)}

    @property
    def state(self) -> Mapping[str, Any]:
        """Give the run's `state` as far as the canvas needs it: of a scope, what is alive in it and its status."""
        scopes: dict[str, Any] = {TOP: {"live": {}}}
        for row in self._alive.values():
            scope = scopes.setdefault(row["path"], {"live": {}})
            scope["live"][row["key"]] = {"id": row["id"], "status": row["status"]}
        failed = self.executions.get(self._header["failedExecutionId"] or "")
        return {
            "scopes": scopes,
            "tallies": {
                key: {name: getattr(tally, name) for name in tally.__slots__}
                for key, tally in self._tallies.items()
            },
            "edges": self._edges,
            "skips": self._skips,
            "failedActivity": failed["name"] if failed is not None else None,
        }

    def _count_edges(self, taken: list[int]) -> None:
        for edge in taken:
            index = str(edge)
            self._edges[index] = self._edges.get(index, 0) + 1

    # -- executions

    def _take_execution(self, event: EventRecord) -> None:
        data, before = event.data, self.executions.get(event.subject_id)
        if before is None:
            before = {
                "run_id": event.run_id,
                "created_seq": event.seq,
                **_columns(data, _EXECUTION_NAMES),
                **dict.fromkeys(_KEPT_UNTIL_SET.values()),
            }
        row = {
            **before,
            "seq": event.seq,
            "credits_used": data.get("creditsUsed", 0),
            **_columns(data, _SET_BY_EACH),
            **{name: value for name, value in _columns(data, _KEPT_UNTIL_SET).items() if value is not None},
        }
        self.executions[event.subject_id] = row
        if row["status"] in FINAL_EXECUTIONS:
            self._alive.pop(row["id"], None)
        else:
            self._alive[row["id"]] = row
        self._tally(event, row)
        self._charge(event, row)
        if event.type == EventType.EXECUTION_STARTED:
            self._enter(event, row["path"])
        if event.type == EventType.EXECUTION_LOGGED:
            self.lines.append(_line(event))

    def _tally(self, event: EventRecord, row: Row) -> None:
        key = row["key"]
        tally = replace(self._tallies.get(key, Tally()))
        if row["created_seq"] == event.seq:
            tally.executions += 1
            tally.latest = row["id"]
        tally.failures += event.type == EventType.EXECUTION_FAILED
        tally.credits += row["credits_used"]
        if row["status"] in FINAL_EXECUTIONS and row["started_at"] is not None:
            tally.durations = with_one(tally.durations, event.at - row["started_at"])
        if tally.latest == row["id"]:
            tally.status = row["status"]
        self._tallies[key] = tally

    def _charge(self, event: EventRecord, row: Row) -> None:
        amount = row["credits_used"]
        if not amount:
            return
        self.charges[row["id"]] = amount
        for turn in self._around(row["path"]):
            self._change_iteration(event, turn, credits_used=turn["credits_used"] + amount)

    # -- iterations

    def _take_iteration(self, event: EventRecord) -> None:
        data, before = event.data, self.iterations.get(event.subject_id)
        if before is None:
            before = {"run_id": event.run_id, **_columns(data, _ITERATION_NAMES)}
            self._iteration_of[data["path"]] = event.subject_id
        self.iterations[event.subject_id] = {
            **before,
            "seq": event.seq,
            **_columns(data, _ITERATION_SET),
        }

    # -- research

    def _take_step(self, event: EventRecord) -> None:
        step = self.steps[event.subject_id] = _whole(event, _STEP)
        question = self.questions[step["question_id"]]
        if question["status"] == QuestionStatus.PENDING:
            begun = {"status": QuestionStatus.RUNNING.value, "seq": event.seq}
            self.questions[question["id"]] = {**question, **begun}

    # -- scopes

    def _enter(self, event: EventRecord, path: str) -> None:
        for turn in self._around(path):
            if turn["status"] == IterationStatus.PENDING:
                self._change_iteration(event, turn, status=IterationStatus.RUNNING.value, started_at=event.at)

    def _around(self, path: str) -> Iterator[Row]:
        for scope in enclosing(path):
            if scope != TOP:
                yield self.iterations[self._iteration_of[scope]]

    def _change_iteration(self, event: EventRecord, turn: Row, **changes: Any) -> None:
        self.iterations[turn["id"]] = {**turn, **changes, "seq": event.seq}


def _whole(event: EventRecord, names: Mapping[str, str]) -> Row:
    """Give the row of what an event tells all of."""
    return {"run_id": event.run_id, "seq": event.seq, **_columns(event.data, names)}


def _columns(data: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {column: _value(column, data.get(name)) for name, column in names.items()}


def _value(column: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if column in _TIMES and value is not None else value


def _line(event: EventRecord) -> Row:
    data = event.data
    return {
        "execution_id": event.subject_id,
        "seq": event.seq,
        "run_id": event.run_id,
        "at": event.at,
        "level": data["level"],
        "message": data["message"],
    }
