"""The demo workspace: the companies of the S&P 500 as records, and the example workflows, published."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.record_store import Author, create_record
from db.records import Actor
from db.rows import RECORD, WORKFLOW
from db.workflows import create_workflow
from playhead.settings import Settings
from playhead.workflow_file import read_workflow

OBJECT: Final = "companies"
ACTOR: Final = Actor(kind="SYSTEM", id=None, name="the demo")

_FOLDER: Final = Path(__file__).parent
_ATTRIBUTES: Final = {
    "Symbol": "symbol",
    "Security": "name",
    "GICS Sector": "sector",
    "GICS Sub-Industry": "subIndustry",
    "Headquarters Location": "headquarters",
    "Date added": "dateAdded",
    "CIK": "cik",
    "Founded": "founded",
}


def load(settings: Settings) -> None:
    """Adds what the demo workspace lacks; what is there, by its name, stays as it is. Starts no run.

    The companies are added where there is no record of that object.
    """
    database = Database(settings.database_url)
    try:
        with database.write() as session:
            if not _has_companies(session):
                author = Author(workspace_id=DEFAULT_WORKSPACE, actor=ACTOR, at=database.now())
                for values in companies():
                    create_record(session, author, OBJECT, values)
        _publish_examples(database)
    finally:
        database.dispose()


def companies() -> Iterator[Mapping[str, str]]:
    """Gives the values of the companies, all text as in the file, in its order."""
    with (_FOLDER / "data" / "sp500.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            yield {attribute: row[column] for column, attribute in _ATTRIBUTES.items()}


def example_files() -> list[Path]:
    """Gives the example workflow files that Playhead ships, by name."""
    return sorted((_FOLDER / "examples").glob("*.json"))


def _publish_examples(database: Database) -> None:
    names = _workflow_names(database)
    for path in example_files():
        workflow = read_workflow(path)
        if workflow.name not in names:
            create_workflow(
                database,
                DEFAULT_WORKSPACE,
                ACTOR,
                name=workflow.name,
                description=workflow.description,
                definition=workflow.definition,
                publish=True,
            )


def _has_companies(session: Session) -> bool:
    query = select(RECORD.c.id).where(RECORD.c.workspace_id == DEFAULT_WORKSPACE, RECORD.c.object == OBJECT)
    return session.scalar(query.limit(1)) is not None


def _workflow_names(database: Database) -> set[str]:
    with database.read() as session:
        return set(
            session.scalars(select(WORKFLOW.c.name).where(WORKFLOW.c.workspace_id == DEFAULT_WORKSPACE))
        )
