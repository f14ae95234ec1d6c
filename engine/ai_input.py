"""What an AI activity is given to read: a text, or a record."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from engine.research.subject import subject_of

MAX_TEXT = 200_000
"""Characters that are read."""


def _readable(value: object) -> object:
    if isinstance(value, str) or _is_record(value):
        return value
    raise PydanticCustomError("readable", "takes a text or a record")


def _is_record(value: object) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("values"), Mapping) and "object" in value


Readable = Annotated[
    Any,
    AfterValidator(_readable),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"object": {"type": "string"}, "values": {"type": "object"}},
                    "required": ["object", "values"],
                },
            ]
        }
    ),
]
"""A text, or a record, whose attributes are read one a line."""


def text_of(value: str | Mapping[str, Any]) -> str:
    """Give what there is to read, at most 200,000 characters."""
    return (value if isinstance(value, str) else subject_of(value).text)[:MAX_TEXT]
