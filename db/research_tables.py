"""The tables of research: the questions of an attempt, and the steps of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from db.columns import json_column, key_column, text_column, time_column


class ResearchQuestion(SQLModel, table=True):
    """A question that an attempt of a Research record activity looks into; `total` is how many its attempt has."""

    __tablename__ = "research_question"
    __table_args__ = (UniqueConstraint("execution_id", "attempt", "index"),)
    id: str = key_column()
    run_id: str = text_column(index=True)
    execution_id: str = text_column()
    attempt: int
    index: int
    total: int
    seq: int
    question: str = text_column()
    status: str = text_column()
    answer: str | None = text_column(nullable=True)
    empty_reason: str | None = text_column(nullable=True)
    sources: Any = json_column(nullable=False)
    usage: Any = json_column()


class ResearchStep(SQLModel, table=True):
    """A step of the research into a question: a search, a page read, a thought, the answer."""

    __tablename__ = "research_step"
    __table_args__ = (UniqueConstraint("question_id", "index"),)
    id: str = key_column()
    run_id: str = text_column(index=True)
    question_id: str = text_column()
    index: int
    seq: int
    kind: str = text_column()
    title: str = text_column()
    input: Any = json_column()
    output: Any = json_column()
    error: Any = json_column()
    started_at: datetime = time_column()
    ended_at: datetime | None = time_column(nullable=True)
