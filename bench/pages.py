"""How long the lists that people open take over 1,000,000 runs, and the pages of a run with 10,000 executions."""

import asyncio
from typing import Any

from rich.table import Table
from sqlalchemy import text

from bench.asking import ASKS, answer, asked
from db.database import Database
from db.records import Actor

EXECUTIONS = 10_000
LAST_PAGES = EXECUTIONS // 100 - 1

_RUN = "id status seq queuedAt startedAt endedAt durationMs creditsUsed error { code } workflow { name } version { number }"
_RUNS = f"query($which: RunFilter) {{ runs(filter: $which) {{ edges {{ cursor node {{ {_RUN} }} }} pageInfo {{ endCursor }} }} }}"
_WORKFLOWS = f"""{{ workflows {{ edges {{ node {{ id name status latestRun {{ {_RUN} }}
  stats {{ runs running completed failed canceled successRate creditsUsed durationMsP50 durationMsP95 }} }} }} }} }}"""
_EXECUTIONS = """query($id: ID!, $after: String) { run(id: $id) { activityExecutions(first: 100, after: $after) {
  pageInfo { hasNextPage endCursor } edges { node { id key status attempt inputs outputs creditsUsed durationMs
    activity { name } iteration { index } } } } } }"""

_MAKE_LARGE = """
INSERT INTO activity_execution (
  id, run_id, key, type, name, path, status, seq, created_seq, attempt, credits_used, inputs, outputs)
SELECT 'exe_large_' || one, :id, 'a' || one % 5, 'formula', 'A', 'each:' || one, 'COMPLETED', one, one, 1, 1,
  CAST('{"expression": "1"}' AS jsonb), CAST('{"value": 1}' AS jsonb)
FROM generate_series(1, :executions) AS one
"""


def table(database: Database, actor: Actor) -> Table:
    """Ask for the pages, and give the table."""
    found = Table(
        "a page of", "statements", "CPU, ms", "p50, ms", "p95, ms",
        title=f"What people open, {ASKS} times each",
    )  # fmt: skip
    run_id, middle, workflow_id = _large(database)
    found.add_row("50 workflows with statistics and latest run", *asked(database, actor, _WORKFLOWS, {}))
    for name, which in (
        ("50 runs", {}),
        ("50 runs, from the middle on", {"startedBefore": middle}),
        ("50 runs that failed", {"statuses": ["FAILED"]}),
        ("50 runs of a workflow", {"workflowId": workflow_id}),
    ):
        found.add_row(name, *asked(database, actor, _RUNS, {"which": which}))
    first = {"id": run_id}
    last = {"id": run_id, "after": asyncio.run(_cursor(database, actor, run_id))}
    for name, page in (("the first", first), ("the last", last)):
        found.add_row(f"100 executions of {EXECUTIONS:,}: {name}", *asked(database, actor, _EXECUTIONS, page))
    return found


def _large(database: Database) -> tuple[str, str, str]:
    """Give one of the newest runs 10,000 executions; gives its id, a time in the middle of all, and a workflow."""
    with database.write() as session:
        run = session.execute(
            text("SELECT id, workflow_id FROM run WHERE ended_at IS NOT NULL ORDER BY id DESC LIMIT 1")
        ).one()
        session.execute(text(_MAKE_LARGE), {"id": run.id, "executions": EXECUTIONS})
        middle = session.execute(text("SELECT now() - interval '180 days'")).scalar_one()
    with database.fast() as connection:
        connection.execute("VACUUM ANALYZE activity_execution")
    return run.id, middle.isoformat(), run.workflow_id


async def _cursor(database: Database, actor: Actor, run_id: str) -> str:
    """Go through all pages but the last."""
    cursor: Any = None
    for _ in range(LAST_PAGES):
        data = await answer(database, actor, _EXECUTIONS, {"id": run_id, "after": cursor})
        cursor = data["run"]["activityExecutions"]["pageInfo"]["endCursor"]
    return str(cursor)
