"""How much there is to do: counted by partial indexes, and only so far, so that it costs little whatever there is."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, literal_column, select

from db.database import Database
from db.rows import EXECUTION, RUN

COUNTED = 100_000
"""A count stops here."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is under way; a count of `COUNTED` means as many or more.

    Attributes:
        runs_under_way: Runs that have not ended.
        executions_pending: Activity executions that are ready and that no worker has begun.
    """

    runs_under_way: int
    executions_pending: int


def backlog(database: Database) -> Backlog:
    """Count what is under way, in all workspaces."""
    pending = EXECUTION.c.status == literal_column(
        "'PENDING'"
    )  # not bound: the index is for this value alone
    runs = select(RUN.c.workflow_id).where(RUN.c.ended_at.is_(None))
    executions = select(EXECUTION.c.hint_at).where(pending)
    with database.glance() as connection:
        row = connection.execute(select(_count(runs), _count(executions))).one()
    return Backlog(*row)


def _count(rows: Select[Any]) -> ScalarSelect[int]:
    return select(func.count()).select_from(rows.limit(COUNTED).subquery()).scalar_subquery()
