import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast

import psycopg
import pytest
import redis
from sqlalchemy import event, select, text

from db.database import Database
from db.rows import EXECUTION
from tests.db.filling import add_execution, add_run
from workers import sweep
from workers.hints import Pair, Waker
from workers.sweep import Sweep


class FakeWaker:
    def __init__(self) -> None:
        self.woken: list[Pair] = []
        self.away = False

    def wake(self, pairs: Iterable[Pair]) -> bool:
        if self.away:
            return False
        self.woken += pairs
        return True


class World:
    """A sweep over a real database, with everything else faked."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.waker = FakeWaker()
        self.queued: int | Exception = 0
        self.lost: list[tuple[str, str, str]] = []
        self.follows: list[Pair] = []
        self.sweep = Sweep(database, cast(Waker, self.waker), self._count, self._lose)
        self.run_id = add_run(database)

    def _count(self) -> int:
        if isinstance(self.queued, Exception):
            raise self.queued
        return self.queued

    def _lose(self, run_id: str, execution_id: str, token: str) -> Iterable[Pair]:
        self.lost.append((run_id, execution_id, token))
        if token == "away":
            raise psycopg.OperationalError("the server went away")
        if token == "cursed":
            raise RuntimeError("cannot be")
        return self.follows

    def ago(self, seconds: float) -> datetime:
        return self.database.now() - timedelta(seconds=seconds)

    def add(self, **values: Any) -> str:
        return add_execution(self.database, self.run_id, **values)

    def woken(self) -> list[str]:
        """The executions hinted at by a tick, in order."""
        self.waker.woken.clear()
        self.sweep.tick()
        assert all(run_id == self.run_id for run_id, _ in self.waker.woken)
        return [execution_id for _, execution_id in self.waker.woken]


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.mark.parametrize("status", ["WAITING", "RETRYING"])
def test_what_is_due_is_hinted_at_once_and_again_after_five_seconds(world: World, status: str) -> None:
    due = world.add(status=status, due_at=world.ago(1))
    assert world.woken() == [due]
    assert world.woken() == []
    with world.database.write() as session:
        session.execute(EXECUTION.update().values(hint_at=world.ago(6), due_at=world.ago(8)))
    assert world.woken() == [due]


def test_what_was_hinted_before_it_was_due_is_hinted_when_it_is(world: World) -> None:
    due = world.add(status="WAITING", due_at=world.ago(1), hint_at=world.ago(2))
    assert world.woken() == [due]
    assert world.woken() == []


def test_what_is_due_later_is_left_alone(world: World) -> None:
    world.add(status="WAITING", due_at=world.ago(-60))
    assert world.woken() == []


def test_a_pending_execution_is_hinted_again_when_its_hint_is_five_seconds_old(world: World) -> None:
    lost, never = world.add(hint_at=world.ago(6)), world.add()
    world.add(hint_at=world.ago(4))
    assert sorted(world.woken()) == sorted([lost, never])
    assert world.woken() == []


def test_what_needs_no_worker_is_left_alone(world: World) -> None:
    for status in ("RUNNING", "COMPLETED", "FAILED", "CANCELED"):
        world.add(status=status, hint_at=world.ago(60), due_at=world.ago(60))
    assert world.woken() == []


def test_a_tick_hints_at_so_many_at_most_the_oldest_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "MOST_AT_ONCE", 3)
    old = [world.add(hint_at=world.ago(60 - number)) for number in range(5)]
    assert sorted(world.woken()) == sorted(old[:3])
    assert sorted(world.woken()) == sorted(old[3:])


def test_a_hint_that_was_not_sent_is_tried_again_at_the_next_tick(world: World) -> None:
    pending, due = world.add(), world.add(status="WAITING", due_at=world.ago(1))
    world.waker.away = True
    assert world.woken() == []
    world.waker.away = False
    assert sorted(world.woken()) == sorted([pending, due])
    assert world.woken() == []


def test_nothing_is_hinted_while_the_queue_is_full(world: World) -> None:
    pending = world.add()
    world.queued = 1001
    assert world.woken() == []
    world.queued = 1000
    assert world.woken() == [pending]


def test_an_attempt_whose_lease_ran_out_is_lost_and_what_follows_is_woken(world: World) -> None:
    dead = world.add(status="RUNNING", token="t1", lease_until=world.ago(1))
    world.add(status="RUNNING", token="t2", lease_until=world.ago(-10))
    world.follows = [(world.run_id, "exe_next")]
    assert world.woken() == ["exe_next"]
    assert world.lost == [(world.run_id, dead, "t1")]


def test_a_loop_that_runs_without_a_lease_is_not_lost(world: World) -> None:
    world.add(status="RUNNING", token=None, lease_until=None)
    world.woken()
    assert world.lost == []


def test_one_attempt_that_cannot_be_recorded_keeps_no_other(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    cursed = world.add(status="RUNNING", token="cursed", lease_until=world.ago(2))
    dead = world.add(status="RUNNING", token="t1", lease_until=world.ago(1))
    world.woken()
    assert [execution_id for _, execution_id, _ in world.lost] == [cursed, dead]
    assert f"the lost attempt of {cursed} in {world.run_id} could not be recorded" in caplog.text


def test_an_outage_of_the_database_ends_the_tick(world: World) -> None:
    world.add(status="RUNNING", token="away", lease_until=world.ago(2))
    world.add(status="RUNNING", token="t1", lease_until=world.ago(1))
    with pytest.raises(psycopg.OperationalError):
        world.sweep.tick()
    assert len(world.lost) == 1


def test_leases_are_seen_to_while_redis_is_away_and_no_hint_is_marked(world: World) -> None:
    dead = world.add(status="RUNNING", token="t1", lease_until=world.ago(1))
    pending = world.add()
    world.queued = redis.ConnectionError("nobody is there")
    with pytest.raises(redis.ConnectionError):
        world.sweep.tick()
    assert world.lost == [(world.run_id, dead, "t1")]
    world.queued = 0
    assert world.woken() == [pending]


def test_a_sweep_waits_for_nobody_and_what_it_could_not_mark_it_hints_at_again(
    migrated_postgres_url: str,
) -> None:
    database = Database(migrated_postgres_url)
    world = World(database)
    held, free = world.add(), world.add()
    with database.write() as session:
        session.execute(select(EXECUTION.c.id).where(EXECUTION.c.id == held).with_for_update())
        assert sorted(world.woken()) == sorted([held, free])
    assert world.woken() == [held]
    assert world.woken() == []
    database.dispose()


def test_what_a_worker_has_begun_meanwhile_is_not_marked(world: World) -> None:
    begun = world.add()

    def begin(pairs: Iterable[Pair]) -> bool:
        with world.database.write() as session:
            session.execute(EXECUTION.update().values(status="RUNNING"))
        return bool(list(pairs))

    world.waker.wake = begin  # type: ignore[method-assign]  # a worker that is quicker than the sweep
    world.sweep.tick()
    with world.database.read() as session:
        assert session.execute(select(EXECUTION.c.id, EXECUTION.c.hint_at)).all() == [(begun, None)]


def statements_of_a_tick(world: World) -> list[tuple[str, Any]]:
    seen: list[tuple[str, Any]] = []

    def remember(*given: Any) -> None:
        if given[2].startswith(("SELECT", "UPDATE")):
            seen.append((given[2], given[3]))

    event.listen(world.database.engine, "before_cursor_execute", remember)
    world.woken()
    event.remove(world.database.engine, "before_cursor_execute", remember)
    return seen


def test_a_tick_that_finds_nothing_writes_nothing(world: World) -> None:
    world.add(status="WAITING", due_at=world.ago(-60))
    assert [one.split()[0] for one, _ in statements_of_a_tick(world)] == ["SELECT"] * 3


def test_every_query_of_the_sweep_uses_an_index(world: World) -> None:
    world.add(status="RUNNING", token="t1", lease_until=world.ago(1))
    world.add(status="WAITING", due_at=world.ago(1))
    world.add()
    plans = [plan_of(world.database, *statement) for statement in statements_of_a_tick(world)]
    used = ["execution_leased", "execution_due", "execution_pending"]
    looks = [re.findall("execution_(?:leased|due|pending)", plan)[:1] for plan in plans[:3]]
    assert looks == [[one] for one in used]
    assert re.search("pk_activity_execution|sqlite_autoindex_activity_execution_1", plans[3])
    assert not [plan for plan in plans if re.search("Seq Scan|SCAN activity_execution$", plan, re.MULTILINE)]


@pytest.fixture
def crowd(world: World) -> World:
    """100,000 runs' worth of waits, none of them due, in a database that knows how many there are."""
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
    due = {
        "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', 'now', '+' || i || ' minutes')",
        "postgresql": "now() + i * interval '1 minute'",
    }[world.database.dialect]
    columns = "id, run_id, key, type, name, path, status, seq, created_seq, attempt, credits_used, due_at"
    with world.database.write() as session:
        session.execute(
            text(
                f"INSERT INTO activity_execution ({columns}) {numbers} SELECT 'exe_' || i, :run, 'wait', 'delay', "
                f"'Wait', CAST(i AS text), 'WAITING', 1, i, 1, 0, {due} FROM n"
            ),
            {"run": world.run_id},
        )
        session.execute(text("ANALYZE activity_execution"))
    return world


def test_a_hundred_thousand_waits_cost_a_tick_one_look_at_an_index(crowd: World) -> None:
    seen = statements_of_a_tick(crowd)
    assert [one.split()[0] for one, _ in seen] == ["SELECT"] * 3
    (waits,) = [statement for statement in seen if "execution.due_at <=" in statement[0]]
    if crowd.database.dialect == "sqlite":
        assert "SEARCH activity_execution USING INDEX execution_due (due_at<?)" in plan_of(
            crowd.database, *waits
        )
    else:
        rows, pages = rows_and_pages(crowd.database, *waits)
        assert rows == 0
        assert pages <= 5
    due = crowd.add(status="WAITING", due_at=crowd.ago(1))
    assert crowd.woken() == [due]


def rows_and_pages(database: Database, statement: str, values: Any) -> tuple[int, int]:
    """How many rows of the index a query of PostgreSQL looks at, and how many pages it reads, as it chooses itself."""
    with database.engine.connect() as connection:
        explained = connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", values
        ).scalar_one()
    top = explained[0]["Plan"]
    scan = top["Plans"][0] if "Plans" in top else top
    assert (scan["Node Type"], scan["Index Name"]) == ("Index Scan", "execution_due")
    looked_at = scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0)
    return looked_at, scan["Shared Hit Blocks"] + scan["Shared Read Blocks"]


def plan_of(database: Database, statement: str, values: Any) -> str:
    with database.engine.connect() as connection:
        if database.dialect == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        else:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            rows = connection.exec_driver_sql(f"EXPLAIN (COSTS OFF) {statement}", values).all()
    return "\n".join(str(row[-1]) for row in rows)
