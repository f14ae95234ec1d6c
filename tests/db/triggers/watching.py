"""Workflows with triggers as tests of the database need them, and what came of their firings."""

from collections.abc import Mapping
from typing import Any

from db.database import Database
from db.evaluation_queries import EvaluationRecord, evaluations_pages
from db.filters import RunFilter
from db.records import Actor, RunRecord
from db.runs import runs_page
from db.terms import Terms
from db.workflows import create_workflow
from tests.db.filling import DEFAULT

ANN = Actor(kind="USER", id="usr_1", name="Ann")
TERMS = Terms(tariff="classic")


def triggered(kind: str, expression: str = "1", **config: Any) -> dict[str, Any]:
    """A definition of one formula that a trigger leads to."""
    return {
        "trigger": {"type": kind, "config": config},
        "activities": [{"key": "a", "type": "formula", "config": {"expression": expression}}],
        "edges": [{"from": "trigger", "to": "a"}],
    }


def publish(
    database: Database, definition: Mapping[str, Any], workspace_id: str = DEFAULT, *, live: bool = True
) -> str:
    """Create a workflow, live or a draft, and give its id."""
    made = create_workflow(
        database, workspace_id, ANN, name="Watch", description=None, definition=definition, publish=live
    )
    return made.id


def evaluations(database: Database, workflow_id: str, workspace_id: str = DEFAULT) -> list[EvaluationRecord]:
    """What came of a workflow's firings, the newest first."""
    pages = evaluations_pages(database, workspace_id, [workflow_id], None, first=100, after=None)
    return list(pages[workflow_id].items)


def reasons(database: Database, workflow_id: str) -> list[str | None]:
    """Why its firings started nothing, the oldest first; None of those that did."""
    return [one.reason for one in reversed(evaluations(database, workflow_id))]


def runs(database: Database, workspace_id: str = DEFAULT) -> list[RunRecord]:
    """All runs, the oldest first."""
    return list(reversed(runs_page(database, workspace_id, RunFilter(), first=100, after=None).items))
