"""`finish` writes a decision whole or not at all, and only where the run is what the decision was made on."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from db.database import Database
from db.finish import finish
from db.rows import CREDIT_DELTA, CREDIT_ENTRY, EVENT, ITERATION, RUN_DELTA
from db.writing import RunWrite
from tests.db.filling import NOON, add
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import Harness

LOOP = workflow(
    [
        activity("each", "loop", items="{{ trigger.payload.items }}"),
        activity("in", "formula", "each", expression="1"),
    ],
    [edge("trigger", "each"), edge("each", "in", "each")],
)
ONE = workflow([activity("a", expression="1")], [edge("trigger", "a")])


@pytest.fixture
def harness(database_url: str) -> Iterator[Harness]:
    database = Database(database_url)
    yield Harness(database)
    database.dispose()


def writes_of(harness: Harness, definition: dict[str, Any], payload: Any = None) -> list[RunWrite]:
    """The decisions of a run, in order, of which the last is not written."""
    kept: list[RunWrite] = []

    def keep(writes: Sequence[RunWrite]) -> None:
        kept.extend(writes)
        if kept[-1].payload["ended_at"] is not None:
            raise KeyboardInterrupt

    harness.before_write = keep
    with pytest.raises(KeyboardInterrupt):
        harness.run(definition, payload)
    return kept


def held(database: Database, run_id: str) -> list[int]:
    """How many rows each table has of a run, and its seq."""
    with database.read() as session:
        rows = [
            session.scalar(select(func.count()).select_from(table).where(table.c.run_id == run_id)) or 0
            for table in (EVENT, CREDIT_ENTRY, ITERATION, RUN_DELTA)
        ]
        deltas = session.scalar(select(func.count()).select_from(CREDIT_DELTA)) or 0
    return [*rows, deltas]


def in_the_way(write: RunWrite, table: Table) -> dict[str, Any]:
    """A row that one of the write's collides with."""
    run_id, charged = write.run_id, write.payload["charges"]
    owner = {"workspace_id": write.payload["workspace_id"], "workflow_id": write.payload["workflow_id"]}
    if table is CREDIT_ENTRY:
        return {
            "execution_id": charged[0]["execution_id"],
            "run_id": "other",
            "amount": 1,
            "at": NOON,
            **owner,
        }
    if table is CREDIT_DELTA:
        return {"execution_id": charged[0]["execution_id"], "amount": 1, "at": NOON, **owner}
    if table is RUN_DELTA:
        return {"run_id": run_id, "workflow_id": owner["workflow_id"]}
    seq = write.payload["events"][-1]["seq"]
    event = {"type": "x", "subject": "run", "subject_id": run_id, "data": {}, "header": {}}
    return {"run_id": run_id, "seq": seq, "at": NOON, **event}


@pytest.mark.parametrize(
    "table", [EVENT, CREDIT_ENTRY, CREDIT_DELTA, RUN_DELTA], ids=lambda table: table.name
)
def test_what_cannot_be_written_whole_is_not_written_at_all(harness: Harness, table: Table) -> None:
    *_, last = writes_of(harness, ONE)
    database = harness.database
    add(database, table, **in_the_way(last, table))
    before = (held(database, last.run_id), tuple(harness.row(last.run_id)), harness.statuses(last.run_id))

    with pytest.raises(Exception, match=r"(?i)unique"):
        finish(database, [last])

    after = (held(database, last.run_id), tuple(harness.row(last.run_id)), harness.statuses(last.run_id))
    assert after == before and before[2] == {"a": "RUNNING"}


def test_a_decision_on_what_the_run_is_no_more_changes_nothing(harness: Harness) -> None:
    first, last = writes_of(harness, ONE)
    before = (held(harness.database, last.run_id), tuple(harness.row(last.run_id)))

    assert finish(harness.database, [first]) == set(), "it was written already"

    assert (held(harness.database, last.run_id), tuple(harness.row(last.run_id))) == before
    assert finish(harness.database, [last]) == {last.run_id}
    assert finish(harness.database, [last]) == set()


def test_the_charge_comes_with_the_result(harness: Harness) -> None:
    *_, last = writes_of(harness, LOOP, {"items": [1]})
    charges = len(last.payload["charges"])
    before = held(harness.database, last.run_id)

    finish(harness.database, [last])

    after = held(harness.database, last.run_id)
    assert charges > 0 and after[1] == before[1] + charges and after[4] == before[4] + charges
    assert harness.row(last.run_id).credits_used == after[1] == 2
