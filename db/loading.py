"""Reading what a decision is made on: the run's state, its version's definition, and the names around them."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from db.rows import RUN, VERSION, WORKFLOW
from db.times import text_of
from engine.definition import Definition
from engine.reading import read_definition
from engine.state import RunState
from engine.status import RunStatus

_KEPT_DEFINITIONS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedRun:
    """A run, ready to be decided on. `trigger` is as `trigger_data` gives it, `workflow` {id, name}."""

    state: RunState
    definition: Definition
    workspace_id: str
    workflow: Mapping[str, Any]
    trigger: Mapping[str, Any]


class _Definitions:
    """Definitions that were read, by version: versions never change."""

    def __init__(self) -> None:
        self._lock, self._kept = threading.Lock(), OrderedDict[str, Definition]()

    def get(self, session: Session | Connection, version_id: str) -> Definition:
        with self._lock:
            if version_id in self._kept:
                self._kept.move_to_end(version_id)
                return self._kept[version_id]
        data = session.execute(select(VERSION.c.definition).where(VERSION.c.id == version_id)).scalar_one()
        definition = read_definition(data)
        with self._lock:
            self._kept[version_id] = definition
            while len(self._kept) > _KEPT_DEFINITIONS:
                self._kept.popitem(last=False)
        return definition


_definitions = _Definitions()

_QUERY = (
    select(
        *(RUN.c[name] for name in (
            "id", "workspace_id", "workflow_id", "version_id", "status", "last_seq", "credits_used", "tariff",
            "trigger", "started_at", "ended_at", "error", "failed_execution_id", "cancellation", "state",
        )),
        WORKFLOW.c.name,
    )
    .join(WORKFLOW, WORKFLOW.c.id == RUN.c.workflow_id)
    .where(RUN.c.id == bindparam("run_id"))
)  # fmt: skip
_LOCKED = _QUERY.with_for_update(of=RUN)


def load_run(
    session: Session | Connection, run_id: str, *, workspace_id: str | None = None, lock: bool = False
) -> LoadedRun | None:
    """Read a run.

    Args:
        session: Where.
        run_id: The run.
        workspace_id: Where given, a run of another workspace is absent.
        lock: Whether to hold the run's row until the transaction ends.

    Returns:
        The run, or None where there is none.
    """
    row = session.execute(_LOCKED if lock else _QUERY, {"run_id": run_id}).one_or_none()
    if row is None or workspace_id not in (None, row.workspace_id):
        return None
    return LoadedRun(
        state=_state(row),
        definition=definition_of(session, row.version_id),
        workspace_id=row.workspace_id,
        workflow={"id": row.workflow_id, "name": row.name},
        trigger=row.trigger,
    )


def definition_of(session: Session | Connection, version_id: str) -> Definition:
    """Give the definition of a version; it is read once."""
    return _definitions.get(session, version_id)


def _state(row: Any) -> RunState:
    state = RunState(
        run_id=row.id,
        tariff=row.tariff,
        status=RunStatus(row.status),
        seq=row.last_seq,
        credits_used=row.credits_used,
        started_at=_text(row.started_at),
        ended_at=_text(row.ended_at),
        error=row.error,
        failed_execution_id=row.failed_execution_id,
        cancellation=row.cancellation,
    )
    state.restore(row.state)
    return state


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else text_of(moment)
