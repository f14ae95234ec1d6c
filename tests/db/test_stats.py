"""Statistics are exact at every moment: whatever is folded, and in the middle of folding."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, update

import db.folding
from db.database import Database
from db.folding import fold_runs
from db.grains import Grain, window
from db.ids import DEFAULT_WORKSPACE
from db.rows import RUN, RUN_DELTA, RUN_ROLLUP
from db.stats import activity_stats, stats_over_time, workflow_stats
from tests.db.filling import add_workflow, add_workspace
from tests.db.recount import MIDNIGHT, Runs, check_stats
from tests.workers.harness import Harness

ALWAYS = window(None, None)


def rows(database: Database, table: Any) -> list[Any]:
    with database.read() as session:
        return list(session.execute(table.select()).all())


def fold_all(database: Database, at_once: int = 3) -> int:
    folded = 0
    while (some := fold_runs(database, at_once=at_once)) == at_once:
        folded += some
    return folded + some


@pytest.mark.parametrize("seed", range(3))
def test_statistics_are_what_a_recount_gives_at_any_moment_between_folds(
    database: Database, seed: int
) -> None:
    choose = random.Random(seed)
    runs = Runs(Harness(database), choose)
    for _ in range(8):
        for _ in range(choose.randint(0, 5)):
            runs.make()
        if choose.random() < 0.7:
            fold_runs(database, at_once=choose.randint(1, 6))
        ends = sorted(runs.moment() for _ in range(2))
        for within in (ALWAYS, window(*ends), window(ends[0], None), window(None, ends[1])):
            check_stats(database, runs.workflow_ids, within)
    fold_all(database)
    assert rows(database, RUN_DELTA) == []
    for _ in range(5):
        check_stats(database, runs.workflow_ids, window(*sorted(runs.moment() for _ in range(2))))


def test_the_rollups_of_every_grain_hold_the_same_runs(database: Database) -> None:
    runs = Runs(Harness(database), random.Random(7), workflows=1)
    for _ in range(15):
        runs.make()
    fold_all(database)
    sums: dict[str, list[int]] = {}
    for row in rows(database, RUN_ROLLUP):
        assert Grain(row.grain).floor(row.start) == row.start
        total = sums.setdefault(row.grain, [0, 0, 0])
        total[0] += row.completed + row.failed + row.canceled
        total[1] += row.credits_used
        total[2] += sum(one["executions"] for one in row.activities.values())
    assert sums.keys() == {grain.value for grain in Grain}
    assert len({tuple(total) for total in sums.values()}) == 1


def test_in_the_middle_of_a_fold_readers_see_what_was_before_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = Runs(Harness(database), random.Random(1))
    for _ in range(6):
        runs.make()
    keep: Callable[..., None] = db.folding._keep
    looked: list[bool] = []

    def keep_and_look(*given: Any) -> None:
        keep(*given)
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(check_stats, database, runs.workflow_ids, ALWAYS).result()
        looked.append(True)

    monkeypatch.setattr(db.folding, "_keep", keep_and_look)
    assert fold_all(database) > 0
    assert looked
    check_stats(database, runs.workflow_ids, ALWAYS)


def test_a_fold_that_is_broken_off_has_changed_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = Runs(Harness(database), random.Random(2))
    for _ in range(6):
        runs.make()
    keep: Callable[..., None] = db.folding._keep

    def keep_and_die(*given: Any) -> None:
        keep(*given)
        raise RuntimeError("the power went")

    before = rows(database, RUN_DELTA)
    with monkeypatch.context() as broken, pytest.raises(RuntimeError, match="the power went"):
        broken.setattr(db.folding, "_keep", keep_and_die)
        fold_runs(database)
    assert (rows(database, RUN_DELTA), rows(database, RUN_ROLLUP)) == (before, [])
    fold_all(database)
    check_stats(database, runs.workflow_ids, ALWAYS)


def test_several_may_fold_at_once_while_runs_end_and_others_read(database: Database) -> None:
    runs = Runs(Harness(database), random.Random(3))
    for _ in range(10):
        runs.make()
    ended = len(rows(database, RUN_DELTA))
    stop, start = threading.Event(), threading.Barrier(4)

    def fold() -> int:
        start.wait()
        folded = 0
        while not stop.is_set():
            folded += fold_runs(database, at_once=2)
        return folded

    with ThreadPoolExecutor(3) as pool:
        folders = [pool.submit(fold) for _ in range(3)]
        start.wait()
        for _ in range(10):
            check_stats(database, runs.workflow_ids, ALWAYS)
        while rows(database, RUN_DELTA):
            check_stats(database, runs.workflow_ids, ALWAYS)
        stop.set()
        assert sum(one.result() for one in folders) == ended
    check_stats(database, runs.workflow_ids, ALWAYS)


def test_on_postgresql_who_finds_another_folding_does_not_wait(
    migrated_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(migrated_postgres_url)
    runs = Runs(Harness(database), random.Random(5))
    for _ in range(6):
        runs.make()
    keep: Callable[..., None] = db.folding._keep
    others: list[int] = []

    def keep_while_others_try(*given: Any) -> None:
        keep(*given)
        with ThreadPoolExecutor(1) as elsewhere:
            others.append(elsewhere.submit(fold_runs, database).result(20))

    monkeypatch.setattr(db.folding, "_keep", keep_while_others_try)
    assert fold_runs(database, at_once=1) == 1
    assert others == [0]
    database.dispose()


def test_a_run_that_ends_as_it_begins_is_counted_without_a_duration(database: Database) -> None:
    harness = Harness(database)
    workflow_id = harness.publish({"trigger": {"type": "MANUAL"}, "activities": [], "edges": []})
    harness.begin(workflow_id)
    for _ in range(2):
        found = workflow_stats(database, DEFAULT_WORKSPACE, [workflow_id], ALWAYS)[workflow_id]
        assert (found.runs, found.completed, found.duration_ms_p50) == (1, 1, None)
        assert fold_runs(database) in (0, 1)


def test_a_run_counts_in_the_day_of_the_microsecond_in_which_it_was_queued(database: Database) -> None:
    harness = Harness(database)
    workflow_id = harness.publish({"trigger": {"type": "MANUAL"}, "activities": [], "edges": []})
    days = [MIDNIGHT - timedelta(days=1), MIDNIGHT]
    for queued_at in (days[0], MIDNIGHT - timedelta(microseconds=1), MIDNIGHT):
        run_id = harness.begin(workflow_id).run.id
        with database.write() as session:
            session.execute(update(RUN).where(RUN.c.id == run_id).values(queued_at=queued_at))
    for _ in range(2):
        found = stats_over_time(database, DEFAULT_WORKSPACE, [workflow_id], ALWAYS, Grain.DAY)[workflow_id]
        assert [(one.start, one.completed) for one in found] == [(days[0], 2), (days[1], 1)]
        fold_all(database)


def test_a_workflow_without_runs_has_zeros_and_one_of_another_workspace_nothing(database: Database) -> None:
    own = add_workflow(database)
    foreign = add_workflow(database, add_workspace(database, "other"))
    asked = [own, foreign, "wf_unknown", "\x00"]
    found = workflow_stats(database, DEFAULT_WORKSPACE, asked, ALWAYS)
    assert found.keys() == {own}
    assert (found[own].runs, found[own].success_rate, found[own].duration_ms_p95) == (0, None, None)
    assert activity_stats(database, DEFAULT_WORKSPACE, asked, ALWAYS) == {own: []}
    assert stats_over_time(database, DEFAULT_WORKSPACE, asked, ALWAYS, Grain.DAY) == {own: []}
    assert workflow_stats(database, DEFAULT_WORKSPACE, [own], window(MIDNIGHT, MIDNIGHT))[own].runs == 0


def test_the_number_of_statements_is_the_same_for_any_number_of_workflows_and_runs(
    database: Database,
) -> None:
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    runs = Runs(Harness(database), random.Random(4), workflows=9)

    by_day = partial(stats_over_time, grain=Grain.DAY)

    def count(workflows: int) -> list[int]:
        asked, within = runs.workflow_ids[:workflows], window(MIDNIGHT - timedelta(days=70), MIDNIGHT)
        counts = []
        for ask in (workflow_stats, activity_stats, by_day):
            statements.clear()
            ask(database, DEFAULT_WORKSPACE, asked, within)
            counts.append(len([one for one in statements if not one.startswith("BEGIN")]))
        return counts

    few = count(1)
    for _ in range(25):
        runs.make()
    fold_runs(database, at_once=10)
    assert few == count(9) == [4, 5, 2]
