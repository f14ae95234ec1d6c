"""Firings that started no run: each is kept with its reason, for the person who wonders why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, insert, select, tuple_
from sqlalchemy.orm import Session

from db.database import Database
from db.ids import new_id
from db.rows import EVALUATION, HOOK_KEY
from engine.errors import Refused
from engine.triggers.kinds import Reason, TriggerType
from engine.values import JsonValue

KEPT = timedelta(days=30)
"""How long a firing that started nothing is kept, and the key by which a call is known again."""

_MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """A firing that started no run.

    Attributes:
        workflow_id: Whose trigger fired.
        type: What kind it is.
        reason: Why there is no run.
        detail: What it takes to understand that; plain JSON.
        run_id: The run that was there already, for DUPLICATE.
    """

    workflow_id: str
    type: TriggerType
    reason: Reason
    detail: Mapping[str, Any] | None = None
    run_id: str | None = None


def declined_by(
    workflow_id: str, kind: TriggerType, refusal: Refused, **facts: JsonValue
) -> tuple[Declined, ...]:
    """Give what is kept of a firing that was refused: nothing where the call itself was wrong, and so fired nothing.

    Args:
        workflow_id: Whose trigger it was.
        kind: What kind it is.
        refusal: Why.
        facts: What else to say in the detail.
    """
    code = refusal.problems[0].code
    if code not in Reason.__members__:
        return ()
    errors = [{"code": one.code, "message": one.message, "path": list(one.path)} for one in refusal.problems]
    detail = {**facts, "errors": errors}
    return (Declined(workflow_id=workflow_id, type=kind, reason=Reason(code), detail=detail),)


def keep(session: Session, workspace_id: str, at: datetime, declined: Sequence[Declined]) -> None:
    """Keep firings that started no run."""
    rows = [
        {
            "id": new_id("tev"),
            "workspace_id": workspace_id,
            "workflow_id": one.workflow_id,
            "at": at,
            "type": one.type.value,
            "reason": one.reason.value,
            "detail": None if one.detail is None else dict(one.detail),
            "run_id": one.run_id,
        }
        for one in declined
    ]
    if rows:
        session.execute(insert(EVALUATION), rows)


def remove_old(database: Database) -> int:
    """Remove firings that started nothing, and keys of calls, after 30 days; give how many there were."""
    before = database.now() - KEPT
    return sum(_remove(database, table, before) for table in (EVALUATION, HOOK_KEY))


def _remove(database: Database, table: Table, before: datetime) -> int:
    """Remove rows in short transactions, so that nobody waits long for one."""
    place = tuple_(*table.primary_key.columns)
    oldest = select(*table.primary_key.columns).where(table.c.at < before).limit(_MOST_AT_ONCE)
    removed = 0
    while True:
        with database.write() as session:
            gone = session.execute(delete(table).where(place.in_(oldest)).returning(table.c.at)).all()
        removed += len(gone)
        if len(gone) < _MOST_AT_ONCE:
            return removed
