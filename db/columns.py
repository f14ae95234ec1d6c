"""The columns that tables are made of, and how their constraints are named. Times are UTC; JSON holds plain values."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Text
from sqlmodel import Field, SQLModel

from db.json_type import json_value
from db.times import UtcDateTime

SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


def key_column(of: str | None = None) -> Any:
    """Make a column of the primary key; `of` is the column of another table that it refers to."""
    references = () if of is None else (ForeignKey(of),)
    return Field(sa_column=Column(Text, *references, primary_key=True))


def reference(target: str, *, nullable: bool = False, index: bool = False) -> Any:
    """Make a column that refers to another table's, such as `workspace.id`."""
    return Field(sa_column=Column(Text, ForeignKey(target), nullable=nullable, index=index))


def text_column(*, nullable: bool = False, index: bool = False, unique: bool | None = None) -> Any:
    """Make a column of text."""
    return Field(sa_column=Column(Text, nullable=nullable, index=index, unique=unique))


def time_column(*, nullable: bool = False, key: bool = False) -> Any:
    """Make a column of a time in UTC; `key` puts it into the primary key."""
    return Field(sa_column=Column(UtcDateTime, nullable=nullable, primary_key=key))


def json_column(*, nullable: bool = True) -> Any:
    """Make a column of a JSON value."""
    return Field(sa_column=Column(json_value(), nullable=nullable))
