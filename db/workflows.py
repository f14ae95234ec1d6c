"""Changes of workflows: each is one transaction that is refused with every fault, or done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from db.database import Database
from db.ids import new_id
from db.locks import hold_name
from db.records import Actor, VersionRecord, WorkflowRecord
from db.rows import VERSION, VERSION_COLUMNS, WORKFLOW, WORKFLOW_COLUMNS, version_record, workflow_record
from db.texts import is_storable
from engine.errors import Problem, Refused
from engine.reading import normalize
from engine.status import WorkflowStatus
from engine.validation import validate

MAX_NAME = 200
MAX_DESCRIPTION = 10_000


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
        _add_version(session, workflow_id, found, published=publish, at=at)
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

    It is created where there is none; of several the newest is taken. A version is added only where the
    definition differs from the published one.

    Raises:
        Refused: As `create_workflow` with `publish`.
    """
    found, at = _checked(name, description, definition, publish=True), database.now()
    with database.write() as session:
        hold_name(session, "workflow", workspace_id, name)
        workflow_id = session.scalar(
            select(WORKFLOW.c.id)
            .where(WORKFLOW.c.workspace_id == workspace_id, WORKFLOW.c.name == name)
            .order_by(WORKFLOW.c.id.desc())
            .limit(1)
        )
        if workflow_id is None:
            workflow_id = _insert(session, workspace_id, actor, name=name, description=description, at=at)
        workflow = _read(session, workspace_id, workflow_id, lock=True)
        if _text_of(_definition(session, workflow.published_id)) != _text_of(found):
            _add_version(session, workflow_id, found, published=True, at=at)
        elif workflow.status is not WorkflowStatus.LIVE:
            _change(session, workflow_id, status=WorkflowStatus.LIVE.value, updated_at=at)
        if description not in (None, workflow.description):
            _change(session, workflow_id, description=description, updated_at=at)
        return _read(session, workspace_id, workflow_id)


def publish_workflow(database: Database, workspace_id: str, workflow_id: str) -> WorkflowRecord:
    """Publish a workflow's draft: it becomes the version that runs start on, and the workflow live.

    Raises:
        Refused: NOT_FOUND, NOTHING_TO_PUBLISH, or every fault of the draft.
    """
    at = database.now()
    with database.write() as session:
        workflow = _read(session, workspace_id, workflow_id, lock=True)
        definition = _definition(session, workflow.draft_id)
        if definition is None:
            message = f"'{workflow.name}' has no draft: what there is of it is published."
            raise Refused(Problem("NOTHING_TO_PUBLISH", message, ("id",)))
        faults = validate(definition)
        if faults:
            raise Refused(*faults)
        session.execute(update(VERSION).where(VERSION.c.id == workflow.draft_id).values(published_at=at))
        _change(
            session,
            workflow_id,
            status=WorkflowStatus.LIVE.value,
            published_id=workflow.draft_id,
            draft_id=None,
            updated_at=at,
        )
        return _read(session, workspace_id, workflow_id)


def pause_workflow(database: Database, workspace_id: str, workflow_id: str) -> WorkflowRecord:
    """Keep a workflow from starting runs; one that is paused stays as it is.

    Raises:
        Refused: NOT_FOUND, or NOT_LIVE where it was never published.
    """
    return _move(database, workspace_id, workflow_id, WorkflowStatus.PAUSED)


def resume_workflow(database: Database, workspace_id: str, workflow_id: str) -> WorkflowRecord:
    """Let a paused workflow start runs again; one that is live stays as it is.

    Raises:
        Refused: NOT_FOUND, or NOT_LIVE where it was never published.
    """
    return _move(database, workspace_id, workflow_id, WorkflowStatus.LIVE)


def problems(version: VersionRecord) -> list[Problem]:
    """Give what would keep a version from being published; nothing once it is."""
    return [] if version.published_at is not None else list(validate(version.definition))


def _checked(
    name: str, description: str | None, definition: Mapping[str, Any], *, publish: bool
) -> dict[str, Any]:
    faults: list[Problem] = []
    if not name.strip() or len(name) > MAX_NAME or not is_storable(name):
        faults.append(
            Problem("VALUE_INVALID", f"A workflow's name has 1 to {MAX_NAME} characters.", ("name",))
        )
    if description is not None and (len(description) > MAX_DESCRIPTION or not is_storable(description)):
        message = f"A workflow's description has at most {MAX_DESCRIPTION} characters."
        faults.append(Problem("VALUE_INVALID", message, ("description",)))
    try:
        found = normalize(definition)
    except Refused as refusal:
        faults += refusal.problems if not publish else validate(definition)
        raise Refused(*faults) from refusal
    faults += validate(found) if publish else ()
    if faults:
        raise Refused(*faults)
    return found


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


def _add_version(
    session: Session, workflow_id: str, definition: Mapping[str, Any], *, published: bool, at: datetime
) -> None:
    version_id = new_id("wfv")
    last = session.scalar(select(func.max(VERSION.c.number)).where(VERSION.c.workflow_id == workflow_id))
    session.execute(
        insert(VERSION).values(
            id=version_id,
            workflow_id=workflow_id,
            number=(last or 0) + 1,
            definition=definition,
            created_at=at,
            published_at=at if published else None,
        )
    )
    if published:
        status = WorkflowStatus.LIVE.value
        _change(session, workflow_id, published_id=version_id, status=status, updated_at=at)
    else:
        _change(session, workflow_id, draft_id=version_id, updated_at=at)


def _move(database: Database, workspace_id: str, workflow_id: str, status: WorkflowStatus) -> WorkflowRecord:
    at = database.now()
    with database.write() as session:
        workflow = _read(session, workspace_id, workflow_id, lock=True)
        if workflow.published_id is None:
            message = f"'{workflow.name}' has never been published, so there is nothing to pause or resume."
            raise Refused(Problem("NOT_LIVE", message, ("id",)))
        if workflow.status is status:
            return workflow
        _change(session, workflow_id, status=status.value, updated_at=at)
        return _read(session, workspace_id, workflow_id)


def _change(session: Session, workflow_id: str, **values: Any) -> None:
    session.execute(update(WORKFLOW).where(WORKFLOW.c.id == workflow_id).values(**values))


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


def _definition(session: Session, version_id: str | None) -> dict[str, Any] | None:
    query = select(*VERSION_COLUMNS).where(VERSION.c.id == version_id)
    row = session.execute(query).one_or_none() if version_id is not None else None
    return None if row is None else dict(version_record(row).definition)


def _text_of(definition: Mapping[str, Any] | None) -> bytes:
    return orjson.dumps(definition, option=orjson.OPT_SORT_KEYS)  # as values, true and 1 would be the same
