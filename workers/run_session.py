"""One run in the hands of one worker thread: its state as last known, and how a decision about it is committed."""

import random
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from db import crash_points
from db.beginning import Fired
from db.data_changes import ChangePlace, make_change
from db.database import Database
from db.finish import finish_within
from db.ids import new_id
from db.loading import LoadedRun, load_run
from db.patience import CALLER_SECONDS, WORKER_SECONDS, read_patiently, write_patiently
from db.record_faults import WriteRefused
from db.record_firing import Source, fire
from db.records import Actor
from db.tables import ActivityExecution
from db.terms import Terms
from db.times import text_of
from db.values import RunValues
from db.writing import RunWrite, write_of
from engine.activity import DataChange
from engine.commands import Command, CompleteExecution, FailExecution, LogLine, ReportResearch
from engine.decide import decide
from engine.decision import Claim, Decision, Given, IllegalCommand, RunCanceling, Started
from engine.ports import Interrupted
from engine.state import LiveExecution, RunState
from engine.triggers.firing import caused_by
from workers.abandoned import Abandoned, TakenAway
from workers.group import CommitGroup
from workers.run_states import RunStates
from workers.tokens import new_token
from workers.tries import Tries

_OPTIMISTIC = 4
"""So many misses of the fence, then the row is locked: a run whose branches crowd each other still goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """What every session of a worker process shares.

    Attributes:
        database: Where runs are.
        group: Commits decisions, several at once under load, and publishes them.
        publish: Publishes the events of what was not committed by the group.
        wake: Hints at executions that are ready: (run id, execution id) pairs.
        lost: Says whether the lease of an execution is given up.
        worker: This worker's name.
        lease_seconds: How long a lease lasts.
        states: What the threads of this process share of the runs that they work on.
        terms: What runs that a change of a record starts are started under.
    """

    database: Database
    group: CommitGroup
    publish: Callable[[Sequence[RunWrite]], None]
    wake: Callable[[Iterable[tuple[str, str]]], None]
    lost: Callable[[str], bool]
    worker: str
    lease_seconds: float
    terms: Terms
    states: RunStates = field(default_factory=RunStates)

    def open(self, run_id: str) -> "RunSession | None":
        """Read a run; None where there is none, or it has ended."""
        loaded = self.load(run_id)
        if loaded is None or loaded.state.final:
            return None
        return RunSession(self, loaded)

    def load(self, run_id: str) -> LoadedRun | None:
        """Read a run as it is now."""
        with self.database.glance() as session:
            return load_run(session, run_id)


class RunSession:
    """A run between two of its transactions. One thread has it; what an attempt reports may come from several."""

    def __init__(self, shared: Sessions, loaded: LoadedRun) -> None:
        self._shared, self._loaded, self.state = shared, loaded, loaded.state
        self.run_id, self.workspace_id = loaded.state.run_id, loaded.workspace_id
        self._tries = Tries(shared.database, shared.publish)
        self._reporting = threading.Lock()
        self._together = shared.states.of(self.run_id)
        self._values = RunValues(
            shared.database, self.run_id, trigger=loaded.trigger, workflow=loaded.workflow
        )

    def place_of(self, execution_id: str) -> tuple[str, LiveExecution] | None:
        """Find an execution that is not final, with its scope's path."""
        return next(((path, live) for path, live in self.state.leaves() if live.id == execution_id), None)

    def outputs_of(self, execution_id: str) -> Mapping[str, Any]:
        """Give the outputs that a waiting execution will complete with."""
        query = select(col(ActivityExecution.outputs)).where(col(ActivityExecution.id) == execution_id)
        with self._shared.database.glance() as session:
            outputs: Mapping[str, Any] = session.execute(query).scalar_one()
        return outputs

    def now(self) -> str:
        """Give the database's time as text, to compare with what is due."""
        return text_of(self._shared.database.now())

    def commit(self, command: Command, held: Started | None, *, keep: bool) -> Started | None:
        """Decide and write, again and again until the decision was made on what the run is.

        Args:
            command: What to ask of the run.
            held: The attempt that the command is about, where this worker holds one.
            keep: Whether this worker goes on with one of the executions that become ready.

        Returns:
            The attempt that this worker now holds, or None.

        Raises:
            Abandoned: The attempt is another's now.
            OutageError: The database did not answer while the lease lasted.
        """
        with self._together.lock:
            decision = self._committed(command, held, keep=keep)
        return self._accept(decision) if decision is not None else None

    def _committed(self, command: Command, held: Started | None, *, keep: bool) -> Decision | None:
        self._catch_up(held)
        misses = 0
        while True:
            if misses < _OPTIMISTIC:
                decision = self._tried(lambda: self._commit_fenced(command, keep=keep), held)
            else:
                decision = self._tried(lambda: self._commit_locked(lambda _: command, held, keep=keep), held)
            if decision is not None:
                self._together.state = decision.state
                return decision
            misses += 1
            self._take(self._reloaded(held), held)
            if held is None and self.state.final:
                return None

    def _catch_up(self, held: Started | None) -> None:
        """Go on from what another thread of this process has made of the run meanwhile."""
        newest = self._together.state
        if newest is not None and newest.seq > self.state.seq:
            self._take_state(newest, held)

    def commit_change(self, change: DataChange, held: Started, *, keep: bool) -> Started | None:
        """Change our own data and complete the execution that does so, in one transaction: once, whatever crashes.

        Workflows that watch what was changed are started in the same transaction.

        Raises:
            Abandoned: The attempt is another's now.
            OutageError: The database did not answer while the lease lasted.
        """
        path, key, workflow = held.path, held.activity.key, self._loaded.workflow
        place = ChangePlace(
            workspace_id=self.workspace_id,
            workflow_id=workflow["id"],
            workflow_name=workflow["name"],
            key=key,
        )

        fired = Fired()

        def complete(session: Session) -> Command:
            nonlocal fired
            at, source = self._shared.database.time(), self._source(place.actor)
            made = make_change(session, place, change, at=at)
            fired = fire(session, self._shared.database, self.workspace_id, made.records, source, at=at)
            done = made.completed
            return CompleteExecution(
                path=path, key=key, outputs=done.outputs, exit=done.exit, result=done.result
            )

        try:
            with self._together.lock:
                decision = None
                while decision is None:
                    decision = self._tried(lambda: self._commit_locked(complete, held, keep=keep), held)
                self._together.state = decision.state
        except WriteRefused as refused:
            return self.commit(FailExecution(path=path, key=key, error=refused.error), held, keep=keep)
        if fired.writes:
            self._shared.publish(fired.writes)
            self._shared.wake(fired.pending)
        return self._accept(decision)

    def _source(self, actor: Actor) -> Source:
        causation = caused_by(self.run_id, self._loaded.trigger)
        return Source(actor=actor, terms=self._shared.terms, causation=causation)

    def report(self, held: Started, command: LogLine | ReportResearch) -> None:
        """Append what the attempt reports, at once; several threads may.

        Raises:
            Interrupted: It would begin something, and the run is canceling.
            Abandoned: The attempt is another's now.
            OutageError: The database did not answer while the lease lasted.
        """
        with self._reporting:
            self.commit(command, held, keep=False)

    def _commit_fenced(self, command: Command, *, keep: bool) -> Decision | None:
        decision = self._decide(command, keep=keep)
        return decision if self._shared.group.commit(self._write_of(decision)) else None

    def _commit_locked(
        self, command_of: Callable[[Session], Command], held: Started | None, *, keep: bool
    ) -> Decision | None:
        with self._shared.database.write() as session:
            self._take(load_run(session, self.run_id, lock=True), held)
            decision = self._decide(command_of(session), keep=keep)
            write = self._write_of(decision)
            if not finish_within(session, write):
                raise RuntimeError(f"run {self.run_id} changed while its row was locked")
        crash_points.reach("W7")
        self._shared.publish([write])
        return decision

    def _tried(self, attempt: Callable[[], Decision | None], held: Started | None) -> Decision | None:
        seconds = CALLER_SECONDS if held is None else WORKER_SECONDS
        self._tries.clear()

        def write() -> Decision | None:
            try:
                return attempt()
            except TakenAway:
                if (found := self._tries.written()) is not None:
                    return found
                raise

        worth = lambda: not self.lost(held)  # noqa: E731
        return write_patiently(write, written=self._tries.written, worth=worth, seconds=seconds)

    def lost(self, held: Started | None) -> bool:
        """Say whether an attempt is to be given up, as its lease could not be renewed in time."""
        return held is not None and self._shared.lost(held.id)

    def _reloaded(self, held: Started | None) -> LoadedRun | None:
        return read_patiently(lambda: self._shared.load(self.run_id), worth=lambda: not self.lost(held))

    def _decide(self, command: Command, *, keep: bool) -> Decision:
        claim = Claim(token=new_token(self.state), worker=self._shared.worker) if keep else None
        jitter = random.random()  # noqa: S311 - spreads retries, decides nothing
        given = Given(
            now=self._shared.database.time(), new_id=new_id, values=self._values, jitter=jitter, claim=claim
        )
        try:
            return decide(self._loaded.definition, self.state, command, given)
        except RunCanceling as error:
            raise Interrupted from error
        except IllegalCommand as error:
            raise Abandoned(str(error)) from error

    def _write_of(self, decision: Decision) -> RunWrite:
        write = write_of(
            decision,
            workspace_id=self.workspace_id,
            workflow_id=self._loaded.workflow["id"],
            lease_seconds=self._shared.lease_seconds,
        )
        self._tries.sending(decision, write)
        return write

    def _accept(self, decision: Decision) -> Started | None:
        self.state = decision.state
        self._values.keep(decision.outcomes, decision.items)
        loops = {live.id for scope in self.state.scopes.values() for live in scope.live.values() if live.loop}
        self._values.forget(self.state.scopes.keys(), loops)
        if decision.pending:
            self._shared.wake([(self.run_id, one) for one in decision.pending])
        return decision.started

    def _take(self, loaded: LoadedRun | None, held: Started | None) -> None:
        """Go on with the run as it is now.

        Raises:
            Abandoned: The attempt that is held is another's by now, or the run is gone.
        """
        if loaded is None:
            raise Abandoned(f"run {self.run_id} is gone")
        self._take_state(loaded.state, held)

    def _take_state(self, state: RunState, held: Started | None) -> None:
        self.state = state
        if held is None:
            return
        live = self.state.find(held.path, held.activity.key)
        if live is None or live.id != held.id or live.token != held.token:
            raise TakenAway(f"{held.id} is no longer held by this worker")
