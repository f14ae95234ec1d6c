"""The tables of recovery and of pruning: late results, and runs that are going."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from db.json_type import json_value
from db.times import UtcDateTime


def _text(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(sa_column=Column(Text, nullable=nullable, index=index))


def _json() -> Any:
    return Field(sa_column=Column(json_value(), nullable=True))


class LateResult(SQLModel, table=True):
    """What became of an attempt after it had been taken from its worker: kept for people to see, it changed nothing."""

    __tablename__ = "late_result"
    execution_id: str = Field(sa_column=Column(Text, primary_key=True))
    attempt: int = Field(primary_key=True)
    run_id: str = _text(index=True)
    worker: str = _text()
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    status: str = _text()
    exit: str | None = _text(nullable=True)
    outputs: Any = _json()
    error: Any = _json()


class PrunedRun(SQLModel, table=True):
    """A run whose row is gone, and which other tables still have something of."""

    __tablename__ = "pruned_run"
    run_id: str = Field(sa_column=Column(Text, primary_key=True))
