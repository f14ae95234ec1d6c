"""Compares the tables of a run with what folding its log gives, field by field."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from db.database import Database
from db.rows import EVENT, EXECUTION, ITERATION, LOG_LINE, QUESTION, RUN, STEP, event_record
from engine.folding import Picture

CREDIT_ENTRY = SQLModel.metadata.tables["credit_entry"]
NOT_IN_THE_LOG = {
    "workspace_id", "workflow_id", "version_id", "idempotency_key", "idempotency_fingerprint", "changed_at",
    "hint_at", "token", "lease_until",
}  # fmt: skip
"""What a run is from its beginning, and who works on it now."""


def check_folding(database: Database, run_id: str) -> None:
    """Assert that folding the log of a run gives its tables."""
    picture = Picture()
    with database.read() as session:
        log = session.execute(select(EVENT).where(EVENT.c.run_id == run_id).order_by(EVENT.c.seq))
        for row in log:
            picture.take(event_record(row))
        (run,) = found(session, RUN, RUN.c.id == run_id)
        executions = found(session, EXECUTION, EXECUTION.c.run_id == run_id)
        iterations = found(session, ITERATION, ITERATION.c.run_id == run_id)
        lines = found(session, LOG_LINE, LOG_LINE.c.run_id == run_id)
        questions = found(session, QUESTION, QUESTION.c.run_id == run_id)
        steps = found(session, STEP, STEP.c.run_id == run_id)
        ledger = found(session, CREDIT_ENTRY, CREDIT_ENTRY.c.run_id == run_id)
    state = run.pop("state")
    same(picture.run, run)
    same(picture.executions, {row["id"]: row for row in executions})
    same(picture.iterations, {row["id"]: row for row in iterations})
    same(picture.questions, {row["id"]: row for row in questions})
    same(picture.steps, {row["id"]: row for row in steps})
    same({row["seq"]: row for row in picture.lines}, {row["seq"]: row for row in lines})
    same(picture.charges, {row["execution_id"]: row["amount"] for row in ledger})
    for name in ("tallies", "edges", "skips", "failedActivity"):
        same(picture.state[name], state[name])
    same(alive(picture.state), alive(state))


def same(folded: object, kept: object) -> None:
    assert folded == kept, f"folded:\n{folded}\nin the table:\n{kept}"


def alive(state: Mapping[str, Any]) -> dict[tuple[str, str], tuple[str, str]]:
    """Give what is not final in a run: scope and key → id and status."""
    return {
        (path, key): (live["id"], live["status"])
        for path, scope in state["scopes"].items()
        for key, live in scope["live"].items()
    }


def found(session: Session, table: Table, which: Any) -> list[dict[str, Any]]:
    """Give rows without what the log does not say."""
    rows = session.execute(select(table).where(which)).mappings()
    return [{name: value for name, value in row.items() if name not in NOT_IN_THE_LOG} for row in rows]
