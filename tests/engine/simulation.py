"""A run of the engine alone: every decision is folded into rows by the test's own hand, and checked as it is made."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.commands import BeginRun, Command, StartExecution
from engine.decide import decide, decide_in_order
from engine.decision import Answer, Claim, Decision, Given
from engine.definition import Definition
from engine.reading import read_definition
from engine.state import RunState
from engine.status import FINAL_EXECUTIONS, FINAL_ITERATIONS, FINAL_RUNS, RunStatus

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
A_DECISION = timedelta(seconds=1)
USER = {"kind": "USER", "id": None, "name": "somebody"}


class Simulation:
    """Holds what a database would: the state, the log, and the rows folded from it; implements `Values`."""

    def __init__(self, definition: Mapping[str, Any] | Definition, payload: Any = None) -> None:
        self.definition = definition if isinstance(definition, Definition) else read_definition(definition)
        self.trigger = {
            "type": "MANUAL",
            "payload": payload or {},
            "actor": USER,
            "firedAt": "2026-11-22T09:00:00Z",
        }
        self.workflow = {"id": "wf_1", "name": "Test"}
        self.state = RunState(run_id="run_1", tariff="classic")
        self.events: list[Any] = []
        self.executions: dict[str, dict[str, Any]] = {}
        self.iterations: dict[str, dict[str, Any]] = {}
        self.items: dict[str, list[Any]] = {}
        self.charges: dict[str, int] = {}
        self.now = START
        self._claims = 0
        self._ids: Counter[str] = Counter()

    def _new_id(self, prefix: str) -> str:
        self._ids[prefix] += 1
        return f"{prefix}_{self._ids[prefix]}"

    # -- Values

    def outcome(self, path: str, key: str) -> Mapping[str, Any] | None:
        for row in self.executions.values():
            if row["path"] == path and row["key"] == key and row["status"] in ("COMPLETED", "FAILED"):
                return row["outputs"] if row["status"] == "COMPLETED" else {"error": row["error"]}
        return None

    def item(self, loop_id: str, index: int) -> Any:
        return self.items[loop_id][index - 1]

    def collected(self, loop_id: str) -> Mapping[int, Any]:
        return {
            row["index"]: row.get("collected")
            for row in self.iterations.values()
            if row["loopId"] == loop_id and row["status"] in FINAL_ITERATIONS
        }

    # -- deciding

    def do(self, command: Command, *, keep: bool = False, jitter: float = 0.0) -> Decision:
        """Decide, check what must hold of every decision, and fold it."""
        self.now += A_DECISION
        before = self.state.kept(), self.state.seq
        given = self.given(keep=keep, jitter=jitter)
        decision = decide(self.definition, self.state, command, given)
        assert (self.state.kept(), self.state.seq) == before, "a decision left its input as it was"
        self._fold(decision)
        return decision

    def do_in_order(self, asked: Sequence[tuple[Command, bool]]) -> tuple[Decision, list[Answer]]:
        """Decide several commands at once, each with whether its worker goes on, and fold what they come to."""
        self.now += A_DECISION
        before = self.state.kept(), self.state.seq
        decision, answers = decide_in_order(
            self.definition, self.state, [(command, self.given(keep=keep)) for command, keep in asked]
        )
        assert (self.state.kept(), self.state.seq) == before, "a decision left its input as it was"
        self._fold(decision)
        return decision, answers

    def given(self, *, keep: bool, jitter: float = 0.0) -> Given:
        """Give what a decision made now may use."""
        self._claims += 1
        claim = Claim(token=f"token{self._claims}", worker="worker-1") if keep else None
        return Given(
            now=self.now,
            new_id=self._new_id,
            values=self,
            jitter=jitter,
            claim=claim,
        )

    def begin(self) -> Decision:
        return self.do(BeginRun(trigger=self.trigger))

    def start(self, key: str, path: str = "") -> Decision:
        return self.do(StartExecution(path=path, key=key), keep=True)

    def _fold(self, decision: Decision) -> None:
        assert [event.seq for event in decision.events] == list(
            range(decision.expected_seq + 1, decision.state.seq + 1)
        )
        for place, rows in ((self.executions, decision.executions), (self.iterations, decision.iterations)):
            final = FINAL_EXECUTIONS if place is self.executions else FINAL_ITERATIONS
            for row_id, row in rows.items():
                known = place.setdefault(row_id, {})
                assert known.get("status") not in final, f"a final row never changes: {known} {row}"
                known.setdefault("outputs", None)
                known.update({"error": None, "exit": None, "result": None, "dueAt": None, "creditsUsed": 0})
                known.update(row)
        for loop_id, items in decision.items.items():
            assert loop_id not in self.items
            self.items[loop_id] = items
        for execution_id, amount in decision.charges.items():
            assert execution_id not in self.charges, "an execution is charged once"
            self.charges[execution_id] = amount
        self.events += decision.events
        self.state = RunState(run_id="run_1", tariff="classic")
        for name in (
            "status",
            "seq",
            "credits_used",
            "started_at",
            "ended_at",
            "error",
            "failed_execution_id",
            "cancellation",
        ):
            setattr(self.state, name, getattr(decision.state, name))
        self.state.restore(decision.state.kept())
        assert self.state.credits_used == sum(self.charges.values())
        assert self.state.credits_used == sum(row.get("creditsUsed", 0) for row in self.executions.values())

    # -- looking

    def types(self) -> list[str]:
        return [event.type.value for event in self.events]

    def row(self, key: str, path: str = "") -> dict[str, Any]:
        return next(row for row in self.executions.values() if (row["key"], row["path"]) == (key, path))

    def statuses(self, path: str = "") -> dict[str, str]:
        return {row["key"]: row["status"] for row in self.executions.values() if row["path"] == path}

    def status(self) -> RunStatus:
        return self.state.status

    @property
    def final(self) -> bool:
        return self.state.status in FINAL_RUNS


def activity(key: str, kind: str = "formula", parent: str | None = None, **config: Any) -> dict[str, Any]:
    """Write an activity as a definition holds it."""
    defaults: dict[str, dict[str, Any]] = {
        "formula": {"expression": "1"},
        "if_else": {"match": "all", "conditions": [{"left": "{{ 1 }}", "operator": "equals", "right": 1}]},
        "filter": {"match": "all", "conditions": [{"left": "{{ 1 }}", "operator": "equals", "right": 1}]},
        "switch": {
            "cases": [
                {
                    "exit": exit_name,
                    "match": "all",
                    "conditions": [{"left": "{{ 1 }}", "operator": "equals", "right": 1}],
                }
                for exit_name in ("a", "b")
            ]
        },
        "loop": {"items": [1, 2, 3]},
        "delay": {"amount": 1, "unit": "hours"},
    }
    retry = config.pop("retry", None)
    return {
        "key": key,
        "type": kind,
        "name": config.pop("name", key.title()),
        "config": config or defaults[kind],
        **({"parent": parent} if parent else {}),
        **({"retry": retry} if retry else {}),
    }


def edge(source: str, target: str, exit_name: str = "next") -> dict[str, str]:
    """Write an edge as a definition holds it."""
    return {"from": source, "exit": exit_name, "to": target}


def workflow(activities: list[dict[str, Any]], edges: list[dict[str, str]]) -> dict[str, Any]:
    """Write a definition with a manual trigger."""
    return {"trigger": {"type": "MANUAL"}, "activities": activities, "edges": edges}
