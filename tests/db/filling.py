"""Rows as tests need them: what is not named has a plain value."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert

from db.database import Database
from db.ids import new_id
from db.rows import EVENT, EXECUTION, ITERATION, LOG_LINE, RUN, VERSION, WORKFLOW, WORKSPACE

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ACTOR = {"kind": "SYSTEM", "id": None, "name": "test"}
DEFAULT = "ws_default"


def after_noon(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def add(database: Database, table: Table, **values: Any) -> None:
    with database.write() as session:
        session.execute(insert(table).values(**values))


def add_workspace(database: Database, name: str) -> str:
    add(database, WORKSPACE, id=f"ws_{name}", name=name, created_at=NOON)
    return f"ws_{name}"


def add_workflow(database: Database, workspace_id: str = DEFAULT, **values: Any) -> str:
    made = {
        "id": new_id("wf"),
        "workspace_id": workspace_id,
        "name": "A workflow",
        "status": "LIVE",
        "created_at": NOON,
        "updated_at": NOON,
        "created_by": ACTOR,
        **values,
    }
    add(database, WORKFLOW, **made)
    return str(made["id"])


def add_version(database: Database, workflow_id: str, **values: Any) -> str:
    made = {
        "id": new_id("wfv"),
        "workflow_id": workflow_id,
        "number": 1,
        "definition": {},
        "created_at": NOON,
        **values,
    }
    add(database, VERSION, **made)
    return str(made["id"])


def add_run(database: Database, workspace_id: str = DEFAULT, **values: Any) -> str:
    workflow_id = values.get("workflow_id") or add_workflow(database, workspace_id)
    made = {
        "id": new_id("run"),
        "workspace_id": workspace_id,
        "workflow_id": workflow_id,
        "version_id": values.get("version_id") or add_version(database, workflow_id, number=new_number()),
        "status": "RUNNING",
        "last_seq": 1,
        "credits_used": 0,
        "tariff": "classic",
        "trigger": {"type": "MANUAL", "payload": {}, "actor": ACTOR, "firedAt": "", "record": None},
        "queued_at": NOON,
        "state": {},
        **values,
    }
    add(database, RUN, **made)
    return str(made["id"])


_numbers = iter(range(1, 1_000_000))


def new_number() -> int:
    return next(_numbers)


def add_execution(database: Database, run_id: str, **values: Any) -> str:
    number = new_number()
    made = {
        "id": new_id("exe"),
        "run_id": run_id,
        "key": f"key_{number}",
        "type": "formula",
        "name": "A formula",
        "path": "",
        "status": "PENDING",
        "seq": 1,
        "created_seq": number,
        "attempt": 0,
        "credits_used": 0,
        **values,
    }
    add(database, EXECUTION, **made)
    return str(made["id"])


def add_iteration(database: Database, run_id: str, loop_id: str, index: int, **values: Any) -> str:
    made = {
        "id": new_id("itr"),
        "run_id": run_id,
        "loop_id": loop_id,
        "path": f"each:{index}",
        "index": index,
        "total": 9,
        "status": "RUNNING",
        "seq": 1,
        "credits_used": 0,
        **values,
    }
    add(database, ITERATION, **made)
    return str(made["id"])


def add_event(database: Database, run_id: str, seq: int) -> None:
    values = {"type": "RunStarted", "subject": "run", "subject_id": run_id, "data": {"n": seq}, "header": {}}
    add(database, EVENT, run_id=run_id, seq=seq, at=after_noon(seq), **values)


def add_line(database: Database, run_id: str, execution_id: str, seq: int, message: str) -> None:
    values = {"at": NOON, "level": "info", "message": message}
    add(database, LOG_LINE, run_id=run_id, execution_id=execution_id, seq=seq, **values)
