"""Schedules: what is due starts its run, exactly once, whoever looks and however many look at once."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.beginning import Fired, Startable, begin_within, hold_workflow, startable
from db.database import Database
from db.evaluations import declined_by, keep
from db.records import Actor
from db.rows import PUBLISHED_TRIGGER
from db.terms import Terms
from db.times import text_of
from engine.errors import Problem, Refused
from engine.status import WorkflowStatus
from engine.triggers.firing import Causation, trigger_data
from engine.triggers.kinds import TriggerType
from engine.triggers.schedule import next_time

_OWN = PUBLISHED_TRIGGER.c


def due_schedules(database: Database, now: datetime, *, limit: int) -> list[str]:
    """Give the workflows whose schedule is due, the longest due first, without holding them."""
    query = select(_OWN.workflow_id).where(_OWN.next_at <= now).order_by(_OWN.next_at).limit(limit)
    with database.glance() as connection:
        return list(connection.scalars(query))


def fire_schedule(database: Database, workflow_id: str, *, now: datetime, terms: Terms) -> Fired:
    """Start the run of a schedule that is due, and set its next time, in one transaction.

    One that was due more than once meanwhile starts one run, for the first of those times. That of a paused workflow
    is kept as a firing that started nothing. Where another has fired it already, nothing happens.
    """
    with database.write() as session:
        held = hold_workflow(session, workflow_id, wait=False)
        workflow = startable(session, workflow_id) if held else None
        due = session.scalar(
            select(_OWN.next_at)
            .where(_OWN.workflow_id == workflow_id, _OWN.next_at <= now)
            .with_for_update(skip_locked=True)
        )
        if due is None or workflow is None:
            return Fired()
        config = workflow.definition.trigger.config
        following = next_time(config["cron"], config["timezone"], now)
        own = update(PUBLISHED_TRIGGER).where(_OWN.workflow_id == workflow_id)
        session.execute(own.values(next_at=following))
        return _fired(session, database, workflow, due, now=now, terms=terms)


def _fired(
    session: Session, database: Database, workflow: Startable, due: datetime, *, now: datetime, terms: Terms
) -> Fired:
    try:
        if workflow.status is not WorkflowStatus.LIVE:
            message = f"'{workflow.name}' is {workflow.status}; only a LIVE workflow starts runs."
            raise Refused(Problem("NOT_LIVE", message))
        trigger = trigger_data(
            TriggerType.SCHEDULE,
            payload={"scheduledFor": text_of(due)},
            actor=Actor(kind="SCHEDULE", id=workflow.workflow_id, name=_named(workflow)).as_data(),
            fired_at=text_of(now),
            causation=Causation(),
        )
        begun = begin_within(session, database, workflow, trigger, terms=terms, now=now)
    except Refused as refusal:
        declined = declined_by(workflow.workflow_id, TriggerType.SCHEDULE, refusal, scheduledFor=text_of(due))
        keep(session, workflow.workspace_id, now, declined)
        return Fired()
    if begun is None:
        raise RuntimeError(f"workflow {workflow.workflow_id} changed while it was held")
    return Fired.of(begun)


def _named(workflow: Startable) -> str:
    config = workflow.definition.trigger.config
    return f"{config['cron']} ({config['timezone']})"
