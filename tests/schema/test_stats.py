"""Statistics and credits as clients see them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from db.folding import fold_runs
from db.rows import RUN
from tests.engine.simulation import activity, edge, workflow
from tests.schema.api import Api
from tests.schema.workflows import CHAIN, REVIEW, WAIT

pytestmark = pytest.mark.anyio

STATS = """query($id: ID!, $since: DateTime, $until: DateTime) { workflow(id: $id) { stats(since: $since, until: $until) {
  runs queued running completed failed canceled successRate creditsUsed durationMsP50 durationMsP95
  perActivity { key name executions failures creditsUsed durationMsP50 durationMsP95 }
  overTime { start completed failed canceled creditsUsed }
  byHour: overTime(bucket: HOUR) { start completed } } } }"""

CREDITS = (
    """{ credits { limit used remaining periodStart periodEnd perWorkflow { used workflow { name } } } }"""
)

BROKEN = workflow([activity("broken", expression="1 / trigger.payload.n")], [edge("trigger", "broken")])


def begin(api: Api, workflow_id: str, payload: Any = None) -> str:
    run_id = api.worker.begin(workflow_id, payload).run.id
    api.worker.work()
    return run_id


@pytest.mark.parametrize("fold", [False, True])
async def test_the_statistics_of_a_workflow(api: Api, fold: bool) -> None:
    broken = api.worker.publish(BROKEN)
    for number in (1, 0, 2, 4):
        begin(api, broken, {"n": number})
    if fold:
        fold_runs(api.database)
    stats = (await api.ask(STATS, id=broken))["workflow"]["stats"]
    took = stats["durationMsP50"], stats["durationMsP95"]
    assert 0 < took[0] <= took[1] < 60_000
    (one,) = stats["perActivity"]
    assert 0 < one["durationMsP50"] <= one["durationMsP95"] <= took[1] * 1.1
    day = datetime.now(UTC).strftime("%Y-%m-%dT00:00:00.000000Z")
    ended = {"completed": 3, "failed": 1, "canceled": 0, "creditsUsed": 3}
    assert stats == {
        "runs": 4, "queued": 0, "running": 0, "successRate": 0.75, **ended,
        "durationMsP50": took[0], "durationMsP95": took[1],
        "perActivity": [{
            "key": "broken", "name": "Broken", "executions": 4, "failures": 1, "creditsUsed": 3,
            "durationMsP50": one["durationMsP50"], "durationMsP95": one["durationMsP95"],
        }],
        "overTime": [{"start": day, **ended}],
        "byHour": [{"start": datetime.now(UTC).strftime("%Y-%m-%dT%H:00:00.000000Z"), "completed": 3}],
    }  # fmt: skip


async def test_what_waits_is_running_and_what_has_not_started_is_queued(api: Api) -> None:
    wait = api.worker.publish(WAIT)
    begin(api, wait)
    api.worker.begin(wait)
    stats = (await api.ask(STATS, id=wait))["workflow"]["stats"]
    assert (stats["runs"], stats["queued"], stats["running"]) == (2, 1, 1)
    assert (stats["successRate"], stats["durationMsP50"]) == (None, None)
    assert [(one["key"], one["executions"], one["durationMsP95"]) for one in stats["perActivity"]] == [
        ("wait", 2, None)
    ]
    assert [one["completed"] for one in stats["overTime"]] == [0]


async def test_a_window_goes_by_when_runs_were_queued_and_is_cut_to_the_minute(api: Api) -> None:
    chain = api.worker.publish(CHAIN)
    for second in (0, 59, 60, 119, 120):
        run_id = begin(api, chain, {"n": 1})
        queued_at = datetime(2026, 11, 22, 9, 0, tzinfo=UTC) + timedelta(seconds=second)
        with api.database.write() as session:
            session.execute(update(RUN).where(RUN.c.id == run_id).values(queued_at=queued_at))

    async def runs(**window: str) -> int:
        stats = (await api.ask(STATS, id=chain, **window))["workflow"]["stats"]
        assert sum(one["completed"] for one in stats["overTime"]) == stats["runs"]
        assert sum(one["completed"] for one in stats["byHour"]) == stats["runs"]
        return int(stats["runs"])

    for _ in range(2):
        assert await runs(since="2026-11-22T09:00:59Z", until="2026-11-22T09:01:59Z") == 2
        assert await runs(since="2026-11-22T10:01:30+01:00") == 3
        assert await runs(until="2026-11-22T09:02:00Z") == 4
        assert await runs(since="2026-11-22T09:02:00Z", until="2026-11-22T09:01:00Z") == 0
        fold_runs(api.database)


async def test_windows_side_by_side_are_told_apart(api: Api) -> None:
    chain = api.worker.publish(CHAIN)
    begin(api, chain, {"n": 1})
    found = await api.ask(
        """query($id: ID!) { workflow(id: $id) {
          all: stats { runs } none: stats(until: "2020-01-01T00:00:00Z") { runs perActivity { key } } } }""",
        id=chain,
    )
    assert found["workflow"] == {"all": {"runs": 1}, "none": {"runs": 0, "perActivity": []}}


async def test_statistics_are_of_the_callers_workspace_alone(api: Api) -> None:
    chain = api.worker.publish(CHAIN)
    assert await api.elsewhere("ws_other").ask(STATS, id=chain) == {"workflow": None}
    assert (await api.elsewhere("ws_other").ask("{ credits { used } }"))["credits"]["used"] == 0


async def test_the_credits_of_the_month_by_workflow(api: Api) -> None:
    chain, review = api.worker.publish(CHAIN, "Chain"), api.worker.publish(REVIEW, "Review")
    begin(api, chain, {"n": 1})
    begin(api, review, {"names": ["Ann", "Bea"]})
    found = (await api.ask(CREDITS))["credits"]
    now = datetime.now(UTC)
    after = (now.replace(day=1) + timedelta(days=31)).replace(day=1)
    assert found == {
        "limit": None,
        "used": 8,
        "remaining": None,
        "periodStart": now.strftime("%Y-%m-01T00:00:00.000000Z"),
        "periodEnd": after.strftime("%Y-%m-01T00:00:00.000000Z"),
        "perWorkflow": [
            {"used": 6, "workflow": {"name": "Review"}},
            {"used": 2, "workflow": {"name": "Chain"}},
        ],
    }


async def test_at_the_limit_start_run_answers_credits_exhausted(api: Api) -> None:
    api.services = replace(api.services, terms=replace(api.services.terms, credit_limit=2))
    chain = api.worker.publish(CHAIN)
    begin(api, chain, {"n": 1})
    assert (await api.ask(CREDITS))["credits"]["remaining"] == 0
    found = await api.ask(
        "mutation($id: ID!) { startRun(input: {workflowId: $id, payload: {n: 1}}) { run { id } errors { code path } } }",
        id=chain,
    )
    assert found["startRun"] == {"run": None, "errors": [{"code": "CREDITS_EXHAUSTED", "path": []}]}
