"""One decision in the making: the state as it changes, the events that say so, and the rows that follow from them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.decision import Decision, Given, Values
from engine.definition import Definition
from engine.events import Event, EventType, Subject
from engine.histogram import with_one
from engine.names import Known, names_in
from engine.state import LiveExecution, RunState, Scope, Tally, enclosing
from engine.status import FINAL_EXECUTIONS, ExecutionStatus, IterationStatus, RunStatus
from engine.values import JsonValue, format_time


class Turn:
    """Holds what a decision works on. Every change of the run goes through one of its methods, each of which emits one event."""

    def __init__(self, definition: Definition, state: RunState, given: Given) -> None:
        self.definition, self.given, self.state = definition, given, state.copy()
        self.at(given.now)
        self.decision = Decision(expected_seq=state.seq, state=self.state)
        self.ready: list[tuple[str, str]] = []
        self.unsettled: list[str] = []
        self._touched: list[str] = []
        self._tallies: dict[str, Tally] = {}

    def at(self, now: datetime) -> None:
        """Go on at this time, or at the time it is, if that is later."""
        self.given = replace(self.given, now=max(now, self.given.now))
        self.now = format_time(self.given.now)

    # -- reading

    def scope(self, path: str) -> Scope:
        """Give a scope that is alive."""
        return self.state.scopes[path]

    def blocked(self, path: str) -> bool:
        """Say whether nothing may begin in a scope: the run is canceling, or the scope is ending."""
        return self.state.status is RunStatus.CANCELING or self.scope(path).stop is not None

    def names(self, path: str) -> Mapping[str, object]:
        """Give the names that an expression may use in a scope."""
        values = self.given.values
        known = Known(
            definition=self.definition,
            state=self.state,
            values=values,
            now=self.now,
            find=lambda path, key: self._outcome(values, path, key),
            item=lambda loop_id, index: self._item(values, loop_id, index),
        )
        return names_in(known, path)

    def _outcome(self, values: Values, path: str, key: str) -> Mapping[str, JsonValue] | None:
        known = self.decision.outcomes.get((path, key))
        if known is not None:
            return known
        return values.outcome(path, key) if self._has_ended(path, key) else None

    def _has_ended(self, path: str, key: str) -> bool:
        """Say whether an activity was reached in a scope and is over; of what was not there is nothing to look up."""
        scope = self.scope(path)
        if key in scope.live:
            return False
        states = [scope.edges.get(str(edge.index)) for edge in self.definition.incoming(key)]
        return None not in states and any(states)

    def item(self, loop_id: str, index: int) -> JsonValue:
        """Give an item of a Loop, counted from 1."""
        return self._item(self.given.values, loop_id, index)

    def _item(self, values: Values, loop_id: str, index: int) -> JsonValue:
        items = self.decision.items.get(loop_id)
        return items[index - 1] if items is not None else values.item(loop_id, index)

    # -- emitting

    def emit(self, kind: EventType, subject: Subject, subject_id: str, data: dict[str, Any]) -> int:
        """Append an event with the run as it is now; give its seq."""
        self.state.seq += 1
        self.decision.events.append(
            Event(
                seq=self.state.seq,
                at=self.now,
                type=kind,
                subject=subject,
                subject_id=subject_id,
                data=data,
                header=self.state.header(),
            )
        )
        return self.state.seq

    def run_event(self, kind: EventType, data: dict[str, Any] | None = None) -> None:
        """Say that the run itself changed."""
        self.emit(kind, Subject.RUN, self.state.run_id, {"status": self.state.status.value, **(data or {})})

    def identity(self, path: str, live: LiveExecution) -> dict[str, Any]:
        """Give what every event of an execution begins with."""
        activity = self.definition.by_key[live.key]
        iteration = self.scope(path).iteration
        return {
            "id": live.id,
            "key": live.key,
            "type": activity.type,
            "name": activity.name,
            "path": path,
            "iterationId": iteration["id"] if iteration else None,
            "status": live.status.value,
            "attempt": live.attempt,
        }

    def execution_event(self, kind: EventType, path: str, live: LiveExecution, data: dict[str, Any]) -> int:
        """Say that an execution changed, count it on the canvas, and keep its row."""
        self._count(live, kind)
        data = {**self.identity(path, live), **data}
        if live.attempts:
            data["attempts"] = list(live.attempts)
        seq = self.emit(kind, Subject.EXECUTION, live.id, data)
        row = self.decision.executions.setdefault(live.id, {})
        for name in _SET_BY_EACH:
            row.pop(name, None)
        row.update(data, seq=seq, token=live.token, worker=live.worker)
        row["leased"] = live.status is ExecutionStatus.RUNNING and live.token is not None
        if kind is EventType.EXECUTION_PENDING and live.attempt == 0:
            row["createdSeq"] = seq
        for one in self._touched:
            self._keep_iteration(one)
        self._touched.clear()
        return seq

    def _count(self, live: LiveExecution, kind: EventType) -> None:
        tally = self._tally(live.key)
        if kind is EventType.EXECUTION_PENDING and live.attempt == 0:
            tally.executions += 1
            tally.latest = live.id
        if kind is EventType.EXECUTION_FAILED:
            tally.failures += 1
        if live.status in FINAL_EXECUTIONS and live.started_at is not None:
            took = self.given.now - datetime.fromisoformat(live.started_at)
            tally.durations = with_one(tally.durations, took)
        if tally.latest == live.id:
            tally.status = live.status.value

    def _tally(self, key: str) -> Tally:
        """Give the tally of an activity to change: this decision's own, as the one before it keeps what it had."""
        tally = self._tallies.get(key)
        if tally is None:
            known = self.state.tallies.get(key)
            tally = self._tallies[key] = self.state.tallies[key] = (
                Tally() if known is None else replace(known)
            )
        return tally

    def finish(self, path: str, live: LiveExecution) -> None:
        """Take an execution that became final out of its scope; the scope may have ended with it."""
        if live.status not in FINAL_EXECUTIONS:
            raise ValueError(f"{live.id} is {live.status}, not final")
        del self.scope(path).live[live.key]
        self.unsettled.append(path)

    def iteration_event(self, kind: EventType, path: str, data: dict[str, Any]) -> None:
        """Say that an iteration changed, and keep its row."""
        iteration = self._iteration(path)
        data = {
            "id": iteration["id"],
            "loopId": iteration["loopId"],
            "key": iteration["key"],
            "path": path,
            "index": iteration["index"],
            "total": iteration["total"],
            "status": iteration["status"],
            "creditsUsed": iteration["creditsUsed"],
            "startedAt": iteration["startedAt"],
            **data,
        }
        seq = self.emit(kind, Subject.ITERATION, iteration["id"], data)
        self.decision.iterations.setdefault(iteration["id"], {}).update(data, seq=seq)

    def _keep_iteration(self, path: str) -> None:
        iteration = self._iteration(path)
        kept = {name: iteration[name] for name in _ITERATION_KEPT}
        self.decision.iterations.setdefault(iteration["id"], {}).update(kept, path=path, seq=self.state.seq)

    def _iteration(self, path: str) -> dict[str, Any]:
        iteration = self.scope(path).iteration
        if iteration is None:
            raise ValueError(f"{path!r} is no iteration")
        return iteration

    def charge(self, path: str, live: LiveExecution, amount: int) -> None:
        """Charge a completed execution to the run, the iterations around it and the canvas; its event follows."""
        self.state.credits_used += amount
        self._tally(live.key).credits += amount
        if self.state.cancellation is not None:
            self.state.cancellation["creditsAfterRequest"] += amount
        for one in enclosing(path):
            iteration = self.scope(one).iteration
            if iteration is not None and amount:
                iteration["creditsUsed"] += amount
                self._touched.append(one)
        if amount:
            self.decision.charges[live.id] = amount

    def enter(self, path: str) -> None:
        """Note that something started in an iteration: it and those around it are running."""
        for one in enclosing(path):
            iteration = self.scope(one).iteration
            if iteration is not None and iteration["status"] == IterationStatus.PENDING:
                iteration.update(status=IterationStatus.RUNNING.value, startedAt=self.now)
                self._touched.append(one)


_SET_BY_EACH = ("result", "error", "exit", "creditsUsed", "endedAt", "dueAt")
"""What a row holds only until the execution's next event."""

_ITERATION_KEPT = ("id", "loopId", "index", "total", "status", "creditsUsed", "startedAt")
