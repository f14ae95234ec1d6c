"""One run in the hands of one worker thread: its state as last known, and how a decision about it is committed."""

import logging
import random
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from db.data_changes import ChangePlace, make_change
from db.database import Database
from db.finish import finish_within
from db.ids import new_id
from db.loading import LoadedRun, load_run
from db.outages import is_outage
from db.record_faults import WriteRefused
from db.tables import ActivityExecution, RunEvent
from db.times import text_of
from db.values import RunValues
from db.writing import RunWrite, write_of
from engine.activity import DataChange
from engine.commands import Command, CompleteExecution, FailExecution, LogLine
from engine.decide import decide
from engine.decision import Claim, Decision, Given, IllegalCommand, Started
from engine.state import LiveExecution
from workers.group import CommitGroup

logger = logging.getLogger("playhead.worker")

_OPTIMISTIC = 4
"""So many misses of the fence, then the row is locked: a run whose branches crowd each other still goes on."""

_FIRST_PAUSE, _LONGEST_PAUSE, _PATIENCE = 0.05, 1.0, 60.0
"""Seconds between tries, and how long an attempt waits for a database that does not answer."""


class Abandoned(Exception):  # noqa: N818 - what became of an attempt, not an error of the program
    """The attempt is no longer this worker's: its lease passed to another, or could not be kept."""


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
    """

    database: Database
    group: CommitGroup
    publish: Callable[[Sequence[RunWrite]], None]
    wake: Callable[[Iterable[tuple[str, str]]], None]
    lost: Callable[[str], bool]
    worker: str
    lease_seconds: float

    def open(self, run_id: str) -> "RunSession | None":
        """Read a run; None where there is none, or it has ended."""
        with self.database.glance() as session:
            loaded = load_run(session, run_id)
        if loaded is None or loaded.state.final:
            return None
        return RunSession(self, loaded)


class RunSession:
    """A run between two of its transactions. Not thread safe: one thread has it."""

    def __init__(self, shared: Sessions, loaded: LoadedRun) -> None:
        self._shared, self._loaded, self.state = shared, loaded, loaded.state
        self.run_id, self.workspace_id = loaded.state.run_id, loaded.workspace_id
        self._latest: tuple[Decision, RunWrite] | None = None
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
            Abandoned: The attempt is another's now, or could not be settled while its lease lasted.
        """
        misses = 0
        while True:
            if misses < _OPTIMISTIC:
                decision = self._tried(lambda: self._commit_fenced(command, keep=keep), held)
            else:
                decision = self._tried(lambda: self._commit_locked(lambda _: command, held, keep=keep), held)
            if decision is not None:
                return self._accept(decision)
            misses += 1
            with self._shared.database.glance() as session:
                self._take(load_run(session, self.run_id), held)
            if held is None and self.state.final:
                return None

    def commit_change(self, change: DataChange, held: Started, *, keep: bool) -> Started | None:
        """Change our own data and complete the execution that does so, in one transaction: once, whatever crashes.

        Raises:
            Abandoned: The attempt is another's now, or could not be settled while its lease lasted.
        """
        path, key, workflow = held.path, held.activity.key, self._loaded.workflow
        place = ChangePlace(
            workspace_id=self.workspace_id,
            workflow_id=workflow["id"],
            workflow_name=workflow["name"],
            key=key,
        )

        def complete(session: Session) -> Command:
            made = make_change(session, place, change, at=datetime.now(UTC))
            return CompleteExecution(
                path=path, key=key, outputs=made.outputs, exit=made.exit, result=made.result
            )

        try:
            decision = None
            while decision is None:
                decision = self._tried(lambda: self._commit_locked(complete, held, keep=keep), held)
        except WriteRefused as refused:
            return self.commit(FailExecution(path=path, key=key, error=refused.error), held, keep=keep)
        return self._accept(decision)

    def report(self, held: Started, level: str, message: str) -> None:
        """Append a log line of the attempt at once."""
        self.commit(
            LogLine(path=held.path, key=held.activity.key, level=level, message=message), held, keep=False
        )

    def _commit_fenced(self, command: Command, *, keep: bool) -> Decision | None:
        try:
            decision = self._decide(command, keep=keep)
        except IllegalCommand as error:
            raise Abandoned(str(error)) from error
        return decision if self._shared.group.commit(self._write_of(decision)) else None

    def _commit_locked(
        self, command_of: Callable[[Session], Command], held: Started | None, *, keep: bool
    ) -> Decision | None:
        with self._shared.database.write() as session:
            self._take(load_run(session, self.run_id, lock=True), held)
            try:
                decision = self._decide(command_of(session), keep=keep)
            except IllegalCommand as error:
                raise Abandoned(str(error)) from error
            write = self._write_of(decision)
            if not finish_within(session, write):
                raise RuntimeError(f"run {self.run_id} changed while its row was locked")
        self._shared.publish([write])
        return decision

    def _tried(self, attempt: Callable[[], Decision | None], held: Started | None) -> Decision | None:
        """Make an attempt; where the database does not answer, find out whether it was written, and make it again."""
        pause, deadline = _FIRST_PAUSE, time.monotonic() + _PATIENCE
        while True:
            try:
                return attempt()
            except Exception as error:
                if not is_outage(error):
                    raise
                logger.warning("the database did not answer: %s", error)
            while True:
                if held is None or self._shared.lost(held.id) or time.monotonic() > deadline:
                    raise Abandoned("the database does not answer")
                time.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                try:
                    written = self._was_written()
                except Exception as error:
                    if not is_outage(error):
                        raise
                    continue
                if written is not None:
                    return written
                break

    def _was_written(self) -> Decision | None:
        """Read whether the latest write came through although its reply was lost."""
        if self._latest is None:
            return None
        decision, write = self._latest
        first = write.events[0]
        query = select(col(RunEvent.at), col(RunEvent.type), col(RunEvent.subject_id)).where(
            col(RunEvent.run_id) == self.run_id, col(RunEvent.seq) == first.seq
        )
        with self._shared.database.glance() as session:
            row = session.execute(query).one_or_none()
        if row is None or tuple(row) != (first.at, first.type, first.subject_id):
            return None
        self._shared.publish([write])
        return decision

    # -- one decision

    def _decide(self, command: Command, *, keep: bool) -> Decision:
        claim = Claim(token=secrets.token_hex(8), worker=self._shared.worker) if keep else None
        jitter = random.random()  # noqa: S311 - spreads retries, decides nothing
        given = Given(now=datetime.now(UTC), new_id=new_id, values=self._values, jitter=jitter, claim=claim)
        return decide(self._loaded.definition, self.state, command, given)

    def _write_of(self, decision: Decision) -> RunWrite:
        write = write_of(
            decision,
            workspace_id=self.workspace_id,
            workflow_id=self._loaded.workflow["id"],
            lease_seconds=self._shared.lease_seconds,
        )
        self._latest = (decision, write)
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
        self.state = loaded.state
        if held is None:
            return
        live = self.state.find(held.path, held.activity.key)
        if live is None or live.id != held.id or live.token != held.token:
            raise Abandoned(f"{held.id} is no longer held by this worker")
