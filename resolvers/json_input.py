"""JSON that a client sent, as it can be stored and compared."""

from engine.errors import Problem, Refused
from engine.values import JsonValue, UnstorableValueError, clean


def cleaned(value: object, name: str, code: str) -> JsonValue:
    """Give the value as plain JSON that every database holds.

    Args:
        value: What was sent.
        name: The argument or field that it was sent as.
        code: Of the problem, where it cannot be had.

    Raises:
        Refused: The value holds what JSON cannot.
    """
    try:
        return clean(value)
    except UnstorableValueError as error:
        path = (name, *(str(part) for part in error.path))
        raise Refused(Problem(code, f"'{name}' takes JSON: {error.reason}.", path)) from error
