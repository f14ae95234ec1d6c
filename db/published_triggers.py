"""What a workflow's published trigger waits for: kept at each publishing, for what may fire it to find it."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.database import Database
from db.pages import owned
from db.rows import HOOK, PUBLISHED_TRIGGER, VERSION, WORKFLOW
from db.texts import storable
from engine.status import WorkflowStatus
from engine.triggers.kinds import WATCHING, TriggerType
from engine.triggers.schedule import next_time

_TOKEN_BYTES = 24


def keep_trigger(session: Session, workflow_id: str, definition: Mapping[str, Any], *, at: datetime) -> None:
    """Keep what the trigger of a version that is published waits for from now on.

    Args:
        session: The transaction that publishes it.
        workflow_id: The workflow.
        definition: The version's definition.
        at: When it is published: a schedule begins then.
    """
    kind, config = definition["trigger"]["type"], definition["trigger"]["config"]
    drop_trigger(session, workflow_id)
    workspace = select(WORKFLOW.c.workspace_id).where(WORKFLOW.c.id == workflow_id)
    session.execute(
        insert(PUBLISHED_TRIGGER).values(
            workflow_id=workflow_id,
            workspace_id=workspace.scalar_subquery(),
            type=kind,
            object=config["object"] if kind in WATCHING else None,
            next_at=_next(kind, config, at),
        )
    )


def drop_trigger(session: Session, workflow_id: str) -> None:
    """Let nothing fire a workflow's trigger any more."""
    session.execute(delete(PUBLISHED_TRIGGER).where(PUBLISHED_TRIGGER.c.workflow_id == workflow_id))


def wind_schedule(session: Session, workflow_id: str, definition: Mapping[str, Any], *, at: datetime) -> None:
    """Let a schedule go on from a moment: what it missed before, while it was paused, is not made up for."""
    kind, config = definition["trigger"]["type"], definition["trigger"]["config"]
    if kind == TriggerType.SCHEDULE:
        own = PUBLISHED_TRIGGER.c.workflow_id == workflow_id
        session.execute(update(PUBLISHED_TRIGGER).where(own).values(next_at=_next(kind, config, at)))


def keep_hook(session: Session, workflow_id: str, definition: Mapping[str, Any]) -> None:
    """Make sure that a workflow with a webhook, though it may be a draft, has its address; it never changes."""
    if definition["trigger"]["type"] != TriggerType.WEBHOOK:
        return
    add = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(HOOK)
    values = {"workflow_id": workflow_id, "token": secrets.token_urlsafe(_TOKEN_BYTES)}
    session.execute(add.values(values).on_conflict_do_nothing(index_elements=["workflow_id"]))


def hook_tokens(database: Database, workspace_id: str, workflow_ids: Collection[str]) -> dict[str, str]:
    """Give the tokens of those of the workflows that have a webhook."""
    query = (
        select(HOOK.c.workflow_id, HOOK.c.token)
        .join(WORKFLOW, WORKFLOW.c.id == HOOK.c.workflow_id)
        .where(HOOK.c.workflow_id.in_(storable(workflow_ids)), owned(WORKFLOW, workspace_id))
    )
    with database.read() as session:
        return {row.workflow_id: row.token for row in session.execute(query)}


def next_times(database: Database, workspace_id: str, version_ids: Collection[str]) -> dict[str, datetime]:
    """Give the next time of those of the versions that live workflows run by a schedule."""
    query = (
        select(VERSION.c.id, PUBLISHED_TRIGGER.c.next_at)
        .join(WORKFLOW, WORKFLOW.c.id == VERSION.c.workflow_id)
        .join(PUBLISHED_TRIGGER, PUBLISHED_TRIGGER.c.workflow_id == WORKFLOW.c.id)
        .where(
            VERSION.c.id.in_(storable(version_ids)),
            WORKFLOW.c.published_id == VERSION.c.id,
            WORKFLOW.c.status == WorkflowStatus.LIVE.value,
            PUBLISHED_TRIGGER.c.next_at.is_not(None),
            owned(WORKFLOW, workspace_id),
        )
    )
    with database.read() as session:
        return {row.id: row.next_at for row in session.execute(query)}


def _next(kind: str, config: Mapping[str, Any], at: datetime) -> datetime | None:
    return next_time(config["cron"], config["timezone"], at) if kind == TriggerType.SCHEDULE else None
