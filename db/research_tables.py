"""The tables of research: the questions of an attempt, and the steps of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.json_type import json_value
from db.times import UtcDateTime


def _id() -> Any:
    return Field(sa_column=Column("id", Text, primary_key=True))


def _text(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(sa_column=Column(Text, nullable=nullable, index=index))


def _time(*, nullable: bool = False) -> Any:
    return Field(sa_column=Column(UtcDateTime, nullable=nullable))


def _json(*, nullable: bool = True) -> Any:
    return Field(sa_column=Column(json_value(), nullable=nullable))


class ResearchQuestion(SQLModel, table=True):
    """A question that an attempt of a Research record activity looks into; `total` is how many its attempt has."""

    __tablename__ = "research_question"
    __table_args__ = (UniqueConstraint("execution_id", "attempt", "index"),)
    id: str = _id()
    run_id: str = _text(index=True)
    execution_id: str = _text()
    attempt: int
    index: int
    total: int
    seq: int
    question: str = _text()
    status: str = _text()
    answer: str | None = _text(nullable=True)
    empty_reason: str | None = _text(nullable=True)
    sources: Any = _json(nullable=False)
    usage: Any = _json()


class ResearchStep(SQLModel, table=True):
    """A step of the research into a question: a search, a page read, a thought, the answer."""

    __tablename__ = "research_step"
    __table_args__ = (UniqueConstraint("question_id", "index"),)
    id: str = _id()
    run_id: str = _text(index=True)
    question_id: str = _text()
    index: int
    seq: int
    kind: str = _text()
    title: str = _text()
    input: Any = _json()
    output: Any = _json()
    error: Any = _json()
    started_at: datetime = _time()
    ended_at: datetime | None = _time(nullable=True)
