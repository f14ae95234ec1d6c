"""Pruning on real runs: they go whole, what they added up to stays, and whoever is stopped goes on."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import UniqueConstraint, func, select, update

from db import pruning
from db.cancel import cancel_run
from db.credits import balance
from db.database import Database
from db.evaluations import KEPT
from db.folding import fold_credits, fold_runs
from db.grains import Grain, Window
from db.ids import DEFAULT_WORKSPACE
from db.late_results import keep_late_result
from db.pruning import Pruned, count_prunable, hanging_tables, prune
from db.rows import EXECUTION, PRUNED_RUN, RUN, RUN_DELTA
from db.runs import get_run
from db.stats import activity_stats, stats_over_time, workflow_stats
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import TERMS, USER, Harness

LONG_AGO = timedelta(days=100)
DEFINITION = workflow(
    [
        activity("each", "loop", items="{{ trigger.payload.items }}", onFailure="continue", name="Each"),
        activity("work", parent="each", expression="10 / loop.item", name="Work"),
        activity("pause", "delay", amount=1, unit="hours", name="Pause"),
    ],
    [edge("trigger", "each"), edge("each", "work", "each"), edge("trigger", "pause")],
)


@pytest.fixture
def harness(database_url: str) -> Iterator[Harness]:
    database = Database(database_url)
    yield Harness(database)
    database.dispose()


def ended(harness: Harness, workflow_id: str, *, ago: timedelta = LONG_AGO, key: str | None = None) -> str:
    """A run that was canceled so long ago, with a loop, a log line and a late result."""
    run_id = harness.begin(workflow_id, {"items": [1, 2, 0]}, key=key).run.id
    harness.work()
    cancel_run(harness.database, DEFAULT_WORKSPACE, run_id, USER)
    execution_id = harness.query("SELECT id FROM activity_execution WHERE run_id = :id", id=run_id)[0].id
    late = {"execution_id": execution_id, "attempt": 1, "worker": "a", "status": "FAILED"}
    assert keep_late_result(harness.database, run_id, late)
    back_date(harness, run_id, harness.database.now() - ago)
    return run_id


def back_date(harness: Harness, run_id: str, moment: datetime) -> None:
    with harness.database.write() as session:
        times = {"queued_at": moment, "started_at": moment, "ended_at": moment}
        session.execute(update(RUN).where(RUN.c.id == run_id).values(times))


def left_of(harness: Harness, run_id: str) -> dict[str, int]:
    """What the tables still hold of a run."""
    found = {}
    with harness.database.read() as session:
        for table in hanging_tables():
            query = select(func.count()).select_from(table).where(table.c.run_id == run_id)
            found[table.name] = session.scalar(query) or 0
    return {name: count for name, count in found.items() if count}


def before(harness: Harness, age: timedelta = timedelta(days=90)) -> datetime:
    return harness.database.now() - age


def test_old_runs_go_with_all_that_hangs_on_them_and_no_other(harness: Harness) -> None:
    workflow_id = harness.publish(DEFINITION)
    old = [ended(harness, workflow_id) for _ in range(3)]
    young = ended(harness, workflow_id, ago=timedelta(days=1))
    under_way = harness.begin(workflow_id, {"items": [1]}).run.id
    harness.work()
    kept = {run_id: left_of(harness, run_id) for run_id in (young, under_way)}
    counted = count_prunable(harness.database, before(harness))
    assert counted.runs == 3 and counted.rows["run_event"] == 3 * harness.row(old[0]).last_seq
    assert set(left_of(harness, old[0])) >= {
        "run_event", "activity_execution", "loop_iteration", "loop_item", "credit_entry", "late_result",
    }  # fmt: skip

    *_, done = prune(harness.database, before(harness))

    assert done == Pruned(runs=3, rows=sum(counted.rows.values()))
    assert all(get_run(harness.database, DEFAULT_WORKSPACE, run_id) is None for run_id in old)
    assert all(left_of(harness, run_id) == {} for run_id in old)
    assert {run_id: left_of(harness, run_id) for run_id in kept} == kept
    assert count_prunable(harness.database, before(harness)).runs == 0
    assert list(prune(harness.database, before(harness))) == []


def test_statistics_and_credits_stay_what_they_were(harness: Harness) -> None:
    workflow_id = harness.publish(DEFINITION)
    for _ in range(2):
        ended(harness, workflow_id)
    recent = ended(harness, workflow_id, ago=timedelta(0))
    within = Window(before(harness, timedelta(days=365)), harness.database.now() + timedelta(days=1))

    def numbers() -> tuple[object, ...]:
        database, ids = harness.database, [workflow_id]
        return (
            workflow_stats(database, DEFAULT_WORKSPACE, ids, within),
            activity_stats(database, DEFAULT_WORKSPACE, ids, within),
            stats_over_time(database, DEFAULT_WORKSPACE, ids, within, Grain.DAY),
            balance(database, DEFAULT_WORKSPACE, terms=TERMS).used,
        )

    then = numbers()
    assert then[3] == 3 * harness.row(recent).credits_used > 0

    list(prune(harness.database, before(harness)))

    assert numbers() == then
    fold_runs(harness.database)
    fold_credits(harness.database)
    assert numbers() == then


def test_activities_keep_their_names_when_no_execution_of_them_is_left(harness: Harness) -> None:
    workflow_id = harness.publish(DEFINITION)
    ended(harness, workflow_id)
    within = Window(before(harness, timedelta(days=365)), harness.database.now())

    list(prune(harness.database, before(harness)))

    with harness.database.read() as session:
        assert session.scalar(select(func.count()).select_from(EXECUTION)) == 0
    found = activity_stats(harness.database, DEFAULT_WORKSPACE, [workflow_id], within)[workflow_id]
    assert [(one.key, one.name) for one in found] == [("each", "Each"), ("pause", "Pause"), ("work", "Work")]


def test_whoever_is_stopped_goes_on_and_half_a_run_is_never_seen(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "_RUNS", 2)
    monkeypatch.setattr(pruning, "_ROWS", 3)
    workflow_id = harness.publish(DEFINITION)
    old = [ended(harness, workflow_id) for _ in range(3)]
    counted = count_prunable(harness.database, before(harness))

    stopped = prune(harness.database, before(harness))
    first = next(stopped)
    stopped.close()

    assert first == Pruned(runs=0, rows=3), "a transaction is small"
    seen = [get_run(harness.database, DEFAULT_WORKSPACE, run_id) is not None for run_id in old]
    assert seen == [False, False, True] and left_of(harness, old[0])
    half = count_prunable(harness.database, before(harness))
    assert (half.runs, sum(half.rows.values())) == (3, sum(counted.rows.values()) - 3)

    *_, done = prune(harness.database, before(harness))

    assert done == Pruned(runs=3, rows=sum(counted.rows.values()) - 3)
    assert all(left_of(harness, run_id) == {} for run_id in old)
    with harness.database.read() as session:
        assert session.scalars(select(PRUNED_RUN.c.run_id)).all() == []


def test_a_key_that_still_counts_keeps_its_run(harness: Harness) -> None:
    workflow_id = harness.publish(DEFINITION)
    keyed = ended(harness, workflow_id, ago=KEPT - timedelta(days=1), key="once")
    plain = ended(harness, workflow_id, ago=KEPT - timedelta(days=1))
    long_ago = ended(harness, workflow_id, ago=KEPT + timedelta(days=1), key="long ago")

    list(prune(harness.database, before(harness, timedelta(days=7))))

    there = [
        get_run(harness.database, DEFAULT_WORKSPACE, one) is not None for one in (keyed, plain, long_ago)
    ]
    assert there == [True, False, False]
    assert harness.begin(workflow_id, {"items": [1, 2, 0]}, key="once").run.id == keyed


def test_a_run_that_cannot_be_counted_now_stays(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = ended(harness, harness.publish(DEFINITION))
    monkeypatch.setattr(pruning, "fold_runs", lambda database: 0)  # another process folds at this moment

    assert list(prune(harness.database, before(harness))) == []

    assert get_run(harness.database, DEFAULT_WORKSPACE, run_id) is not None
    with harness.database.read() as session:
        assert session.scalars(select(RUN_DELTA.c.run_id)).all() == [run_id]


def test_every_table_that_holds_parts_of_runs_finds_them_by_an_index() -> None:
    names = {table.name for table in hanging_tables()}
    assert {
        "run_event",
        "activity_execution",
        "loop_iteration",
        "loop_item",
        "log_line",
        "credit_entry",
    } <= names
    for table in hanging_tables():
        keys = [table.primary_key.columns, *(index.columns for index in table.indexes)]
        keys += [one.columns for one in table.constraints if isinstance(one, UniqueConstraint)]
        firsts = [next(iter(columns)).name for columns in keys]
        assert "run_id" in firsts, f"{table.name} is searched through for each pruned run"
