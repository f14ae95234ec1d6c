"""JSON as the tables hold it: JSONB in PostgreSQL, text in SQLite; Python's None is SQL's NULL."""

from typing import Any

from sqlalchemy import JSON
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles


class TextJson(sqlite.JSON):
    """JSON in a column declared TEXT: one declared JSON has numeric affinity, which turns the text `0` into a number."""


@compiles(TextJson)
def _declare(_type: TextJson, _compiler: Any, **_: Any) -> str:
    return "TEXT"


def json_value() -> JSON:
    """Give the type of a column that holds any JSON value."""
    value = JSON(none_as_null=True)
    return value.with_variant(JSONB(none_as_null=True), "postgresql").with_variant(
        TextJson(none_as_null=True), "sqlite"
    )
