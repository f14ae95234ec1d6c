"""Webhooks: from the token of an address to the run that a call starts, once for each of its keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.beginning import Begun, Fired, begin_within, startable
from db.database import Database
from db.evaluations import Declined, declined_by, keep
from db.records import Actor
from db.rows import HOOK, HOOK_KEY, VERSION, WORKFLOW
from db.terms import Terms
from db.texts import is_storable
from db.times import text_of
from engine.errors import Problem, Refused
from engine.status import WorkflowStatus
from engine.triggers.firing import Causation, trigger_data
from engine.triggers.kinds import Reason, TriggerType

_CALLER = "a webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHook:
    """The webhook at an address.

    Attributes:
        workspace_id: Whose it is.
        workflow_id: What it starts.
        version_id: The version that its configuration is of: the published one, or a draft's where there is none.
        config: The configuration of the trigger.
    """

    workspace_id: str
    workflow_id: str
    version_id: str
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class HookStart:
    """What a call came to: the run, and what is to be told where it is new."""

    run_id: str
    fired: Fired


class _RunByAnother(Exception):  # noqa: N818 - what became of a race, not an error of the program
    """Another call with the same key has started its run in this very moment."""


def find_hook(database: Database, token: str) -> FoundHook | None:
    """Give the webhook whose address ends in this token; None where the workflow's trigger is none."""
    if not is_storable(token):
        return None
    query = (
        select(WORKFLOW.c.workspace_id, WORKFLOW.c.id, VERSION.c.id.label("version_id"), VERSION.c.definition)
        .join(HOOK, HOOK.c.workflow_id == WORKFLOW.c.id)
        .join(VERSION, VERSION.c.id == func.coalesce(WORKFLOW.c.published_id, WORKFLOW.c.draft_id))
        .where(HOOK.c.token == token)
    )
    with database.read() as session:
        row = session.execute(query).one_or_none()
    if row is None or row.definition["trigger"]["type"] != TriggerType.WEBHOOK:
        return None
    config = row.definition["trigger"]["config"]
    return FoundHook(
        workspace_id=row.workspace_id, workflow_id=row.id, version_id=row.version_id, config=config
    )


def start_by_hook(
    database: Database,
    hook: FoundHook,
    keys: Sequence[str],
    payload: Mapping[str, Any] | Refused,
    *,
    terms: Terms,
) -> HookStart | None:
    """Start the run of a call; a call whose key was seen before gives the run that was started then.

    Args:
        database: Where.
        hook: What was called.
        keys: By which the call is known again.
        payload: What the run is given, or why the call cannot start one.
        terms: What the run starts under.

    Returns:
        The run; None where the webhook is not what it was found as any more: look for it again.

    Raises:
        Refused: NOT_LIVE, PAYLOAD_INVALID or CREDITS_EXHAUSTED; the firing was kept, no run was started.
    """
    at = database.now()
    try:
        with database.write() as session:
            earlier = _run_of(session, hook, keys)
            if earlier is not None:
                keep(session, hook.workspace_id, at, [_duplicate(hook, keys, earlier)])
                return HookStart(run_id=earlier, fired=Fired())
            try:
                begun = _begun(session, database, hook, payload, terms=terms, at=at)
            except Refused as refusal:
                refused = refusal
                keep(
                    session,
                    hook.workspace_id,
                    at,
                    declined_by(hook.workflow_id, TriggerType.WEBHOOK, refusal),
                )
            else:
                if begun is None:
                    return None
                _keep_keys(session, hook, keys, begun.run.id, at)
                return HookStart(run_id=begun.run.id, fired=Fired.of(begun))
    except _RunByAnother:
        return None
    raise refused


def _begun(
    session: Session,
    database: Database,
    hook: FoundHook,
    payload: Mapping[str, Any] | Refused,
    *,
    terms: Terms,
    at: datetime,
) -> Begun | None:
    """Begin the run of a call; None where another version was published meanwhile.

    Raises:
        Refused: NOT_LIVE, PAYLOAD_INVALID or CREDITS_EXHAUSTED.
    """
    workflow = startable(session, hook.workflow_id)
    if workflow is None or workflow.status is not WorkflowStatus.LIVE:
        status = WorkflowStatus.DRAFT if workflow is None else workflow.status
        raise Refused(Problem("NOT_LIVE", f"The workflow is {status}; only a LIVE one starts runs."))
    if workflow.version_id != hook.version_id:
        return None
    if isinstance(payload, Refused):
        raise payload
    trigger = trigger_data(
        TriggerType.WEBHOOK,
        payload=payload,
        actor=Actor(kind="WEBHOOK", id=workflow.workflow_id, name=_CALLER).as_data(),
        fired_at=text_of(at),
        causation=Causation(),
    )
    return begin_within(session, database, workflow, trigger, terms=terms, now=at)


def _duplicate(hook: FoundHook, keys: Sequence[str], run_id: str) -> Declined:
    return Declined(
        workflow_id=hook.workflow_id,
        type=TriggerType.WEBHOOK,
        reason=Reason.DUPLICATE,
        detail={"keys": list(keys)},
        run_id=run_id,
    )


def _run_of(session: Session, hook: FoundHook, keys: Sequence[str]) -> str | None:
    known = HOOK_KEY.c
    query = select(known.run_id).where(known.workflow_id == hook.workflow_id, known.key.in_(keys))
    found: str | None = session.scalar(query.order_by(known.at).limit(1))
    return found


def _keep_keys(session: Session, hook: FoundHook, keys: Sequence[str], run_id: str, at: datetime) -> None:
    """Keep the keys of a call that started a run.

    Raises:
        _RunByAnother: One of them is taken: nothing of this transaction may stay.
    """
    if not keys:
        return
    add = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(HOOK_KEY)
    rows = [{"workflow_id": hook.workflow_id, "key": key, "run_id": run_id, "at": at} for key in sorted(keys)]
    added = session.execute(add.values(rows).on_conflict_do_nothing().returning(HOOK_KEY.c.key)).all()
    if len(added) < len(rows):
        raise _RunByAnother
