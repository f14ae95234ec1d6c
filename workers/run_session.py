"""One run in the hands of one worker thread: its state as last known, and how a decision about it is committed."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from db import crash_points
from db.beginning import Fired
from db.data_changes import ChangePlace, make_change
from db.database import Database
from db.finish import finish_within
from db.loading import LoadedRun, load_run
from db.outages import OutageError
from db.patience import CALLER_SECONDS, WORKER_SECONDS, read_patiently, write_patiently
from db.record_faults import WriteRefused
from db.record_firing import Source, fire
from db.terms import Terms
from db.times import text_of
from db.values import RunValues
from db.writing import RunWrite, write_of
from engine.activity import DataChange
from engine.commands import Command, CompleteExecution, FailExecution, LogLine, ReportResearch
from engine.decide import decide_in_order
from engine.decision import Answer, Decision, Started
from engine.state import LiveExecution
from engine.triggers.firing import caused_by
from workers.abandoned import Abandoned
from workers.group import CommitGroup
from workers.inline import Inline
from workers.run_states import Asked, RunStates, still_held
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
    wake: Callable[[Iterable[tuple[str, str]]], object]
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
        with self.database.glance() as connection:
            return load_run(connection, run_id)


class RunSession:
    """A run between two of its transactions. One thread has it; what an attempt reports may come from several."""

    def __init__(self, shared: Sessions, loaded: LoadedRun) -> None:
        self._shared, self._loaded, self.state = shared, loaded, loaded.state
        self.run_id, self.workspace_id = loaded.state.run_id, loaded.workspace_id
        self._tries = Tries(shared.database, shared.publish)
        self._made: list[tuple[Decision, list[tuple[Asked, Answer]]]] = []
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
        return self._values.outputs(execution_id)

    def now(self) -> str:
        """Give the database's time as text, to compare with what is due."""
        return text_of(self._shared.database.now())

    def commit(self, command: Command, held: Started | None, *, keep: bool) -> Started | None:
        """Decide and write, again and again until the decision was made on what the run is.

        What other threads of this process ask of the run meanwhile is decided and written with it.

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
        asked = self._asked(command, held, keep=keep)
        self._together.settle(asked, self._commit_some)
        return self._accept(asked)

    def _asked(self, command: Command, held: Started | None, *, keep: bool) -> Asked:
        return Asked(command=command, held=held, keep=keep, values=self._values)

    def _commit_some(self, together: Sequence[Asked]) -> None:
        try:
            self._commit_together(together)
        except Exception:
            if len(together) == 1:
                raise
            # One of the others may be at fault: they are left to their threads.
            self._commit_together(together[:1])

    def _commit_together(self, together: Sequence[Asked]) -> None:
        self._catch_up()
        for _ in range(_OPTIMISTIC):
            asked = still_held(together, self.state)
            if not asked:
                return
            self._try(asked, partial(self._write_fenced, asked))
            if all(one.settled for one in asked):
                return
            self._take(self._reloaded(asked))
        while asked := still_held(together, self.state):
            self._try(asked, partial(self._write_locked, lambda _: still_held(together, self.state)))

    def _catch_up(self) -> None:
        """Go on from what another thread of this process has made of the run meanwhile."""
        newest = self._together.state
        if newest is not None and newest.seq > self.state.seq:
            self.state = newest

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

        def complete(session: Session) -> list[Asked]:
            nonlocal fired
            if not asked.check_held(self.state):
                return []
            at, cause = self._shared.database.time(), caused_by(self.run_id, self._loaded.trigger)
            source = Source(actor=place.actor, terms=self._shared.terms, causation=cause)
            made = make_change(session, place, change, at=at)
            fired = fire(session, self._shared.database, self.workspace_id, made.records, source, at=at)
            done = made.completed
            asked.command = CompleteExecution(
                path=path, key=key, outputs=done.outputs, exit=done.exit, result=done.result
            )
            return [asked]

        asked = self._asked(CompleteExecution(path=path, key=key, outputs={}, exit=None), held, keep=keep)
        try:
            with self._together.lock:
                while not asked.settled:
                    self._try([asked], partial(self._write_locked, complete))
        except WriteRefused as refused:
            return self.commit(FailExecution(path=path, key=key, error=refused.error), held, keep=keep)
        if fired.writes:
            self._shared.publish(fired.writes)
            self._shared.wake(fired.pending)
        return self._accept(asked)

    def report(self, held: Started, command: LogLine | ReportResearch) -> None:
        """Append what the attempt reports, at once; several threads may.

        Raises:
            Interrupted: It would begin something, and the run is canceling.
            Abandoned: The attempt is another's now.
            OutageError: The database did not answer while the lease lasted.
        """
        with self._reporting:
            self.commit(command, held, keep=False)

    def _write_fenced(self, asked: Sequence[Asked]) -> Decision | None:
        decision = self._decide(asked)
        if not decision.events:
            return decision
        return decision if self._shared.group.commit(self._write_of(decision)) else None

    def _write_locked(self, asked_of: Callable[[Session], Sequence[Asked]]) -> Decision | None:
        with self._shared.database.write() as session:
            self._take(load_run(session, self.run_id, lock=True))
            asked = asked_of(session)
            decision = self._decide(asked) if asked else None
            if decision is None or not decision.events:
                return decision
            write = self._write_of(decision)
            if not finish_within(session, write):
                raise RuntimeError(f"run {self.run_id} changed while its row was locked")
        crash_points.reach("W7")
        self._shared.publish([write])
        return decision

    def _try(self, asked: Sequence[Asked], write: Callable[[], Decision | None]) -> None:
        """Try to write what is asked, through an outage of the database; it is settled if that came through."""
        seconds = WORKER_SECONDS if any(one.held for one in asked) else CALLER_SECONDS
        worth = partial(self._worth, asked)
        self._tries.clear()
        self._made.clear()
        try:
            decision = write_patiently(write, written=self._tries.written, worth=worth, seconds=seconds)
        except OutageError as error:
            for one in asked:
                one.refused = error
            return
        if decision is not None:
            self._settle(decision)

    def _settle(self, decision: Decision) -> None:
        self._together.state = decision.state
        (answers,) = (answers for made, answers in self._made if made is decision)
        for one, answer in answers:
            one.answer, one.decision, one.refused = answer, decision, None
        if decision.pending:
            self._shared.wake([(self.run_id, one) for one in decision.pending])

    def lost(self, held: Started | None) -> bool:
        """Say whether an attempt is to be given up, as its lease could not be renewed in time."""
        return held is not None and self._shared.lost(held.id)

    def _worth(self, asked: Sequence[Asked]) -> bool:
        return any(not self.lost(one.held) for one in asked)

    def _reloaded(self, asked: Sequence[Asked]) -> LoadedRun | None:
        return read_patiently(lambda: self._shared.load(self.run_id), worth=partial(self._worth, asked))

    def _decide(self, asked: Sequence[Asked]) -> Decision:
        definition, inline = self._loaded.definition, Inline(self.run_id, self._shared.database.time)
        now, state, worker = self._shared.database.time(), self.state, self._shared.worker
        commands = [
            (one.command, one.given(now, state, worker, inline.after(definition, one.command)))
            for one in asked
        ]
        decision, answers = decide_in_order(definition, state, commands)
        self._made.append((decision, list(zip(asked, answers, strict=True))))
        return decision

    def _write_of(self, decision: Decision) -> RunWrite:
        write = write_of(
            decision,
            workspace_id=self.workspace_id,
            workflow_id=self._loaded.workflow["id"],
            lease_seconds=self._shared.lease_seconds,
        )
        self._tries.sending(decision, write)
        return write

    def _accept(self, asked: Asked) -> Started | None:
        decision, started = asked.outcome()
        self.state = decision.state
        self._values.keep(decision.outcomes, decision.items)
        loops = {live.id for scope in self.state.scopes.values() for live in scope.live.values() if live.loop}
        self._values.forget(self.state.scopes.keys(), loops)
        return started

    def _take(self, loaded: LoadedRun | None) -> None:
        """Go on with the run as it is now, if it is not gone."""
        if loaded is None:
            raise Abandoned(f"run {self.run_id} is gone")
        self.state = loaded.state
