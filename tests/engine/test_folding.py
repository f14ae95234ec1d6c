"""Folding the log of any run gives what its decisions said, whatever happened to it; at any seq, and copied at any seq."""

import random
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.event_record import EventRecord
from engine.events import Event
from engine.folding import Picture
from tests.engine.random_workflows import workflows
from tests.engine.simulation import Simulation, activity, edge, workflow
from tests.engine.test_random_runs import run_to_the_end

EXECUTION = {
    "id": "id", "key": "key", "type": "type", "name": "name", "path": "path", "iterationId": "iteration_id",
    "status": "status", "seq": "seq", "createdSeq": "created_seq", "attempt": "attempt", "attempts": "attempts",
    "inputs": "inputs", "outputs": "outputs", "result": "result", "error": "error", "exit": "exit",
    "startedAt": "started_at", "attemptStartedAt": "attempt_started_at", "endedAt": "ended_at",
}  # fmt: skip
ITERATION = {
    "id": "id", "loopId": "loop_id", "path": "path", "index": "index", "total": "total", "item": "item",
    "status": "status", "seq": "seq", "creditsUsed": "credits_used", "startedAt": "started_at",
    "endedAt": "ended_at", "collected": "collected",
}  # fmt: skip


def record(event: Event) -> EventRecord:
    return EventRecord(
        run_id="run_1",
        seq=event.seq,
        at=datetime.fromisoformat(event.at),
        type=event.type,
        subject=event.subject,
        subject_id=event.subject_id,
        data=event.data,
        header=event.header,
    )


def folded(run: Simulation) -> Picture:
    picture = Picture()
    for event in run.events:
        picture.take(record(event))
    return picture


def shown(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    found = {column: row.get(name) for name, column in names.items()}
    times = {name: value for name, value in found.items() if name.endswith("_at") and value is not None}
    return found | {name: datetime.fromisoformat(value) for name, value in times.items()}


@settings(max_examples=300, deadline=None)
@given(workflows(), st.integers(0, 2**32), st.sampled_from([0.0, 0.1, 0.4]), st.none() | st.integers(0, 12))
def test_folding_a_log_gives_the_rows_and_the_counts_of_its_run(
    definition: dict[str, Any], seed: int, failures: float, cancel_at: int | None
) -> None:
    run = Simulation(definition)
    run_to_the_end(run, random.Random(seed), failures=failures, lost=failures / 2, cancel_at=cancel_at)
    picture = folded(run)
    assert picture.run == {
        "id": "run_1",
        "last_seq": run.state.seq,
        "trigger": run.trigger,
        "tariff": "classic",
        "queued_at": datetime.fromisoformat(run.events[0].at),
        "status": run.state.status,
        "credits_used": run.state.credits_used,
        "started_at": run.state.started_at and datetime.fromisoformat(run.state.started_at),
        "ended_at": run.state.ended_at and datetime.fromisoformat(run.state.ended_at),
        "error": run.state.error,
        "failed_execution_id": run.state.failed_execution_id,
        "cancellation": run.state.cancellation,
    }
    kept = run.state.kept()
    for name in ("tallies", "edges", "skips", "failedActivity"):
        assert picture.state[name] == kept[name], name
    assert picture.charges == run.charges
    assert set(picture.executions) == set(run.executions)
    for one, row in run.executions.items():
        found = dict(picture.executions[one])
        assert found["credits_used"] == row.get("creditsUsed", 0)
        assert {name: found[name] for name in EXECUTION.values()} == shown(row, EXECUTION)
    assert set(picture.iterations) == set(run.iterations)
    for one, row in run.iterations.items():
        turn = picture.iterations[one]
        assert {name: turn[name] for name in ITERATION.values()} == shown(row, ITERATION)


@settings(max_examples=50, deadline=None)
@given(workflows(), st.integers(0, 2**32), st.floats(0, 1))
def test_a_copy_stays_as_it_is_while_its_original_goes_on(
    definition: dict[str, Any], seed: int, place: float
) -> None:
    run = Simulation(definition)
    run_to_the_end(run, random.Random(seed), failures=0.2)
    stop = max(1, round(place * len(run.events)))
    alone, gone_on = Picture(), Picture()
    for event in run.events[:stop]:
        alone.take(record(event))
        gone_on.take(record(event))
    copy = gone_on.copy()
    for event in run.events[stop:]:
        gone_on.take(record(event))
    assert vars(copy) == vars(alone)
    assert vars(gone_on) == vars(folded(run))


def test_only_the_next_event_is_taken() -> None:
    run = Simulation(workflow([activity("a")], [edge("trigger", "a")]))
    run.begin()
    picture = Picture()
    picture.take(record(run.events[0]))
    with pytest.raises(ValueError, match=r"after event 1 of run run_1 comes no event 1"):
        picture.take(record(run.events[0]))
