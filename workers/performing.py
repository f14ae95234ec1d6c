"""Performing one attempt: what its activity does, and what that asks of the run."""

import logging
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from db.outages import is_outage
from engine.activity import ActivityContext, DataChange, Failed, Outcome
from engine.commands import Command, InterruptExecution, LogLine, ReportResearch
from engine.decision import Started
from engine.errors import ExecutionError
from engine.ports import Interrupted, Log, Ports
from engine.registry import activity_type
from engine.research.reports import ResearchReport
from workers.abandoned import Abandoned
from workers.outcomes import command_of, outcome_of
from workers.ports.trace import Tell
from workers.run_session import RunSession

logger = logging.getLogger("playhead.worker")


class PortsFor(Protocol):
    """Opens the ports of one attempt; they close with the block."""

    def __call__(
        self,
        *,
        run_id: str,
        workspace_id: str,
        timeout_seconds: float,
        log: Log,
        tell: Tell,
        lost: Callable[[], bool],
    ) -> AbstractContextManager[Ports]:
        """Give the ports of an attempt of a run; once it is `lost` they let nothing begin outside."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Performer:
    """Performs attempts, outside any transaction, through ports only."""

    ports_for: PortsFor

    def perform(self, session: RunSession, held: Started) -> Command | DataChange:
        """Perform the attempt and say what to ask of the run."""
        path, key = held.path, held.activity.key
        try:
            outcome = self._outcome(session, held)
        except Interrupted:
            if session.lost(held):
                raise Abandoned(f"the lease of {held.id} could not be renewed in time") from None
            return InterruptExecution(path=path, key=key)
        return command_of(held, outcome)

    def _outcome(self, session: RunSession, held: Started) -> Outcome:
        try:
            return outcome_of(held, lambda: self._act(session, held))
        except (Interrupted, Abandoned):
            raise
        except Exception as error:  # a fault of ours fails this execution, not the worker; it is logged whole
            if is_outage(error):
                raise Abandoned(f"the database does not answer: {error}") from error
            return Failed(error=_unexpected(held))

    def _act(self, session: RunSession, held: Started) -> Outcome:
        perform = activity_type(held.activity.type).perform
        if perform is None:
            raise TypeError(f"no worker performs {held.activity.type}")
        path, key = held.path, held.activity.key

        def log(level: str, message: str) -> None:
            session.report(held, LogLine(path=path, key=key, level=level, message=message))

        def tell(report: ResearchReport) -> None:
            session.report(held, ReportResearch(path=path, key=key, report=report))

        timeout = held.activity.retry.timeout_seconds
        with self.ports_for(
            run_id=session.run_id,
            workspace_id=session.workspace_id,
            timeout_seconds=timeout,
            log=log,
            tell=tell,
            lost=lambda: session.lost(held),
        ) as ports:
            context = ActivityContext(
                scope=held.scope,
                execution_id=held.id,
                attempt=held.attempt,
                timeout_seconds=timeout,
                ports=ports,
            )
            return perform(held.config, context)


def _unexpected(held: Started) -> ExecutionError:
    """A fault of the program, not of the workflow: logged whole, shown by its id alone."""
    error_id = secrets.token_hex(6)
    logger.exception("execution %s failed unexpectedly, error id %s", held.id, error_id)
    return ExecutionError(
        code="INTERNAL",
        message=f"Something in Playhead itself failed while this activity executed (error {error_id}).",
        detail={"id": error_id},
        hint="The worker's log holds the details under this id; the workflow is not at fault.",
    )
