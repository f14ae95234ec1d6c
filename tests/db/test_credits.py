"""Balances are what the ledger adds up to, at every moment; at the limit no run starts, and what runs goes on."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text, update

import db.folding
from db.credits import CreditBalance, balance, exhausted
from db.database import Database
from db.folding import fold_credits
from db.grains import Grain
from db.ids import DEFAULT_WORKSPACE
from db.rows import CREDIT_DELTA, CREDIT_ENTRY, CREDIT_ROLLUP
from db.start import Start, Started, start_run
from db.terms import Terms
from engine.errors import Refused
from tests.db.filling import add_workspace
from tests.db.recount import Runs
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import USER, Harness

NO_LIMIT = Terms(tariff="classic")
TWO = workflow([activity("a"), activity("b")], [edge("trigger", "a"), edge("a", "b")])


def limited(limit: int) -> Terms:
    return Terms(tariff="classic", credit_limit=limit)


def start(database: Database, workflow_id: str, terms: Terms, key: str | None = None) -> Started:
    wish = Start(workflow_id=workflow_id, payload={}, actor=USER, terms=terms, idempotency_key=key)
    return start_run(database, DEFAULT_WORKSPACE, wish)


def code_of(database: Database, workflow_id: str, terms: Terms) -> str:
    with pytest.raises(Refused) as refused:
        start(database, workflow_id, terms)
    return refused.value.problems[0].code


def charge(database: Database, at: datetime, amount: int, workspace_id: str = DEFAULT_WORKSPACE) -> None:
    """A charge at some moment, as `finish` writes it."""
    same = {
        "execution_id": f"exe_{random.random()}", "workspace_id": workspace_id, "workflow_id": "wf_1",
        "amount": amount, "at": at,
    }  # fmt: skip
    with database.write() as session:
        session.execute(insert(CREDIT_ENTRY).values(run_id="run_1", **same))
        session.execute(insert(CREDIT_DELTA).values(**same))


def check_balance(database: Database) -> CreditBalance:
    """The balance is what a recount of the ledger gives."""
    found = balance(database, DEFAULT_WORKSPACE, terms=NO_LIMIT)
    with database.read() as session:
        entries = session.execute(select(CREDIT_ENTRY)).all()
    used: Counter[str] = Counter()
    for entry in entries:
        if entry.workspace_id == DEFAULT_WORKSPACE and found.period_start <= entry.at < found.period_end:
            used[entry.workflow_id] += entry.amount
    expected = sorted(used.items(), key=lambda pair: (-pair[1], pair[0]))
    assert [(one.workflow_id, one.used) for one in found.per_workflow] == expected
    assert found.used == used.total()
    return found


def folded(database: Database) -> int:
    with database.read() as session:
        return sum(session.scalars(select(CREDIT_ROLLUP.c.used)))


@pytest.mark.parametrize("seed", range(2))
def test_the_balance_is_what_the_ledger_adds_up_to_at_any_moment(database: Database, seed: int) -> None:
    choose = random.Random(seed)
    runs = Runs(Harness(database), choose)
    for _ in range(8):
        for _ in range(choose.randint(0, 4)):
            runs.make()
        charge(database, datetime.now(UTC) - timedelta(days=choose.randint(0, 90)), 1)
        if choose.random() < 0.7:
            fold_credits(database, at_once=choose.randint(1, 9))
        check_balance(database)
    while fold_credits(database, at_once=50):
        check_balance(database)
    with database.read() as session:
        ledger = session.scalars(select(CREDIT_ENTRY.c.amount)).all()
    assert folded(database) == sum(ledger) > 0


def test_in_the_middle_of_a_fold_the_balance_is_what_it_was(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    charge(database, datetime.now(UTC), 3)
    add_charges: Callable[..., None] = db.folding._add_charges
    looked: list[int] = []

    def add_and_look(*given: Any) -> None:
        add_charges(*given)
        with ThreadPoolExecutor(1) as elsewhere:
            looked.append(elsewhere.submit(check_balance, database).result().used)

    monkeypatch.setattr(db.folding, "_add_charges", add_and_look)
    assert fold_credits(database) == 1
    assert looked == [3]
    assert check_balance(database).used == 3


def test_several_may_fold_credits_at_once(database: Database) -> None:
    for _ in range(60):
        charge(database, datetime.now(UTC), 1)
    start_together = threading.Barrier(4)

    def fold() -> int:
        start_together.wait()
        return sum(fold_credits(database, at_once=3) for _ in range(100))

    with ThreadPoolExecutor(4) as pool:
        folders = [pool.submit(fold) for _ in range(4)]
        assert sum(one.result() for one in folders) == 60
    assert (folded(database), check_balance(database).used) == (60, 60)


def test_a_balance_knows_its_limit_and_its_month(database: Database) -> None:
    charge(database, datetime.now(UTC), 7)
    found = balance(database, DEFAULT_WORKSPACE, terms=limited(10))
    assert (found.limit, found.used, found.remaining) == (10, 7, 3)
    assert found.period_start == Grain.MONTH.floor(datetime.now(UTC))
    assert found.period_end == Grain.MONTH.after(found.period_start)
    assert balance(database, DEFAULT_WORKSPACE, terms=limited(5)).remaining == 0
    assert balance(database, DEFAULT_WORKSPACE, terms=NO_LIMIT).remaining is None


@pytest.mark.parametrize("fold", [False, True])
def test_only_the_month_and_the_workspace_count(database: Database, fold: bool) -> None:
    november = datetime(2026, 11, 1, tzinfo=UTC)
    december = datetime(2026, 12, 1, tzinfo=UTC)
    microsecond = timedelta(microseconds=1)
    for at in (november - microsecond, november, december - microsecond, december, december):
        charge(database, at, 1)
    other = add_workspace(database, "other")
    charge(database, november, 5, other)
    if fold:
        fold_credits(database)

    def used(at: datetime, workspace_id: str = DEFAULT_WORKSPACE) -> int:
        with database.read() as session:
            return sum(exhausted(session, workspace_id, at, terms=limited(1 + each)) for each in range(9))

    assert [used(at) for at in (november - microsecond, november, december - microsecond, december)] == [
        1,
        2,
        2,
        2,
    ]
    assert used(november, other) == 5


def test_at_the_limit_no_run_starts_and_what_is_under_way_ends(database: Database) -> None:
    harness = Harness(database)
    workflow_id = harness.publish(TWO)
    terms = limited(3)
    first = start(database, workflow_id, terms, key="first")
    others = [start(database, workflow_id, terms) for _ in range(2)]
    harness.hints.extend(first.pending)
    harness.work()
    last = start(database, workflow_id, terms)  # 2 of 3 are used
    for one in (*others, last):
        harness.hints.extend(one.pending)
    harness.work()
    assert {row.status for row in harness.query("SELECT status FROM run")} == {"COMPLETED"}
    assert check_balance(database).used == 8
    for _ in range(2):
        assert code_of(database, workflow_id, terms) == "CREDITS_EXHAUSTED"
        fold_credits(database)
    assert start(database, workflow_id, terms, key="first").run.id == first.run.id
    assert start(database, workflow_id, limited(9)).run.workflow_id == workflow_id


def test_the_refusal_says_what_is_used_and_until_when(database: Database) -> None:
    workflow_id = Harness(database).publish(TWO)
    with pytest.raises(Refused) as refused:
        start(database, workflow_id, limited(0))
    month = datetime.now(UTC)
    message = refused.value.problems[0].message
    assert message.startswith(f"The workspace has used its 0 credits of {month:%B %Y}: no run starts before ")


def test_two_starts_at_the_last_credit_both_start_for_a_start_uses_none(database: Database) -> None:
    harness = Harness(database)
    workflow_id = harness.publish(TWO)
    charge(database, datetime.now(UTC), 1)
    together = threading.Barrier(2)

    def begin(_: int) -> Started:
        together.wait()
        return start(database, workflow_id, limited(2))

    with ThreadPoolExecutor(2) as pool:
        started = list(pool.map(begin, range(2)))
    for one in started:
        harness.hints.extend(one.pending)
    harness.work()
    assert check_balance(database).used == 5
    assert code_of(database, workflow_id, limited(2)) == "CREDITS_EXHAUSTED"


def test_a_workflow_that_may_not_start_says_so_before_the_credits_do(database: Database) -> None:
    with pytest.raises(Refused) as refused:
        start(database, "wf_unknown", limited(0))
    assert refused.value.problems[0].code == "NOT_FOUND"


def test_the_limit_is_one_statement_and_none_where_there_is_no_limit(database: Database) -> None:
    statements: list[str] = []

    def keep(*given: Any) -> None:
        statements.append(given[2])

    with database.read() as session:
        session.execute(text("SELECT 1"))
        event.listen(session.connection(), "before_cursor_execute", keep)
        assert not exhausted(session, DEFAULT_WORKSPACE, datetime.now(UTC), terms=NO_LIMIT)
        assert statements == []
        assert not exhausted(session, DEFAULT_WORKSPACE, datetime.now(UTC), terms=limited(1))
        assert len(statements) == 1


def test_the_ledger_and_the_deltas_are_written_together(database: Database) -> None:
    harness = Harness(database)
    run_id = harness.run(TWO)
    same = "execution_id, workspace_id, workflow_id, amount, at"
    ledger = harness.query(f"SELECT {same} FROM credit_entry WHERE run_id = :run ORDER BY 1", run=run_id)
    assert ledger == harness.query(f"SELECT {same} FROM credit_delta ORDER BY 1")
    assert len(ledger) == 2


def test_a_charge_of_last_month_stays_there_when_its_run_ends_in_this_one(database: Database) -> None:
    harness = Harness(database)
    harness.run(TWO)
    with database.write() as session:
        first = select(CREDIT_ENTRY.c.execution_id).limit(1).scalar_subquery()
        last_month = Grain.MONTH.floor(datetime.now(UTC)) - timedelta(seconds=1)
        for table in (CREDIT_DELTA, CREDIT_ENTRY):
            session.execute(update(table).where(table.c.execution_id == first).values(at=last_month))
    for _ in range(2):
        assert check_balance(database).used == 1
        fold_credits(database)
