"""The tables of the numbers kept beside the truth: what was added up, and what is to be added up next.

A delta is written with what it counts; folding takes it away in the transaction that adds it to a rollup. Rollups and
deltas together are exact at every moment, and no row is changed by all runs of a workflow.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import SQLModel

from db.columns import json_column, key_column, text_column, time_column


class RunDelta(SQLModel, table=True):
    """A run that has ended and is in no rollup yet. What it adds is read from the run, which does not change any more."""

    __tablename__ = "run_delta"
    __table_args__ = (Index("run_delta_of_workflow", "workflow_id"),)
    run_id: str = key_column()
    workflow_id: str = text_column()


class RunRollup(SQLModel, table=True):
    """The ended runs of a workflow that were queued in a minute, an hour, a day, a month or a year of UTC: its `grain`.

    `durations` is a histogram (`engine.histogram`). `activities` holds, by their keys, the sums of the runs' tallies.
    """

    __tablename__ = "run_rollup"
    workflow_id: str = key_column()
    grain: str = key_column()
    start: datetime = time_column(key=True)
    completed: int
    failed: int
    canceled: int
    credits_used: int
    durations: Any = json_column(nullable=False)
    activities: Any = json_column(nullable=False)


class CreditDelta(SQLModel, table=True):
    """A charge of the ledger that is in no rollup yet."""

    __tablename__ = "credit_delta"
    workspace_id: str = key_column()
    execution_id: str = key_column()
    workflow_id: str = text_column()
    amount: int
    at: datetime = time_column()


class CreditRollup(SQLModel, table=True):
    """What a workflow was charged in a calendar month of UTC, which begins at `month`."""

    __tablename__ = "credit_rollup"
    workspace_id: str = key_column()
    month: datetime = time_column(key=True)
    workflow_id: str = key_column()
    used: int
