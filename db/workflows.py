"""Changes of workflows: each is one transaction that is refused with every fault, or done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

import orjson
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from db.database import Database
from db.ids import new_id
from db.locks import hold_name
from db.published_triggers import drop_trigger, keep_trigger, wind_schedule
from db.records import Actor, VersionRecord, WorkflowRecord
from db.rows import VERSION, WORKFLOW, WORKFLOW_COLUMNS, workflow_record
from db.texts import is_storable
from db.workflow_faults import checked_definition, description_faults, name_faults
from db.workflow_versions import add_version, change_workflow, save_draft, written_definition
from engine.errors import Problem, Refused
from engine.status import WorkflowStatus
from engine.validation import validate


class WorkflowChanges(TypedDict, total=False):
    """What to change of a workflow; what is left out stays."""

    name: str
    description: str | None
    definition: Mapping[str, Any]


def create_workflow(
    database: Database,
    workspace_id: str,
    actor: Actor,
    *,
    name: str,
    description: str | None,
    definition: Mapping[str, Any],
    publish: bool,
) -> WorkflowRecord:
    """Create a workflow with its first version, a draft or published.

    Raises:
        Refused: VALUE_INVALID for the name, the description or the form of the definition, TOO_LARGE; with
            `publish` also every fault of the definition.
    """
    found, at = _checked(name, description, definition, publish=publish), database.now()
    with database.write() as session:
        workflow_id = _insert(session, workspace_id, actor, name=name, description=description, at=at)
        add_version(session, workflow_id, found, published=publish, at=at)
        return _read(session, workspace_id, workflow_id)


def ensure_published(
    database: Database,
    workspace_id: str,
    actor: Actor,
    *,
    name: str,
    description: str | None,
    definition: Mapping[str, Any],
) -> WorkflowRecord:
    """Make sure that the workspace's workflow of this name is live with this definition.

    It is created where there is none that is not archived; of several the newest is taken. A version is added
    only where the definition differs from the published one; a draft stays a draft, and comes after it.

    Raises:
        Refused: As `create_workflow` with `publish`.
    """
    found, at = _checked(name, description, definition, publish=True), database.now()
    with database.write() as session:
        hold_name(session, "workflow", workspace_id, name)
        workflow_id = session.scalar(
            select(WORKFLOW.c.id)
            .where(
                WORKFLOW.c.workspace_id == workspace_id,
                WORKFLOW.c.name == name,
                WORKFLOW.c.status != WorkflowStatus.ARCHIVED.value,
            )
            .order_by(WORKFLOW.c.id.desc())
            .limit(1)
        )
        if workflow_id is None:
            workflow_id = _insert(session, workspace_id, actor, name=name, description=description, at=at)
        workflow = _open(session, workspace_id, workflow_id)
        if _text_of(written_definition(session, workflow.published_id)) != _text_of(found):
            add_version(session, workflow_id, found, published=True, at=at)
        elif workflow.status is not WorkflowStatus.LIVE:
            _go_on(session, workflow_id, found, at=at)
        if description not in (None, workflow.description):
            change_workflow(session, workflow_id, description=description, updated_at=at)
        return _read(session, workspace_id, workflow_id)


def update_workflow(
    database: Database, workspace_id: str, workflow_id: str, changes: WorkflowChanges
) -> WorkflowRecord:
    """Change what a workflow is called, and save its draft; a live one goes on with its published version.

    Where there is no draft, the definition makes one, the next version; else it replaces the draft whole.

    Raises:
        Refused: NOT_FOUND, ARCHIVED, VALUE_INVALID for the name, the description or the form of the definition,
            or TOO_LARGE; nothing was changed.
    """
    faults = name_faults(changes["name"]) if "name" in changes else []
    faults += description_faults(changes.get("description"))
    found = None
    if "definition" in changes:
        found = checked_definition(changes["definition"], faults, publish=False)
    elif faults:
        raise Refused(*faults)
    called = {name: changes[name] for name in ("name", "description") if name in changes}
    at = database.now()
    with database.write() as session:
        workflow = _open(session, workspace_id, workflow_id)
        if found is not None:
            save_draft(session, workflow, found, at=at)
        if called:
            change_workflow(session, workflow_id, updated_at=at, **called)
        return _read(session, workspace_id, workflow_id)


def publish_workflow(database: Database, workspace_id: str, workflow_id: str) -> WorkflowRecord:
    """Publish a workflow's draft: it becomes the version that runs start on, and the workflow live.

    Raises:
        Refused: NOT_FOUND, ARCHIVED, NOTHING_TO_PUBLISH, or every fault of the draft.
    """
    at = database.now()
    with database.write() as session:
        workflow = _open(session, workspace_id, workflow_id)
        definition = written_definition(session, workflow.draft_id)
        if definition is None:
            message = f"'{workflow.name}' has no draft: what there is of it is published."
            raise Refused(Problem("NOTHING_TO_PUBLISH", message, ("id",)))
        faults = validate(definition)
        if faults:
            raise Refused(*faults)
        session.execute(update(VERSION).where(VERSION.c.id == workflow.draft_id).values(published_at=at))
        change_workflow(
            session,
            workflow_id,
            status=WorkflowStatus.LIVE.value,
            published_id=workflow.draft_id,
            draft_id=None,
            updated_at=at,
        )
        keep_trigger(session, workflow_id, definition, at=at)
        return _read(session, workspace_id, workflow_id)


def pause_workflow(database: Database, workspace_id: str, workflow_id: str) -> WorkflowRecord:
    """Keep a workflow from starting runs; one that is paused stays as it is.

    Raises:
        Refused: NOT_FOUND, ARCHIVED, or NOT_LIVE where it was never published.
    """
    return _move(database, workspace_id, workflow_id, WorkflowStatus.PAUSED)


def resume_workflow(database: Database, workspace_id: str, workflow_id: str) -> WorkflowRecord:
    """Let a paused workflow start runs again; one that is live stays as it is.

    Raises:
        Refused: NOT_FOUND, ARCHIVED, or NOT_LIVE where it was never published.
    """
    return _move(database, workspace_id, workflow_id, WorkflowStatus.LIVE)


def archive_workflow(database: Database, workspace_id: str, workflow_id: str) -> WorkflowRecord:
    """Take a workflow out of use for good: it starts no runs and takes no changes; its runs under way go on.

    One that is archived stays as it is.

    Raises:
        Refused: NOT_FOUND.
    """
    at = database.now()
    with database.write() as session:
        workflow = _read(session, workspace_id, workflow_id, lock=True)
        if workflow.status is WorkflowStatus.ARCHIVED:
            return workflow
        drop_trigger(session, workflow_id)
        change_workflow(session, workflow_id, status=WorkflowStatus.ARCHIVED.value, updated_at=at)
        return _read(session, workspace_id, workflow_id)


def problems(version: VersionRecord) -> list[Problem]:
    """Give what would keep a version from being published; nothing once it is."""
    return [] if version.published_at is not None else list(validate(version.definition))


def _checked(
    name: str, description: str | None, definition: Mapping[str, Any], *, publish: bool
) -> dict[str, Any]:
    others = name_faults(name) + description_faults(description)
    return checked_definition(definition, others, publish=publish)


def _insert(
    session: Session, workspace_id: str, actor: Actor, *, name: str, description: str | None, at: datetime
) -> str:
    workflow_id = new_id("wf")
    session.execute(
        insert(WORKFLOW).values(
            id=workflow_id,
            workspace_id=workspace_id,
            name=name,
            description=description,
            status=WorkflowStatus.DRAFT.value,
            created_at=at,
            updated_at=at,
            created_by=actor.as_data(),
        )
    )
    return workflow_id


def _move(database: Database, workspace_id: str, workflow_id: str, status: WorkflowStatus) -> WorkflowRecord:
    at = database.now()
    with database.write() as session:
        workflow = _open(session, workspace_id, workflow_id)
        definition = written_definition(session, workflow.published_id)
        if definition is None:
            message = f"'{workflow.name}' has never been published, so there is nothing to pause or resume."
            raise Refused(Problem("NOT_LIVE", message, ("id",)))
        if workflow.status is status:
            return workflow
        if status is WorkflowStatus.LIVE:
            _go_on(session, workflow_id, definition, at=at)
        else:
            change_workflow(session, workflow_id, status=status.value, updated_at=at)
        return _read(session, workspace_id, workflow_id)


def _go_on(session: Session, workflow_id: str, definition: Mapping[str, Any], *, at: datetime) -> None:
    """Let a paused workflow start runs again: a schedule goes on from now."""
    change_workflow(session, workflow_id, status=WorkflowStatus.LIVE.value, updated_at=at)
    wind_schedule(session, workflow_id, definition, at=at)


def _read(session: Session, workspace_id: str, workflow_id: str, *, lock: bool = False) -> WorkflowRecord:
    query = select(*WORKFLOW_COLUMNS).where(
        WORKFLOW.c.id == workflow_id, WORKFLOW.c.workspace_id == workspace_id
    )
    row = None
    if is_storable(workflow_id):
        row = session.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise Refused(Problem("NOT_FOUND", f"There is no workflow {workflow_id!r}.", ("id",)))
    return workflow_record(row)


def _open(session: Session, workspace_id: str, workflow_id: str) -> WorkflowRecord:
    """Read a workflow that is to be changed, and hold it until the transaction ends."""
    workflow = _read(session, workspace_id, workflow_id, lock=True)
    if workflow.status is WorkflowStatus.ARCHIVED:
        message = f"'{workflow.name}' is archived: it takes no changes."
        raise Refused(Problem("ARCHIVED", message, ("id",)))
    return workflow


def _text_of(definition: Mapping[str, Any] | None) -> bytes:
    return orjson.dumps(definition, option=orjson.OPT_SORT_KEYS)  # as values, true and 1 would be the same
