"""What a workspace may use in a calendar month of UTC, and what of it is used: exact at every moment.

A start uses nothing yet: the limit keeps runs from starting once it is reached, and what is under way goes on past it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CompoundSelect, Connection, func, select, union_all
from sqlalchemy.orm import Session

from db.database import Database
from db.grains import Grain
from db.rows import CREDIT_DELTA, CREDIT_ROLLUP
from db.terms import Terms
from engine.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowCredits:
    """What a workflow used in a month."""

    workflow_id: str
    used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditBalance:
    """The credits of a workspace in a month, which lasts up to `period_end`; without a limit `limit` is None."""

    limit: int | None
    used: int
    period_start: datetime
    period_end: datetime
    per_workflow: Sequence[WorkflowCredits]

    @property
    def remaining(self) -> int | None:
        """Give how many are left before the limit; None without one."""
        return None if self.limit is None else max(0, self.limit - self.used)


def balance(database: Database, workspace_id: str, *, terms: Terms) -> CreditBalance:
    """Give the balance of the present month, the workflow that used most first."""
    start = Grain.MONTH.floor(database.now())
    parts = _parts(workspace_id, start).subquery()
    used = func.sum(parts.c.used).label("used")
    query = select(parts.c.workflow_id, used).group_by(parts.c.workflow_id)
    with database.glance() as connection:
        rows = connection.execute(query.order_by(used.desc(), parts.c.workflow_id)).all()
    return CreditBalance(
        limit=terms.credit_limit,
        used=sum(row.used for row in rows),
        period_start=start,
        period_end=Grain.MONTH.after(start),
        per_workflow=[WorkflowCredits(workflow_id=row.workflow_id, used=row.used) for row in rows],
    )


def exhausted(session: Session | Connection, workspace_id: str, at: datetime, *, terms: Terms) -> bool:
    """Say whether the workspace has used its credits of the month of `at`: then no run starts.

    Without a limit this asks nothing of the database, with one it is one statement.
    """
    if terms.credit_limit is None:
        return False
    parts = _parts(workspace_id, Grain.MONTH.floor(at)).subquery()
    used = func.coalesce(func.sum(parts.c.used), 0)
    return bool(session.execute(select(used >= terms.credit_limit)).scalar_one())


def exhaustion(at: datetime, *, terms: Terms) -> Problem:
    """Say to whoever wanted to start a run that the credits are used."""
    month = Grain.MONTH.floor(at)
    message = (
        f"The workspace has used its {terms.credit_limit} credits of {month:%B %Y}: no run starts before "
        f"{Grain.MONTH.after(month):%Y-%m-%d} (UTC), unless the operator raises the limit."
    )
    return Problem("CREDITS_EXHAUSTED", message, ())


def _parts(workspace_id: str, start: datetime) -> CompoundSelect[str, int]:
    """Select what adds up to the month that begins at `start`: its rollups, and the charges that are in none yet."""
    folded = select(CREDIT_ROLLUP.c.workflow_id, CREDIT_ROLLUP.c.used).where(
        CREDIT_ROLLUP.c.workspace_id == workspace_id, CREDIT_ROLLUP.c.month == start
    )
    charges = select(CREDIT_DELTA.c.workflow_id, CREDIT_DELTA.c.amount).where(
        CREDIT_DELTA.c.workspace_id == workspace_id,
        CREDIT_DELTA.c.at >= start,
        CREDIT_DELTA.c.at < Grain.MONTH.after(start),
    )
    return union_all(folded, charges)
