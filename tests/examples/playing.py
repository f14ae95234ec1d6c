"""Starts runs of the examples and looks at them."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import pytest
from sqlalchemy import select, update

from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.rows import EVENT, EXECUTION, ITERATION, RECORD, RUN, WORKFLOW
from db.times import text_of
from engine.ports import HttpRequest, HttpResponse
from tests.workers.harness import FakeHttp, Harness, check_invariants
from workers.ports.records import RecordsPort

on_both_databases = pytest.mark.parametrize("database_kind", ["sqlite", "postgres"], indirect=True)

LIFE = {"RunQueued": 1, "RunStarted": 1, "RunCompleted": 1}
"""The events that every run has which completes without a wait."""


def of_executions(count: int) -> dict[str, int]:
    """The events of so many executions that each began once and completed."""
    return {f"ActivityExecution{what}": count for what in ("Pending", "Started", "Completed")}


def of_iterations(count: int) -> dict[str, int]:
    """The events of so many iterations that completed."""
    return {f"LoopIteration{what}": count for what in ("Started", "Completed")}


class Ran:
    """A run as the tables hold it."""

    def __init__(self, harness: Harness, run_id: str) -> None:
        self.id, self._harness = run_id, harness
        check_invariants(harness, run_id)
        with harness.database.read() as session:
            self.row = session.execute(select(RUN).where(RUN.c.id == run_id)).one()
            of_run = select(EXECUTION).where(EXECUTION.c.run_id == run_id)
            self.executions = session.execute(of_run.order_by(EXECUTION.c.created_seq)).all()
            self.iterations = session.execute(select(ITERATION).where(ITERATION.c.run_id == run_id)).all()

    @property
    def ended(self) -> tuple[str, int]:
        """Its status and its credits."""
        return self.row.status, self.row.credits_used

    @cached_property
    def executed(self) -> dict[str, int]:
        """How often each activity executed."""
        return dict(Counter(one.key for one in self.executions))

    @cached_property
    def skipped(self) -> dict[str, str]:
        """What was never executed, and why."""
        return {key: because for key, because in self.row.state["skips"].items() if key not in self.executed}

    @cached_property
    def charged(self) -> dict[str, int]:
        """What the executions of each activity cost; those that cost nothing are left out."""
        found: Counter[str] = Counter()
        for one in self.executions:
            found[one.key] += one.credits_used
        return {key: amount for key, amount in found.items() if amount}

    @cached_property
    def events(self) -> dict[str, int]:
        """How many events of each type it has."""
        with self._harness.database.read() as session:
            types = session.scalars(select(EVENT.c.type).where(EVENT.c.run_id == self.id)).all()
        return dict(Counter(types))

    def one(self, key: str, path: str = "") -> Any:
        """The execution of an activity in a scope."""
        return next(one for one in self.executions if (one.key, one.path) == (key, path))

    def outputs(self, key: str, path: str = "") -> Any:
        """What an activity gave."""
        return self.one(key, path).outputs


class Play:
    """Runs examples, each as the demo publishes it."""

    def __init__(
        self, database: Database, answer: Callable[[HttpRequest], HttpResponse] | None = None
    ) -> None:
        self.database, self.http = database, FakeHttp(answer)
        self.harness = Harness(database, http=self.http, records=RecordsPort(database, DEFAULT_WORKSPACE))

    def answering(self, answer: Callable[[HttpRequest], HttpResponse]) -> "Play":
        """The same world, in which requests are answered so."""
        return Play(self.database, answer)

    def run(self, name: str, payload: Mapping[str, Any] | None = None) -> Ran:
        """Start a run of an example and work until nothing is ready any more."""
        with self.database.read() as session:
            workflow_id = session.execute(select(WORKFLOW.c.id).where(WORKFLOW.c.name == name)).scalar_one()
        run_id = self.harness.begin(workflow_id, payload or {}).run.id
        self.harness.work()
        return Ran(self.harness, run_id)

    def go_on(self, ran: Ran) -> Ran:
        """Let the time of all that waits in a run have come, and work on."""
        past = text_of(datetime.now(UTC) - timedelta(seconds=1))
        state = ran.row.state
        for scope in state["scopes"].values():
            for live in scope["live"].values():
                if live.get("due_at"):
                    live["due_at"] = past
                    self.harness.hints.append((ran.id, live["id"]))
        with self.database.write() as session:
            session.execute(update(RUN).where(RUN.c.id == ran.id).values(state=state))
        self.harness.work()
        return Ran(self.harness, ran.id)

    def records(self, object_name: str) -> list[dict[str, Any]]:
        """The values of all records of an object, oldest first."""
        query = select(RECORD.c["values"]).where(RECORD.c.object == object_name).order_by(RECORD.c.id)
        with self.database.read() as session:
            return list(session.scalars(query))

    def company(self, symbol: str) -> dict[str, Any]:
        """The values of a company."""
        return next(one for one in self.records("companies") if one["symbol"] == symbol)
