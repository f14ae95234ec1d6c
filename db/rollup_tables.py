"""The tables of the numbers kept beside the truth: what was added up, and what is to be added up next.

A delta is written with what it counts; folding takes it away in the transaction that adds it to a rollup. Rollups and
deltas together are exact at every moment, and no row is changed by all runs of a workflow.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, SQLModel

from db.json_type import json_value
from db.times import UtcDateTime


def _key() -> Any:
    return Field(sa_column=Column(Text, primary_key=True))


def _text() -> Any:
    return Field(sa_column=Column(Text, nullable=False))


def _json() -> Any:
    return Field(sa_column=Column(json_value(), nullable=False))


class RunDelta(SQLModel, table=True):
    """A run that has ended and is in no rollup yet. What it adds is read from the run, which does not change any more."""

    __tablename__ = "run_delta"
    __table_args__ = (Index("run_delta_of_workflow", "workflow_id"),)
    run_id: str = _key()
    workflow_id: str = _text()


class RunRollup(SQLModel, table=True):
    """The ended runs of a workflow that were queued in a minute, an hour, a day, a month or a year of UTC: its `grain`.

    `durations` is a histogram (`engine.histogram`). `activities` holds, by their keys, the sums of the runs' tallies.
    """

    __tablename__ = "run_rollup"
    workflow_id: str = _key()
    grain: str = _key()
    start: datetime = Field(sa_column=Column(UtcDateTime, primary_key=True))
    completed: int
    failed: int
    canceled: int
    credits_used: int
    durations: Any = _json()
    activities: Any = _json()


class CreditDelta(SQLModel, table=True):
    """A charge of the ledger that is in no rollup yet."""

    __tablename__ = "credit_delta"
    workspace_id: str = _key()
    execution_id: str = _key()
    workflow_id: str = _text()
    amount: int
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class CreditRollup(SQLModel, table=True):
    """What a workflow was charged in a calendar month of UTC, which begins at `month`."""

    __tablename__ = "credit_rollup"
    workspace_id: str = _key()
    month: datetime = Field(sa_column=Column(UtcDateTime, primary_key=True))
    workflow_id: str = _key()
    used: int
