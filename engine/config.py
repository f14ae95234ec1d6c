"""What configurations of activities are made of: the base of their models, and kinds of values."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from engine.expression.errors import ExpressionError
from engine.expression.paths import parse_path
from engine.expression.times import parse_time
from engine.time_zones import nearest_zone, time_zone


class Config(BaseModel):
    """A rendered configuration: no key beyond its fields, no value taken for another ("5" is no number)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=to_camel)


class Outputs(BaseModel):
    """What later activities can refer to."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


WholeNumber = Annotated[int, BeforeValidator(_whole)]
"""A whole number; a calculated 3.0 is one."""


def _record_id(value: object) -> object:
    found = value.get("id") if isinstance(value, Mapping) else value
    if not isinstance(found, str) or not found:
        raise PydanticCustomError("record_reference", "takes the id of a record, or a record")
    return found


RecordReference = Annotated[
    str,
    BeforeValidator(_record_id),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
            ]
        }
    ),
]
"""The id of a record, or a record, of which the id is taken."""

ObjectName = Annotated[str, Field(min_length=1, max_length=200)]
"""The name of an object, such as `companies`."""

Values = dict[str, Any]
"""Values by the names of attributes; null empties one."""


def _path(text: str) -> str:
    try:
        parse_path(text)
    except ExpressionError:
        raise PydanticCustomError(
            "path", "takes a path, such as score, address.city, tags[0] or ['my field']"
        ) from None
    return text


PathText = Annotated[str, AfterValidator(_path)]
"""A path into a value, such as `values.score`, or of an attribute: `score`."""


def _timestamp(text: str) -> str:
    if parse_time(text) is None:
        raise PydanticCustomError(
            "timestamp", "takes an ISO date or timestamp, such as 2026-11-22 or 2026-11-22T09:30:00+01:00"
        )
    return text


TimestampText = Annotated[str, AfterValidator(_timestamp)]
"""An ISO date or timestamp; what names no zone is for the activity to place."""


def _zone_name(name: str) -> str:
    if time_zone(name) is None:
        raise PydanticCustomError(
            "time_zone",
            "takes the IANA name of a time zone, such as {example}",
            {"example": nearest_zone(name)},
        )
    return name


TimeZoneName = Annotated[str, AfterValidator(_zone_name)]
"""The IANA name of a time zone, such as Europe/Berlin."""
