"""The scalars: times and JSON values."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from db.times import text_of

JSON = NewType("JSON", object)


def _read_time(value: object) -> datetime:
    """Read a time that a client sent.

    Raises:
        GraphQLError: It is no RFC 3339 time with a zone.
    """
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise GraphQLError(
        f"{value!r} is no DateTime: RFC 3339 with a zone is accepted, such as 2026-11-22T09:30:00Z"
    )


def _same(value: Any) -> Any:
    return value


SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment: RFC 3339, in UTC with microseconds, such as 2026-11-22T09:30:00.000000Z.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=text_of,
        parse_value=_read_time,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value: an object, a list, a text, a number, a boolean, or null.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=_same,
        parse_value=_same,
    ),
}
