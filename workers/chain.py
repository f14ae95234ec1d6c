"""Performing one execution and what follows it: a chain costs one transaction an activity and no trip through the queue."""

import logging
import threading
from dataclasses import dataclass, field
from typing import Protocol

from structlog.contextvars import bind_contextvars, bound_contextvars

from db import crash_points
from db.outages import OutageError, is_outage
from engine.activity import DataChange
from engine.commands import Command, CompleteExecution, StartExecution
from engine.decision import Started
from engine.state import LiveExecution
from engine.status import ExecutionStatus
from workers import late_results, tracing
from workers.abandoned import Abandoned, TakenAway
from workers.performing import Performer
from workers.run_session import RunSession, Sessions
from workers.suspects import SUSPECT_AFTER, Suspects

logger = logging.getLogger("playhead.worker")


class Leases(Protocol):
    """Keeps leases alive while their executions are performed."""

    def hold(self, execution_id: str, token: str) -> None:
        """Renew this lease from now on."""
        ...

    def release(self, execution_id: str) -> None:
        """Renew it no more."""
        ...

    def lost(self, execution_id: str) -> bool:
        """Say whether it could not be renewed in time: the attempt is to be given up."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Performs executions for the threads of one worker process.

    Attributes:
        sessions: Opens a run for deciding and committing.
        leases: Keeps alive what is held.
        performer: Performs an attempt.
        draining: Once set, a chain ends after the activity that executes, and hands back what follows.
        suspects: Keeps those apart that may have killed their worker.
    """

    sessions: Sessions
    leases: Leases
    performer: Performer
    draining: threading.Event
    suspects: Suspects = field(default_factory=Suspects)

    def perform(self, run_id: str, execution_id: str) -> None:
        """Perform an execution that is ready, then what follows from it, as far as one worker goes on.

        A message that is doubled, stale or forged finds nothing that is ready, and changes nothing.
        """
        with bound_contextvars(run_id=run_id, execution_id=execution_id):
            try:
                session = self.sessions.open(run_id)
                place = session.place_of(execution_id) if session is not None else None
                command = self._first(session, *place) if session is not None and place is not None else None
            except Exception as error:
                if not is_outage(error):
                    raise
                logger.warning("the sweep will find this again, as the database does not answer: %s", error)
                return
            if session is None or place is None or command is None:
                return
            if self.draining.is_set():
                self.sessions.wake([(run_id, execution_id)])  # another worker's
            elif place[1].lost < SUSPECT_AFTER:
                self._go_on(session, command)
            elif self.suspects.begin((run_id, execution_id)):
                try:
                    self._go_on(session, command, alone=True)
                finally:
                    self.sessions.wake(self.suspects.end())

    def _go_on(self, session: RunSession, first: Command, *, alone: bool = False) -> None:
        """Perform one execution after the other; `alone` the first and no more."""
        command: Command | DataChange | None = first
        held: Started | None = None
        try:
            while command is not None:
                going_on = not alone and not self.draining.is_set()
                held = self._settle(session, command, held, keep=going_on or held is None)
                command = self._attempt(session, held) if held is not None else None
        except (Abandoned, OutageError) as reason:
            logger.info("%s", reason)
        finally:
            if held is not None:
                self.leases.release(held.id)

    def _attempt(self, session: RunSession, held: Started) -> Command | DataChange:
        bind_contextvars(execution_id=held.id)
        command = tracing.attempt(session.run_id, held, lambda: self.performer.perform(session, held))
        crash_points.reach("W5")
        return command

    @staticmethod
    def _first(session: RunSession, path: str, live: LiveExecution) -> Command | None:
        if live.status is ExecutionStatus.PENDING:
            return StartExecution(path=path, key=live.key)
        if not _is_due(session, live):
            return None
        if live.status is ExecutionStatus.RETRYING:
            return StartExecution(path=path, key=live.key)
        return CompleteExecution(path=path, key=live.key, outputs=session.outputs_of(live.id), exit="next")

    def _settle(
        self, session: RunSession, command: Command | DataChange, held: Started | None, *, keep: bool
    ) -> Started | None:
        following = self._commit(session, command, held, keep=keep)
        if held is not None:
            self.leases.release(held.id)
        if following is not None:
            crash_points.reach("W2")
            self.leases.hold(following.id, following.token)
        return following

    def _commit(
        self, session: RunSession, command: Command | DataChange, held: Started | None, *, keep: bool
    ) -> Started | None:
        if held is None:
            if isinstance(command, DataChange):
                raise ValueError("data is changed by an execution that is held")
            return session.commit(command, None, keep=keep)
        try:
            if isinstance(command, DataChange):
                return session.commit_change(command, held, keep=keep)
            return session.commit(command, held, keep=keep)
        except TakenAway:
            late_results.keep(
                self.sessions.database, session.run_id, command, held, worker=self.sessions.worker
            )
            raise


def _is_due(session: RunSession, live: LiveExecution) -> bool:
    return live.due_at is not None and live.due_at <= session.now()
