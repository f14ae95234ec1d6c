"""What a record may hold, and the one error of changes that are refused."""

from collections.abc import Mapping
from typing import Any

from db.texts import is_storable
from engine.errors import ExecutionError, Problem
from engine.values import MAX_VALUE_BYTES, JsonValue, UnstorableValueError, clean, size

MAX_NAME = 200


class WriteRefused(Exception):  # noqa: N818 - named as the outcome, like engine.errors.Refused
    """A change of a record was refused and changed nothing.

    Attributes:
        error: Why, for the execution that wanted it.
        problem: Why, for the client that wanted it.
    """

    def __init__(self, error: ExecutionError, problem: Problem) -> None:
        super().__init__(error.message)
        self.error, self.problem = error, problem


def refusal(code: str, message: str, detail: Mapping[str, Any], *, path: tuple[str, ...]) -> WriteRefused:
    """Make the error of a change that is refused.

    Args:
        code: Of the execution; a client is told NOT_FOUND or VALUE_INVALID.
        message: One sentence.
        detail: What it takes to mend it.
        path: Where in a client's input.
    """
    shown = "NOT_FOUND" if code == "RECORD_NOT_FOUND" else "VALUE_INVALID"
    error = ExecutionError(code=code, message=message, detail=detail)
    return WriteRefused(error, Problem(shown, message, path))


def check_object(name: str) -> None:
    """Make sure that a text can name an object.

    Raises:
        WriteRefused: VALUE_INVALID.
    """
    if not name.strip() or len(name) > MAX_NAME or not is_storable(name):
        message = f"The name of an object has 1 to {MAX_NAME} characters."
        raise refusal("VALUE_INVALID", message, {"object": name[:MAX_NAME]}, path=("object",))


def check_values(values: object) -> dict[str, JsonValue]:
    """Give the values of a record as they can be stored: an object with names of 1 to 200 characters.

    Raises:
        WriteRefused: VALUE_INVALID.
    """
    if not isinstance(values, Mapping):
        message = "The values of a record are an object: each value by the name of its attribute."
        raise refusal("VALUE_INVALID", message, {}, path=("values",))
    try:
        cleaned = clean(values)
    except UnstorableValueError as error:
        path = tuple(str(part) for part in error.path)
        message = f"The value of '{'.'.join(path)}' cannot be stored: {error.reason}."
        raise refusal("VALUE_INVALID", message, {"attribute": path[0]}, path=("values", *path)) from error
    found = dict(cleaned) if isinstance(cleaned, dict) else {}  # of a mapping, clean gives a dict
    for name in found:
        if not name.strip() or len(name) > MAX_NAME:
            message = f"The name of an attribute has 1 to {MAX_NAME} characters."
            detail = {"attribute": name[:MAX_NAME]}
            raise refusal("VALUE_INVALID", message, detail, path=("values", name[:MAX_NAME]))
    return found


def check_size(record: Mapping[str, JsonValue]) -> None:
    """Make sure that a record, as outputs hold it, is not too large.

    Raises:
        WriteRefused: VALUE_TOO_LARGE.
    """
    found = size(dict(record))
    if found > MAX_VALUE_BYTES:
        limit = MAX_VALUE_BYTES // 1024
        message = f"The record would have {-(-found // 1024)} KiB as JSON; it may have {limit} KiB."
        raise refusal("VALUE_TOO_LARGE", message, {"limit": MAX_VALUE_BYTES, "size": found}, path=("values",))
