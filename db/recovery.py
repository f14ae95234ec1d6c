"""Recovering what a worker left behind: an attempt whose lease has run out is lost, and made again."""

from dataclasses import dataclass

from db import crash_points
from db.database import Database
from db.finish import finish_within
from db.ids import new_id
from db.loading import load_run
from db.values import RunValues
from db.writing import write_of
from engine.commands import LoseAttempt
from engine.decide import decide
from engine.decision import Given
from engine.event_record import EventRecord
from engine.state import RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What a lost attempt led to: events to publish, executions to hint at."""

    workspace_id: str
    events: tuple[EventRecord, ...]
    pending: tuple[tuple[str, str], ...]


def lose_attempt(database: Database, run_id: str, execution_id: str, token: str) -> Recovered | None:
    """Record that the attempt that holds this token is lost.

    Returns:
        What follows, or None where the attempt has ended or passed to another worker meanwhile.
    """
    with database.write() as session:
        loaded = load_run(session, run_id, lock=True)
        if loaded is None or loaded.state.final:
            return None
        place = _place(loaded.state, execution_id, token)
        if place is None:
            return None
        values = RunValues(database, run_id, trigger=loaded.trigger, workflow=loaded.workflow)
        given = Given(now=database.time(), new_id=new_id, values=values)
        decision = decide(loaded.definition, loaded.state, LoseAttempt(path=place[0], key=place[1]), given)
        write = write_of(
            decision, workspace_id=loaded.workspace_id, workflow_id=loaded.workflow["id"], lease_seconds=0
        )
        if not finish_within(session, write):
            raise RuntimeError(f"run {run_id} changed while its row was locked")
        crash_points.reach("R1")
    pending = tuple((run_id, one) for one in decision.pending)
    return Recovered(workspace_id=loaded.workspace_id, events=write.events, pending=pending)


def _place(state: RunState, execution_id: str, token: str) -> tuple[str, str] | None:
    for path, live in state.leaves():
        if live.id == execution_id and live.token == token:
            return path, live.key
    return None
