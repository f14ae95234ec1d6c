"""Changes of records start the workflows that watch them, in the transaction that makes the changes.

What watches a change never makes it fail: what cannot be evaluated is kept as a firing that started nothing.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.beginning import Begun, Fired, Startable, begin_within, hold_workflow, startable
from db.database import Database
from db.evaluations import Declined, declined_by, keep
from db.record_store import Change, Changed, record_json
from db.records import Actor
from db.rows import PUBLISHED_TRIGGER
from db.terms import Terms
from db.times import text_of
from engine.errors import Refused
from engine.status import WorkflowStatus
from engine.triggers.firing import MAX_DEPTH, Causation, names_of, trigger_data
from engine.triggers.kinds import Reason, TriggerType
from engine.triggers.record_change import Judged, concerns, judge

logger = logging.getLogger(__name__)

_KINDS = {
    Change.CREATED: TriggerType.RECORD_CREATED,
    Change.UPDATED: TriggerType.RECORD_UPDATED,
}

_watched = PUBLISHED_TRIGGER.c
_WATCHING = (
    select(_watched.workflow_id, _watched.type, _watched.object)
    .where(
        _watched.workspace_id == bindparam("workspace_id"),
        _watched.object.in_(bindparam("objects", expanding=True)),
    )
    .order_by(_watched.workflow_id)
)
"""Made once: every change of a record asks it."""

_Watchers = Mapping[tuple[str, str], Sequence[str]]
"""Ids of workflows by the kind of trigger and the object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who changes records, and what follows from it.

    Attributes:
        actor: Who.
        terms: What runs that this starts are started under.
        causation: Where those runs stand among runs that start each other.
    """

    actor: Actor
    terms: Terms
    causation: Causation = field(default_factory=Causation)


def fire(
    session: Session,
    database: Database,
    workspace_id: str,
    changes: Sequence[Changed],
    source: Source,
    *,
    at: datetime,
) -> Fired:
    """Start the workflows that watch what was changed; where nobody watches that is one look into an index.

    Args:
        session: The transaction that makes the changes.
        database: Where it is.
        workspace_id: Whose records they are.
        changes: What was made of them, in order.
        source: Who changed them.
        at: When.
    """
    made = [(_KINDS[one.change], one) for one in changes if one.change in _KINDS]
    watchers = _watchers(session, workspace_id, {one.record.object for _, one in made}) if made else {}
    firing = _Firing(session, database, source, at)
    for kind, change in made:
        for workflow_id in watchers.get((kind, change.record.object), ()):
            firing.consider(workflow_id, kind, change)
    keep(session, workspace_id, at, firing.declined)
    return Fired.of(*firing.begun)


def _watchers(session: Session, workspace_id: str, objects: set[str]) -> _Watchers:
    found: dict[tuple[str, str], list[str]] = {}
    for row in session.execute(_WATCHING, {"workspace_id": workspace_id, "objects": sorted(objects)}):
        found.setdefault((row.type, row.object), []).append(row.workflow_id)
    return found


class _Firing:
    """What comes of the changes of one transaction."""

    def __init__(self, session: Session, database: Database, source: Source, at: datetime) -> None:
        self.begun: list[Begun] = []
        self.declined: list[Declined] = []
        self._session, self._database, self._source, self._at = session, database, source, at
        self._workflows: dict[str, Startable | None] = {}

    def consider(self, workflow_id: str, kind: TriggerType, change: Changed) -> None:
        """Start a run of a workflow that watches a change, or keep why there is none."""
        if workflow_id not in self._workflows:
            self._workflows[workflow_id] = startable(self._session, workflow_id)
        if self._settled(workflow_id, kind, change):
            return
        # It was published or paused in this very moment: held, it cannot be once more.
        hold_workflow(self._session, workflow_id, wait=True)
        self._workflows[workflow_id] = startable(self._session, workflow_id)
        if not self._settled(workflow_id, kind, change):
            raise RuntimeError(f"workflow {workflow_id} changed while it was held")

    def _settled(self, workflow_id: str, kind: TriggerType, change: Changed) -> bool:
        """Say whether a workflow still is what it was read as, and so is done with this change."""
        workflow = self._workflows[workflow_id]
        if workflow is None or not _watches(workflow, kind, change):
            return True
        came = self._came(workflow, kind, change)
        if isinstance(came, Begun):
            self.begun.append(came)
        elif came is not None:
            self.declined.append(came)
        return came is not None

    def _came(self, workflow: Startable, kind: TriggerType, change: Changed) -> Begun | Declined | None:
        about = {"record": {"id": change.record.id, "object": change.record.object}}

        def declined(reason: Reason, **detail: Any) -> Declined:
            shown = {**about, **detail}
            return Declined(workflow_id=workflow.workflow_id, type=kind, reason=reason, detail=shown)

        if workflow.status is not WorkflowStatus.LIVE:
            return declined(Reason.NOT_LIVE, status=workflow.status.value)
        trigger = self._trigger(kind, change)
        judged = _judged(workflow, trigger)
        if not judged.holds:
            return declined(Reason.CONDITIONS, **(judged.shown or {}))
        causation = self._source.causation
        if causation.depth > MAX_DEPTH:
            return declined(Reason.CAUSATION_DEPTH, limit=MAX_DEPTH, causedBy=causation.run_id)
        try:
            return self._begin(workflow, {**trigger, "conditions": judged.shown})
        except Refused as refusal:
            (kept,) = declined_by(workflow.workflow_id, kind, refusal, **about)
            return kept

    def _trigger(self, kind: TriggerType, change: Changed) -> dict[str, Any]:
        return trigger_data(
            kind,
            payload={},
            actor=self._source.actor.as_data(),
            fired_at=text_of(self._at),
            causation=self._source.causation,
            record=record_json(change.record),
            previous=record_json(change.previous) if change.previous is not None else None,
        )

    def _begin(self, workflow: Startable, trigger: Mapping[str, Any]) -> Begun | None:
        return begin_within(
            self._session, self._database, workflow, trigger, terms=self._source.terms, now=self._at
        )


def _watches(workflow: Startable, kind: TriggerType, change: Changed) -> bool:
    """Say whether a workflow's version watches this change at all: what it does not watch is no firing."""
    trigger = workflow.definition.trigger
    if trigger.type != kind or trigger.config["object"] != change.record.object:
        return False
    if change.previous is None:
        return True
    return concerns(trigger.config, change.previous.values, change.record.values)


def _judged(workflow: Startable, trigger: Mapping[str, Any]) -> Judged:
    try:
        return judge(workflow.definition.trigger.config, names_of(trigger))
    except Exception:
        logger.exception("the conditions of workflow %s could not be evaluated", workflow.workflow_id)
        error = {"code": "INTERNAL", "message": "The conditions could not be evaluated; the log says why."}
        return Judged(holds=False, shown={"error": error})
