import pytest

from db import backlog as module
from db.backlog import Backlog, backlog
from db.database import Database
from tests.db.filling import NOON, add_execution, add_run, add_workspace


def test_what_is_under_way_is_counted_over_all_workspaces(database: Database) -> None:
    assert backlog(database) == Backlog(0, 0)
    run_id = add_run(database)
    add_run(database, add_workspace(database, "other"))
    add_run(database, status="COMPLETED", ended_at=NOON)
    for status in ("PENDING", "PENDING", "PENDING", "RUNNING", "COMPLETED"):
        add_execution(database, run_id, status=status)
    assert backlog(database) == Backlog(runs_under_way=2, executions_pending=3)


def test_counting_stops_at_a_bound(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COUNTED", 2)
    run_id = add_run(database)
    for _ in range(3):
        add_execution(database, run_id)
    assert backlog(database) == Backlog(1, 2)
