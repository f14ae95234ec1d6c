"""Parse JSON: the value that a text holds."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from pydantic import Field

from engine.activity import ActivityContext, ActivityType, Category, Completed, Failed
from engine.config import Config, Outputs
from engine.errors import ExecutionError, Problem
from engine.json_schema import SchemaFault, document_faults, schema_faults
from engine.templates import holds_template
from engine.values import UnstorableValueError, clean, preview

SCHEMA = "schema"
SHOWN_AROUND = 20
"""So many characters are shown before and after the place where a text stops being JSON."""


class ParseJsonConfig(Config):
    """What to read, and what it must be."""

    text: str = Field(description="The text, JSON as a whole; at most 256 KiB.")
    schema_: dict[str, Any] | None = Field(
        default=None,
        alias=SCHEMA,
        description="A JSON Schema that the value must fit, draft 2020-12 unless its `$schema` says otherwise; "
        "`format` is checked too. Left out, any value will do.",
    )


class ParseJsonOutputs(Outputs):
    """What the text holds."""

    value: Any = Field(description="The value.")


def check(config: Mapping[str, Any]) -> list[Problem]:
    """Give what is wrong with the schema, unless templates are yet to be filled in."""
    schema = config.get(SCHEMA)
    if not isinstance(schema, dict) or holds_template(schema):
        return []
    return [
        Problem("CONFIG_INVALID", fault.message, (SCHEMA, *fault.path)) for fault in schema_faults(schema)
    ]


def perform(config: ParseJsonConfig, context: ActivityContext) -> Completed | Failed:
    """Read the text."""
    del context
    try:
        value = clean(orjson.loads(config.text))
    except orjson.JSONDecodeError as error:
        return _no_json(config.text, error)
    except UnstorableValueError as error:
        return _unstorable(error)
    if config.schema_ is None:
        return Completed(outputs={"value": value})
    faults = schema_faults(config.schema_)
    if faults:
        return _unfit_schema(faults)
    faults = document_faults(config.schema_, value)
    return _unfit(faults) if faults else Completed(outputs={"value": value})


def _no_json(text: str, error: orjson.JSONDecodeError) -> Failed:
    around = text[max(0, error.pos - SHOWN_AROUND) : error.pos + SHOWN_AROUND]
    return Failed(
        error=ExecutionError(
            code="JSON_INVALID",
            message=f"The text is no JSON: {error.msg.partition(': line ')[0]} (line {error.lineno}, column {error.colno}).",
            detail={
                "line": error.lineno,
                "column": error.colno,
                "around": clean(around),
                "text": preview(text),
            },
            hint="The text must be JSON and nothing else, without words or marks around it.",
        )
    )


def _unstorable(error: UnstorableValueError) -> Failed:
    path = [str(part) for part in error.path]
    return Failed(
        error=ExecutionError(
            code="JSON_INVALID",
            message=f"The JSON cannot be kept: {error}.",
            detail={"path": path, "reason": error.reason},
        )
    )


def _unfit_schema(faults: Sequence[SchemaFault]) -> Failed:
    return Failed(
        error=ExecutionError(
            code="CONFIG_INVALID",
            message=faults[0].message,
            detail={
                "faults": [
                    {"configPath": [SCHEMA, *fault.path], "message": fault.message} for fault in faults
                ]
            },
            hint="Look at the inputs for what the templates in the schema gave.",
        )
    )


def _unfit(faults: Sequence[SchemaFault]) -> Failed:
    more = f" (And {len(faults) - 1} more.)" if len(faults) > 1 else ""
    return Failed(
        error=ExecutionError(
            code="SCHEMA_MISMATCH",
            message=faults[0].message + more,
            detail={
                "path": list(faults[0].path),
                "faults": [{"path": list(fault.path), "message": fault.message} for fault in faults],
            },
            hint="Mend what gives the text, or let the schema take what it gives.",
        )
    )


PARSE_JSON = ActivityType(
    type="parse_json",
    title="Parse JSON",
    description="Reads a text that is JSON and gives its value, if it fits a JSON Schema.",
    category=Category.DATA,
    config=ParseJsonConfig,
    outputs=ParseJsonOutputs,
    perform=perform,
    pure=True,
    check=check,
)
