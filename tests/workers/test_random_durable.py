"""500 random workflows through the real chain and both databases: what the graph says, and whatever may happen to it."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from db.database import Database
from tests.engine.judge import judge
from tests.engine.random_workflows import expected, workflows
from tests.workers.harness import Harness, check_invariants
from tests.workers.outcomes import outcome, with_outcomes
from tests.workers.run_machine import RunMachine, ended

QUICK, SOAK = 125, 5000
"""Each of two tests on each of two databases."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.dispose()


def check_graph(database: Database, examples: int) -> None:
    """Run random workflows without failures; exactly what the interpreter says is executed."""

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(definition=workflows(), seed=st.integers(0, 2**32))
    def check(definition: dict[str, Any], seed: int) -> None:
        definition = with_outcomes(definition, seed, failures=0.0)
        harness = Harness(database)
        run_id = harness.begin(harness.publish(definition)).run.id
        harness.work(random.Random(seed))
        assert harness.row(run_id).status == "COMPLETED"
        rows = harness.query("SELECT path, key, exit FROM activity_execution WHERE run_id = :id", id=run_id)
        assert {(row.path, row.key): str(row.exit) for row in rows} == expected(definition, outcome)
        check_invariants(harness, run_id)
        judge(ended(harness, run_id, definition))

    check()


def check_trouble(database: Database, examples: int) -> None:
    """Let hypothesis choose what happens to runs of random workflows."""
    machine = type("OnThisDatabase", (RunMachine,), {"database": database})
    quiet = settings(
        max_examples=examples, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(machine, settings=quiet)


def test_what_is_executed_is_what_the_graph_says(database: Database) -> None:
    check_graph(database, QUICK)


def test_whatever_happens_every_run_ends_as_the_rules_say(database: Database) -> None:
    check_trouble(database, QUICK)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_random_workflows_by_the_thousand_execute_what_the_graph_says(database: Database) -> None:
    check_graph(database, SOAK)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_random_workflows_by_the_thousand_end_as_the_rules_say(database: Database) -> None:
    check_trouble(database, SOAK)
