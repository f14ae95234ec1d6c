"""The tallies of a run hold how long its executions took, as the rows do, and stay small."""

import random
from collections import defaultdict
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.commands import CompleteExecution, StartExecution
from engine.histogram import with_one
from engine.status import FINAL_EXECUTIONS
from tests.engine.random_workflows import workflows
from tests.engine.simulation import Simulation, activity, edge, workflow
from tests.engine.test_random_runs import run_to_the_end


@settings(max_examples=100, deadline=None)
@given(workflows(), st.integers(0, 2**32), st.none() | st.integers(0, 12))
def test_the_tallies_hold_how_long_each_ended_execution_took(
    definition: dict[str, Any], seed: int, cancel_at: int | None
) -> None:
    run = Simulation(definition)
    run_to_the_end(run, random.Random(seed), failures=0.1, lost=0.1, cancel_at=cancel_at)
    expected: dict[str, dict[str, int]] = defaultdict(dict)
    for row in run.executions.values():
        assert row["status"] in FINAL_EXECUTIONS
        if row.get("startedAt") is not None:
            took = datetime.fromisoformat(row["endedAt"]) - datetime.fromisoformat(row["startedAt"])
            expected[row["key"]] = with_one(expected[row["key"]], took)
    assert {key: tally.durations for key, tally in run.state.tallies.items() if tally.durations} == expected


def test_a_loop_of_many_items_keeps_a_small_tally() -> None:
    body = [activity("each", "loop", items=list(range(300))), activity("work", parent="each")]
    run = Simulation(workflow(body, [edge("trigger", "each"), edge("each", "work", "each")]))
    run.begin()
    run.do(StartExecution(path="", key="each"), keep=True)
    while not run.final:
        ((path, live),) = run.state.leaves()
        if live.token is None:
            run.start("work", path)
        run.do(CompleteExecution(path=path, key="work", outputs={"value": 1}, exit="next"), keep=True)
    assert run.state.tallies["work"].executions == 300
    assert len(run.state.tallies["work"].durations) <= 2
