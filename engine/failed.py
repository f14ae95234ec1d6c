"""How an error that an attempt met becomes its failure."""

from engine.activity import Failed
from engine.errors import ExecutionError
from engine.expression.errors import ExpressionError
from engine.ports import PortError


def failed(error: ExpressionError | PortError) -> Failed:
    """Give the failure of an attempt that met this error, with all that the error says."""
    return Failed(
        error=ExecutionError(
            code=error.code,
            message=error.message,
            detail=error.detail or None,
            hint=error.hint,
            retryable=isinstance(error, PortError) and error.retryable,
        )
    )
