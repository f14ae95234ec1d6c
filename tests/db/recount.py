"""Runs of every kind, and the statistics of them as a plain recount of the tables gives them."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from db.cancel import cancel_run
from db.database import Database
from db.grains import Grain, Window
from db.ids import DEFAULT_WORKSPACE
from db.rows import EXECUTION, RUN
from db.stats import activity_stats, stats_over_time, workflow_stats
from engine.status import FINAL_RUNS
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import USER, Harness

DEFINITION = workflow(
    [
        activity("each", "loop", items="{{ trigger.payload.items }}", onFailure="continue", name="Each"),
        activity("work", parent="each", expression="10 / loop.item", name="Work"),
        activity(
            "long", "if_else", match="all", name="Long?",
            conditions=[{"left": "{{ trigger.payload.wait }}", "operator": "is_true"}],
        ),
        activity("pause", "delay", amount=1, unit="hours", name="Pause"),
        activity("check", expression="1 / trigger.payload.ok", name="Check"),
    ],
    [
        edge("trigger", "each"),
        edge("each", "work", "each"),
        edge("each", "long"),
        edge("long", "pause", "true"),
        edge("long", "check", "false"),
    ],
)  # fmt: skip

MIDNIGHT = datetime(2026, 10, 31, tzinfo=UTC)


class Runs:
    """Makes runs that end in every way, or do not end; each was queued at some minute of a few months."""

    def __init__(self, harness: Harness, choose: random.Random, workflows: int = 2) -> None:
        self.harness, self.choose = harness, choose
        self.workflow_ids = [harness.publish(DEFINITION, f"Number {one}") for one in range(workflows)]

    def make(self) -> None:
        """One more run."""
        choose, harness = self.choose, self.harness
        payload = {
            "items": [choose.randint(0, 2) for _ in range(choose.randint(0, 3))],
            "wait": choose.random() < 0.3,
            "ok": choose.randint(0, 3),
        }
        run_id = harness.begin(choose.choice(self.workflow_ids), payload).run.id
        if choose.random() < 0.1:
            harness.hints.clear()
        harness.work()
        if choose.random() < 0.3:
            assert cancel_run(harness.database, DEFAULT_WORKSPACE, run_id, USER) is not None
        self._move(run_id)

    def _move(self, run_id: str) -> None:
        """Let it have been queued, and have lasted, otherwise than it did; its statistics are not folded yet."""
        queued_at = self.moment()
        seconds = math.exp(self.choose.uniform(-7, 14))
        with self.harness.database.write() as session:
            session.execute(update(RUN).where(RUN.c.id == run_id).values(queued_at=queued_at))
            ended = update(RUN).where(RUN.c.id == run_id, RUN.c.ended_at.is_not(None))
            started = session.scalar(select(RUN.c.started_at).where(RUN.c.id == run_id))
            if started is not None:
                session.execute(ended.values(ended_at=started + timedelta(seconds=seconds)))

    def moment(self) -> datetime:
        """Some moment, often close to the others."""
        scale = self.choose.choice(
            [timedelta(minutes=2), timedelta(hours=3), timedelta(days=3), timedelta(days=80)]
        )
        return MIDNIGHT + scale * self.choose.uniform(-1, 1)


def check_stats(database: Database, workflow_ids: Sequence[str], within: Window) -> None:
    """The statistics are what a recount gives: counts and credits exactly, percentiles within 5 %."""
    stats = workflow_stats(database, DEFAULT_WORKSPACE, workflow_ids, within)
    activities = activity_stats(database, DEFAULT_WORKSPACE, workflow_ids, within)
    over_time = {
        grain: stats_over_time(database, DEFAULT_WORKSPACE, workflow_ids, within, grain)
        for grain in (Grain.HOUR, Grain.DAY)
    }
    for one in workflow_ids:
        runs, executions = _read(database, one, within)
        _check_runs(stats[one], runs)
        _check_activities(activities[one], executions)
        for grain, periods in over_time.items():
            _check_periods(periods[one], runs, grain)


def _read(database: Database, workflow_id: str, within: Window) -> tuple[list[Any], list[Any]]:
    runs = (
        select(RUN)
        .where(RUN.c.workflow_id == workflow_id, RUN.c.queued_at >= within.start, RUN.c.queued_at < within.end)
    )  # fmt: skip
    with database.read() as session:
        found = session.execute(runs).all()
        of_runs = select(EXECUTION).where(EXECUTION.c.run_id.in_([run.id for run in found]))
        return list(found), list(session.execute(of_runs).all())


def _check_runs(found: Any, runs: Sequence[Any]) -> None:
    by_status = Counter(run.status for run in runs)
    counted = (found.queued, found.completed, found.failed, found.canceled)
    assert counted == tuple(by_status[one] for one in ("QUEUED", "COMPLETED", "FAILED", "CANCELED"))
    assert found.running == sum(by_status[one] for one in ("RUNNING", "WAITING", "CANCELING"))
    assert found.runs == len(runs)
    assert found.credits_used == sum(run.credits_used for run in runs)
    decided = by_status["COMPLETED"] + by_status["FAILED"]
    assert found.success_rate == (by_status["COMPLETED"] / decided if decided else None)
    _check_percentiles(found, runs)


def _check_activities(found: Sequence[Any], executions: Sequence[Any]) -> None:
    by_key = defaultdict(list)
    for execution in executions:
        by_key[execution.key].append(execution)
    assert [one.key for one in found] == sorted(by_key)
    for one in found:
        rows = by_key[one.key]
        assert (one.executions, one.name) == (len(rows), rows[0].name)
        assert one.failures == sum(row.status == "FAILED" for row in rows)
        assert one.credits_used == sum(row.credits_used for row in rows)
        _check_percentiles(one, rows)


def _check_periods(found: Sequence[Any], runs: Sequence[Any], grain: Grain) -> None:
    expected: dict[datetime, Counter[str]] = defaultdict(Counter)
    for run in runs:
        period = expected[grain.floor(run.queued_at)]
        period["credits_used"] += run.credits_used
        if run.status in FINAL_RUNS:
            period[run.status.lower()] += 1
    assert [one.start for one in found] == sorted(expected)
    for one in found:
        for name in ("completed", "failed", "canceled", "credits_used"):
            assert getattr(one, name) == expected[one.start][name]


def _check_percentiles(found: Any, rows: Sequence[Any]) -> None:
    took = sorted(
        (row.ended_at - row.started_at) / timedelta(milliseconds=1)
        for row in rows
        if row.ended_at is not None and row.started_at is not None
    )
    for shown, fraction in ((found.duration_ms_p50, 0.5), (found.duration_ms_p95, 0.95)):
        if not took:
            assert shown is None
            continue
        place = (len(took) - 1) * fraction
        low, high = took[math.floor(place)], took[math.ceil(place)]
        assert shown == pytest.approx(low + (high - low) * (place - math.floor(place)), rel=0.05)
