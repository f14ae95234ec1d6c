"""What an attempt comes to: its outcome, fit to be kept, and the command that tells the run of it."""

from collections.abc import Callable

from engine.activity import Completed, DataChange, Failed, Outcome, RecordWrite, TakeTurn, Waiting
from engine.commands import Command, CompleteExecution, FailExecution, WaitExecution
from engine.decision import Started
from engine.errors import ExecutionError
from engine.expression import ExpressionError
from engine.ports import PortError
from engine.values import MAX_VALUE_BYTES, check_size, clean


def outcome_of(held: Started, act: Callable[[], Outcome]) -> Outcome:
    """Perform an attempt; what the workflow's author or the world is to blame for is its failure.

    Args:
        held: The attempt; one that cannot begin is not performed.
        act: Performs it.

    Raises:
        Exception: What `act` raises otherwise.
    """
    if held.error is not None:
        return Failed(error=held.error)
    try:
        outcome = act()
        return _cleaned(outcome) if isinstance(outcome, Completed) else outcome
    except PortError as error:
        return Failed(error=error.as_error())
    except ExpressionError as error:
        return Failed(
            error=ExecutionError(code=error.code, message=str(error), detail=error.detail, hint=error.hint)
        )


def command_of(held: Started, outcome: Outcome) -> Command | DataChange:
    """Give what to ask of the run after an attempt, or the change of data that completes it."""
    path, key = held.path, held.activity.key
    match outcome:
        case Completed():
            return CompleteExecution(
                path=path, key=key, outputs=outcome.outputs, exit=outcome.exit, result=outcome.result
            )
        case Failed():
            return FailExecution(path=path, key=key, error=outcome.error)
        case Waiting():
            return WaitExecution(path=path, key=key, until=outcome.until, outputs=outcome.outputs)
        case RecordWrite() | TakeTurn():
            return outcome


def _cleaned(outcome: Completed) -> Completed:
    """Give an outcome whose outputs can be kept.

    Raises:
        ExpressionError: VALUE_TOO_LARGE.
    """
    outputs = {name: clean(value) for name, value in outcome.outputs.items()}
    check_size(outputs, MAX_VALUE_BYTES, "The output")
    return Completed(outputs=outputs, exit=outcome.exit, result=outcome.result)
