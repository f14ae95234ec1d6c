"""Random workflows through the real chain and the real databases, with doubled hints, lost hints, crashes and cancels."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from db.cancel import cancel_run
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.recovery import lose_attempt
from db.writing import RunWrite
from tests.engine.random_workflows import expected, workflows
from tests.workers.harness import USER, Harness, check_invariants

EXAMPLES = 125
"""Each of two tests on each of two databases: 500 random workflows."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.dispose()


def with_outcomes(definition: dict[str, Any], seed: int, failures: float) -> dict[str, Any]:
    """Let each activity decide by its own key alone: the same in every iteration, and known to the interpreter."""
    made = []
    for given_one in definition["activities"]:
        one = dict(given_one)
        choose = random.Random(f"{seed}{one['key']}")
        if one["type"] == "delay":
            one["type"], one["config"] = "formula", {"expression": "1"}
        if one["type"] == "formula" and choose.random() < failures:
            one["config"] = {"expression": "1 / 0"}
        if one["type"] in ("if_else", "filter"):
            one["config"] = {
                "match": "all",
                "conditions": [
                    {"left": f"{{{{ {choose.randint(0, 1)} }}}}", "operator": "equals", "right": 1}
                ],
            }
        made.append(one)
    return {**definition, "activities": made}


def outcome(path: str, one: dict[str, Any]) -> str | None:
    if one["type"] in ("if_else", "filter"):
        holds = one["config"]["conditions"][0]["left"] == "{{ 1 }}"
        return ("true" if holds else "false") if one["type"] == "if_else" else ("next" if holds else None)
    return "next"


class Crash(BaseException):
    """The worker dies here."""


class Trouble:
    """Doubles and loses hints, and kills the worker around its commits; then does what a sweep does."""

    def __init__(self, harness: Harness, choose: random.Random) -> None:
        self.harness, self.choose = harness, choose
        harness.before_write = harness.after_write = self.crash

    def crash(self, writes: Sequence[RunWrite]) -> None:
        if self.choose.random() < 0.05:
            raise Crash

    def work(self, run_id: str) -> None:
        for _ in range(400):
            if self.harness.row(run_id).ended_at is not None:
                return
            self.sweep(run_id)
            while self.harness.hints:
                hint = self.harness.hints.popleft()
                if self.choose.random() < 0.1:
                    continue
                if self.choose.random() < 0.1:
                    self.harness.hints.append(hint)
                try:
                    self.harness.chain.perform(*hint)
                except Crash:
                    self.harness.leases.held.clear()
        raise AssertionError("the run did not end")

    def sweep(self, run_id: str) -> None:
        """Find what no hint announced, and attempts whose worker is dead."""
        rows = self.harness.query(
            "SELECT id, status, token FROM activity_execution WHERE run_id = :id AND status IN ('PENDING', 'RUNNING')",
            id=run_id,
        )
        for row in rows:
            if row.status == "RUNNING" and row.token is not None:
                recovered = lose_attempt(self.harness.database, run_id, row.id, row.token)
                if recovered is not None:
                    self.harness.published += recovered.events
                    self.harness.hints.extend(recovered.pending)
            elif row.status == "PENDING":
                self.harness.hints.append((run_id, row.id))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(definition=workflows(), seed=st.integers(0, 2**32))
def test_what_is_executed_is_what_the_graph_says(
    database: Database, definition: dict[str, Any], seed: int
) -> None:
    definition = with_outcomes(definition, seed, failures=0.0)
    harness = Harness(database)
    run_id = harness.begin(harness.publish(definition)).run.id
    harness.work(random.Random(seed))
    assert harness.row(run_id).status == "COMPLETED"
    rows = harness.query("SELECT path, key, exit FROM activity_execution WHERE run_id = :id", id=run_id)
    assert {(row.path, row.key): str(row.exit) for row in rows} == expected(definition, outcome)
    check_invariants(harness, run_id)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(definition=workflows(), seed=st.integers(0, 2**32), canceled=st.booleans())
def test_under_crashes_lost_hints_and_cancels_every_run_ends_and_counts_right(
    database: Database, definition: dict[str, Any], seed: int, canceled: bool
) -> None:
    choose = random.Random(seed)
    harness = Harness(database)
    run_id = harness.begin(harness.publish(with_outcomes(definition, seed, failures=0.15))).run.id
    trouble = Trouble(harness, choose)
    if canceled and harness.hints:
        try:
            harness.chain.perform(*harness.hints.popleft())
        except Crash:
            harness.leases.held.clear()
        receipt = cancel_run(database, DEFAULT_WORKSPACE, run_id, USER)
        assert receipt is not None
    trouble.work(run_id)
    types = harness.types(run_id)
    if "RunCancelRequested" in types:
        after = types[types.index("RunCancelRequested") :]
        assert "ActivityExecutionStarted" not in after and types[-1] == "RunCanceled"
    harness.published = [*_all_events(database, run_id)]
    check_invariants(harness, run_id)
    left = harness.query(
        "SELECT id FROM activity_execution WHERE run_id = :id AND status NOT IN ('COMPLETED', 'FAILED', 'CANCELED')",
        id=run_id,
    )
    assert left == []


def _all_events(database: Database, run_id: str) -> list[Any]:
    with database.read() as session:
        return list(
            session.execute(
                text("SELECT run_id, seq FROM run_event WHERE run_id = :id"), {"id": run_id}
            ).all()
        )
