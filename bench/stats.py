"""How long a page of 50 workflows takes with the statistics of each, over 1,000,000 runs of a year on PostgreSQL."""

import time
from collections.abc import Callable
from functools import partial

from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import pages
from bench.asking import ASKS, asked
from bench.postgres import started_postgres
from db.database import Database
from db.folding import fold_runs
from db.ids import DEFAULT_WORKSPACE
from db.migrations import upgrade
from db.records import Actor
from db.workflows import create_workflow

RUNS, WORKFLOWS, CHAIN, DAYS = 1_000_000, 50, 5, 365
BURST, UNDER_WAY, NOT_FOLDED = 20, 1_000, 500

ACTOR = Actor(kind="SYSTEM", id=None, name="bench")

_NUMBERS = "runs queued running completed failed canceled successRate creditsUsed durationMsP50 durationMsP95"
_PER_ACTIVITY = "perActivity { key name executions failures creditsUsed durationMsP50 durationMsP95 }"
_OVER_TIME = "overTime { start completed failed canceled creditsUsed }"
_PAGE = "query($since: DateTime) {{ workflows {{ edges {{ node {{ id stats(since: $since) {{ {fields} }} }} }} }} }}"

_MAKE_RUNS = """
INSERT INTO run (id, workspace_id, workflow_id, version_id, status, last_seq, credits_used, tariff, trigger, queued_at,
  started_at, ended_at, state)
SELECT 'run_' || lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || lpad(to_hex(number), 20, '0'),
  'ws_default', w.id, w.published_id, status, 32, :chain, 'classic', '{"type": "MANUAL", "payload": {}}', at,
  at + interval '4 ms', CASE WHEN status <> 'WAITING' THEN at + interval '5 ms' + took END,
  jsonb_build_object('scopes', '{}'::jsonb, 'edges', '{}'::jsonb, 'skips', '{}'::jsonb, 'failedActivity', null, 'tallies', (
    SELECT jsonb_object_agg('a' || one, jsonb_build_object('executions', 1, 'failures', (status = 'FAILED')::int,
      'credits', 1, 'latest', 'exe_' || w.place || '_' || one, 'status', 'COMPLETED',
      'durations', jsonb_build_object((60 + one * 5 + abs(hashint4(number * 7 + one)) % 40)::text, 1)))
    FROM generate_series(0, :chain - 1) AS one))
FROM (
  SELECT burst * :burst + one AS number, began + random() * interval '20 s' AS at, place,
    (ARRAY['FAILED', 'CANCELED', 'COMPLETED'])[least(3, 1 + floor(random() * 20)::int)] AS ended,
    make_interval(secs => exp(random_normal(1, 1.5))) AS took
  FROM (
    SELECT burst, 1 + burst % :workflows AS place, now() - random() * make_interval(days => :days) AS began
    FROM generate_series(0, :runs / :burst - 1) AS burst
  ) AS bursts
  CROSS JOIN generate_series(1, :burst) AS one
) AS made
JOIN (SELECT id, published_id, row_number() OVER (ORDER BY id) AS place FROM workflow) AS w USING (place)
CROSS JOIN LATERAL (SELECT CASE WHEN number <= :under_way THEN 'WAITING' ELSE ended END AS status) AS now_is
"""
_MAKE_EXECUTIONS = """
INSERT INTO activity_execution (id, run_id, key, type, name, path, status, seq, created_seq, attempt, credits_used)
SELECT 'exe_' || place || '_' || one, 'run_' || place, 'a' || one, 'formula', 'A ' || one, '', 'COMPLETED', 1, 1, 1, 1
FROM generate_series(1, :workflows) AS place, generate_series(0, :chain - 1) AS one
"""
_RECOUNT = """
SELECT workflow_id, count(*), sum(credits_used), count(*) FILTER (WHERE status = 'COMPLETED'),
  percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY ended_at - started_at)
FROM run GROUP BY workflow_id
"""


def measure(console: Console) -> None:
    """Make the runs, fold them, ask, and print the table."""
    with started_postgres() as postgres:
        url = postgres("stats")
        upgrade(url)
        database = Database(url)
        try:
            console.print(f"{RUNS:,} runs made in {_seconds(partial(_make, database)):.0f} s")
            seconds = _seconds(partial(_fold_most, database))
            console.print(f"{RUNS - UNDER_WAY - NOT_FOLDED:,} folded in {seconds:.0f} s")
            with database.write() as session:
                _make_not_folded(session)
            console.print(_table(database))
            console.print(pages.table(database, ACTOR))
        finally:
            database.dispose()


def _seconds(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def _make(database: Database) -> None:
    keys = [f"a{number}" for number in range(CHAIN)]
    definition = {
        "trigger": {"type": "MANUAL"},
        "activities": [{"key": key, "type": "formula", "config": {"expression": "1"}} for key in keys],
        "edges": [{"from": one, "to": key} for one, key in zip(["trigger", *keys], keys, strict=False)],
    }
    for number in range(WORKFLOWS):
        create_workflow(
            database, DEFAULT_WORKSPACE, ACTOR,
            name=f"Number {number}", description=None, definition=definition, publish=True,
        )  # fmt: skip
    numbers = {
        "runs": RUNS, "burst": BURST, "workflows": WORKFLOWS, "chain": CHAIN, "days": DAYS, "under_way": UNDER_WAY,
    }  # fmt: skip
    with database.write() as session:
        session.execute(text(_MAKE_RUNS), numbers)
        session.execute(text(_MAKE_EXECUTIONS), {"workflows": WORKFLOWS, "chain": CHAIN})
        session.execute(
            text("INSERT INTO run_delta SELECT id, workflow_id FROM run WHERE ended_at IS NOT NULL")
        )
        newest = "SELECT run_id FROM run_delta ORDER BY run_id DESC LIMIT :left"
        session.execute(text(f"DELETE FROM run_delta WHERE run_id IN ({newest})"), {"left": NOT_FOLDED})
    with database.fast() as connection:
        connection.execute("VACUUM ANALYZE")


def _fold_most(database: Database) -> None:
    while fold_runs(database, at_once=2_000):
        pass
    with database.fast() as connection:
        connection.execute("VACUUM ANALYZE")


def _make_not_folded(session: Session) -> None:
    """The newest runs have only just ended: each has its delta."""
    newest = "SELECT id, workflow_id FROM run WHERE ended_at IS NOT NULL ORDER BY id DESC LIMIT :left"
    session.execute(text(f"INSERT INTO run_delta {newest}"), {"left": NOT_FOLDED})


def _table(database: Database) -> Table:
    table = Table(
        "asked of each workflow", "statements", "CPU, ms", "p50, ms", "p95, ms",
        title=f"A page of {WORKFLOWS} workflows with statistics over {RUNS:,} runs "
        f"({UNDER_WAY:,} under way, {NOT_FOLDED:,} not folded), {ASKS} times each",
    )  # fmt: skip
    since = time.strftime("%Y-%m-%dT%H:%M:00Z", time.gmtime(time.time() - 30 * 86_400 - 1_000))
    for name, fields, variables in (
        ("its numbers, of all time", _NUMBERS, {}),
        ("its numbers, of 30 days", _NUMBERS, {"since": since}),
        ("and those of its 5 activities, of all time", f"{_NUMBERS} {_PER_ACTIVITY}", {}),
        ("and those of its 5 activities, of 30 days", f"{_NUMBERS} {_PER_ACTIVITY}", {"since": since}),
        ("its numbers by day, of 30 days", f"{_NUMBERS} {_OVER_TIME}", {"since": since}),
        ("all of it, of 30 days", f"{_NUMBERS} {_PER_ACTIVITY} {_OVER_TIME}", {"since": since}),
    ):
        table.add_row(name, *asked(database, ACTOR, _PAGE.format(fields=fields), variables))
    with database.read() as session:
        milliseconds = _seconds(lambda: session.execute(text(_RECOUNT)).all()) * 1_000
    table.add_row("the bound: a recount in SQL, of all time", "1", "", f"{milliseconds:.0f}", "")
    return table
