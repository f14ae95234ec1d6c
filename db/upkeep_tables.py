"""The tables of recovery and of pruning: late results, and runs that are going."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from db.columns import json_column, key_column, text_column, time_column


class LateResult(SQLModel, table=True):
    """What became of an attempt after it had been taken from its worker: kept for people to see, it changed nothing."""

    __tablename__ = "late_result"
    execution_id: str = key_column()
    attempt: int = Field(primary_key=True)
    run_id: str = text_column(index=True)
    worker: str = text_column()
    at: datetime = time_column()
    status: str = text_column()
    exit: str | None = text_column(nullable=True)
    outputs: Any = json_column()
    error: Any = json_column()


class PrunedRun(SQLModel, table=True):
    """A run whose row is gone, and which other tables still have something of."""

    __tablename__ = "pruned_run"
    run_id: str = key_column()
