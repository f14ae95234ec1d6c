"""Canceling a run: one transaction in which nothing more may start."""

from dataclasses import dataclass

from db import crash_points
from db.database import Database
from db.finish import finish_within
from db.ids import new_id
from db.loading import LoadedRun, load_run
from db.patience import CALLER_SECONDS, write_patiently
from db.records import Actor, RunRecord
from db.runs import get_run
from db.values import RunValues
from db.writing import write_of
from engine.commands import CancelRun
from engine.decide import decide
from engine.decision import Given
from engine.errors import Problem
from engine.event_record import EventRecord
from engine.status import RunStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Canceled:
    """The run after the request; `error` where it had ended before, `events` where the request changed it."""

    run: RunRecord
    events: tuple[EventRecord, ...]
    error: Problem | None


def cancel_run(database: Database, workspace_id: str, run_id: str, actor: Actor) -> Canceled | None:
    """Ask a run to stop: when this returns, nothing in it starts any more. Asking again changes nothing.

    Returns:
        The receipt, or None where the workspace has no such run.

    Raises:
        OutageError: The database did not answer for 5 seconds; whether the run is asked to stop is unknown.
    """
    once = lambda: _Asked(_cancel(database, workspace_id, run_id, actor))  # noqa: E731
    asked = write_patiently(
        once, written=lambda: None, seconds=CALLER_SECONDS
    )  # to ask again changes nothing
    return None if asked is None else asked.canceled


@dataclass(frozen=True, slots=True)
class _Asked:
    canceled: Canceled | None


def _cancel(database: Database, workspace_id: str, run_id: str, actor: Actor) -> Canceled | None:
    events: tuple[EventRecord, ...] = ()
    error = None
    with database.write(urgent=True) as session:
        loaded = load_run(session, run_id, workspace_id=workspace_id, lock=True)
        if loaded is None:
            return None
        state = loaded.state
        if state.status in (RunStatus.COMPLETED, RunStatus.FAILED):
            error = Problem(
                "RUN_ALREADY_ENDED", f"The run is {state.status}: there is nothing to cancel.", ("id",)
            )
        elif state.status not in (RunStatus.CANCELING, RunStatus.CANCELED):
            decision = decide(
                loaded.definition, state, CancelRun(actor=actor.as_data()), _given(database, loaded)
            )
            write = write_of(
                decision, workspace_id=workspace_id, workflow_id=loaded.workflow["id"], lease_seconds=0
            )
            if not finish_within(session, write):
                raise RuntimeError(f"run {run_id} changed while its row was locked")
            events = write.events
            crash_points.reach("X1")
    run = get_run(database, workspace_id, run_id)
    if run is None:
        raise LookupError(f"run {run_id} is gone")
    return Canceled(run=run, events=events, error=error)


def _given(database: Database, loaded: LoadedRun) -> Given:
    values = RunValues(database, loaded.state.run_id, trigger=loaded.trigger, workflow=loaded.workflow)
    return Given(now=database.time(), new_id=new_id, values=values)
