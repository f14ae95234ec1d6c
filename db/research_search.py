"""What a workspace already has to search in: its newest records, and the pages that its research has read."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from db.database import Database
from db.record_store import record_json
from db.rows import RECORD, RECORD_COLUMNS, RUN, STEP, record_record
from engine.status import StepKind
from engine.values import JsonValue

RECORDS = 1_000
PAGES = 300


def newest_records(database: Database, workspace_id: str) -> Sequence[Mapping[str, JsonValue]]:
    """Give the newest records of a workspace, of any object, as outputs hold them; at most 1,000."""
    query = (
        select(*RECORD_COLUMNS)
        .where(RECORD.c.workspace_id == workspace_id)
        .order_by(RECORD.c.id.desc())
        .limit(RECORDS)
    )
    with database.read() as session:
        return [record_json(record_record(row)) for row in session.execute(query)]


def known_pages(database: Database, workspace_id: str) -> Sequence[Mapping[str, str]]:
    """Give the pages that research of a workspace has read lately, the newest reading of each first, as {url, title, excerpt}."""
    query = (
        select(STEP.c.output)
        .join(RUN, RUN.c.id == STEP.c.run_id)
        .where(
            RUN.c.workspace_id == workspace_id,
            STEP.c.kind == StepKind.READ_PAGE.value,
            STEP.c.ended_at.is_not(None),
            STEP.c.error.is_(None),
        )
        .order_by(STEP.c.id.desc())
        .limit(PAGES)
    )
    with database.read() as session:
        read = [output for output in session.scalars(query) if output]
    newest = {one["url"]: one for one in reversed(read)}
    return [
        {"url": url, "title": one["title"], "excerpt": one["excerpt"]}
        for url, one in reversed(newest.items())
        if not url.startswith("record:")
    ]
