"""The versions of a workflow, within a transaction of the caller's that holds the workflow."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from db.ids import new_id
from db.published_triggers import keep_hook, keep_trigger
from db.records import WorkflowRecord
from db.rows import VERSION, VERSION_COLUMNS, WORKFLOW, version_record
from engine.status import WorkflowStatus
from engine.triggers.secrets import restored


def change_workflow(session: Session, workflow_id: str, **values: Any) -> None:
    """Set columns of a workflow's row."""
    session.execute(update(WORKFLOW).where(WORKFLOW.c.id == workflow_id).values(**values))


def add_version(
    session: Session, workflow_id: str, definition: Mapping[str, Any], *, published: bool, at: datetime
) -> None:
    """Add a version, the draft or published: then the workflow is live with it."""
    version_id = new_id("wfv")
    session.execute(
        insert(VERSION).values(
            id=version_id,
            workflow_id=workflow_id,
            number=_next_number(session, workflow_id),
            definition=definition,
            created_at=at,
            published_at=at if published else None,
        )
    )
    keep_hook(session, workflow_id, definition)
    if published:
        status = WorkflowStatus.LIVE.value
        change_workflow(session, workflow_id, published_id=version_id, status=status, updated_at=at)
        keep_trigger(session, workflow_id, definition, at=at)
    else:
        change_workflow(session, workflow_id, draft_id=version_id, updated_at=at)


def _next_number(session: Session, workflow_id: str) -> int:
    """Give the number of a version that is added; a draft makes room, as it will be published after it."""
    of_workflow = VERSION.c.workflow_id == workflow_id
    last = session.scalar(select(func.max(VERSION.c.number)).where(of_workflow)) or 0
    draft = update(VERSION).where(of_workflow, VERSION.c.published_at.is_(None)).values(number=last + 1)
    moved = session.execute(draft.returning(VERSION.c.id)).one_or_none()
    return last if moved is not None else last + 1


def save_draft(
    session: Session, workflow: WorkflowRecord, definition: Mapping[str, Any], *, at: datetime
) -> None:
    """Make a definition the draft: the one that there is is replaced whole, else it is the next version."""
    earlier = (written_definition(session, one) for one in (workflow.draft_id, workflow.published_id))
    definition = restored(definition, *earlier)
    if workflow.draft_id is None:
        add_version(session, workflow.id, definition, published=False, at=at)
        return
    session.execute(update(VERSION).where(VERSION.c.id == workflow.draft_id).values(definition=definition))
    keep_hook(session, workflow.id, definition)
    change_workflow(session, workflow.id, updated_at=at)


def written_definition(session: Session, version_id: str | None) -> dict[str, Any] | None:
    """Give the definition of a version as it is kept, None without a version."""
    query = select(*VERSION_COLUMNS).where(VERSION.c.id == version_id)
    row = session.execute(query).one_or_none() if version_id is not None else None
    return None if row is None else dict(version_record(row).definition)
