"""How an attempt that is done completes: with outputs that can be kept."""

from collections.abc import Mapping

from engine.activity import Completed, Failed
from engine.expression.errors import ExpressionError
from engine.failed import failed
from engine.values import MAX_VALUE_BYTES, JsonValue, check_size


def completed(
    outputs: dict[str, JsonValue], result: Mapping[str, JsonValue] | None = None
) -> Completed | Failed:
    """Complete with outputs that are clean JSON; fail with VALUE_TOO_LARGE where they are beyond 256 KiB."""
    try:
        check_size(outputs, MAX_VALUE_BYTES, "What this gives")
    except ExpressionError as error:
        return failed(error)
    return Completed(outputs=outputs, result=result)
