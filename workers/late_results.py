"""What is done with the result of an attempt that was taken away meanwhile."""

import logging
from typing import Any

from db.database import Database
from db.late_results import keep_late_result
from db.outages import is_outage
from engine.activity import DataChange
from engine.commands import Command, CompleteExecution, FailExecution
from engine.decision import Started
from engine.status import ExecutionStatus

logger = logging.getLogger("playhead.worker")


def keep(
    database: Database, run_id: str, command: Command | DataChange, held: Started, *, worker: str
) -> None:
    """Keep what the attempt would have led to, for people to see; where the database is away the log alone has it."""
    outcome = _outcome(command)
    if outcome is None:
        return
    result = {"execution_id": held.id, "attempt": held.attempt, "worker": worker, **outcome}
    try:
        keep_late_result(database, run_id, result)
    except Exception as error:
        if not is_outage(error):
            raise
        logger.warning("the late result of %s, attempt %d, is not kept: %s", held.id, held.attempt, error)


def _outcome(command: Command | DataChange) -> dict[str, Any] | None:
    """Give the columns that say what came of the attempt; None where it had no result of its own."""
    match command:
        case CompleteExecution():
            return {
                "status": ExecutionStatus.COMPLETED.value,
                "exit": command.exit,
                "outputs": dict(command.outputs),
            }
        case FailExecution():
            return {"status": ExecutionStatus.FAILED.value, "error": command.error.as_data()}
        case _:
            return None
