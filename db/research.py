"""Queries of research questions and steps, each within one workspace."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, Table, select

from db.database import Database
from db.pages import owned
from db.records import QuestionRecord, StepRecord
from db.rows import QUESTION, QUESTION_COLUMNS, RUN, STEP, STEP_COLUMNS, question_record, step_record
from db.texts import storable

Attempt = tuple[str, int]
"""An execution's id, and the number of an attempt of it."""


def questions_by_ids(
    database: Database, workspace_id: str, ids: Collection[str]
) -> dict[str, QuestionRecord]:
    """Give those of the questions that are the workspace's, by their ids."""
    query = _of_workspace(
        select(*QUESTION_COLUMNS).where(QUESTION.c.id.in_(storable(ids))), QUESTION, workspace_id
    )
    with database.read() as session:
        return {row.id: question_record(row) for row in session.execute(query)}


def questions_by_attempts(
    database: Database, workspace_id: str, attempts: Collection[Attempt]
) -> dict[Attempt, list[QuestionRecord]]:
    """Give the questions of attempts, by index; an attempt that researches nothing has none."""
    found: dict[Attempt, list[QuestionRecord]] = {one: [] for one in attempts}
    ids = {execution_id for execution_id, _ in attempts}
    query = (
        select(*QUESTION_COLUMNS).where(QUESTION.c.execution_id.in_(storable(ids))).order_by(QUESTION.c.index)
    )
    with database.read() as session:
        for row in session.execute(_of_workspace(query, QUESTION, workspace_id)):
            if (row.execution_id, row.attempt) in found:
                found[row.execution_id, row.attempt].append(question_record(row))
    return found


def steps_by_ids(database: Database, workspace_id: str, ids: Collection[str]) -> dict[str, StepRecord]:
    """Give those of the steps that are the workspace's, by their ids."""
    query = _of_workspace(select(*STEP_COLUMNS).where(STEP.c.id.in_(storable(ids))), STEP, workspace_id)
    with database.read() as session:
        return {row.id: step_record(row) for row in session.execute(query)}


def steps_by_questions(
    database: Database, workspace_id: str, question_ids: Collection[str]
) -> dict[str, list[StepRecord]]:
    """Give the steps of questions, by index, by the questions' ids."""
    found: dict[str, list[StepRecord]] = {one: [] for one in question_ids}
    query = select(*STEP_COLUMNS).where(STEP.c.question_id.in_(storable(question_ids))).order_by(STEP.c.index)
    with database.read() as session:
        for row in session.execute(_of_workspace(query, STEP, workspace_id)):
            found[row.question_id].append(step_record(row))
    return found


def _of_workspace(query: Select[Any], table: Table, workspace_id: str) -> Select[Any]:
    return query.join(RUN, RUN.c.id == table.c.run_id).where(owned(RUN, workspace_id))
