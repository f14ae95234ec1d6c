"""What a client left out."""

from typing import TypeVar

import strawberry

Value = TypeVar("Value")


def given(value: Value | None) -> Value | None:
    """Give a value that may be left out: None stands for that too."""
    return None if value is strawberry.UNSET else value
