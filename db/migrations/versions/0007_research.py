"""Research: the questions of an attempt, and the steps of each.

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

from db.json_type import json_value
from db.sql import functions
from db.times import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("research_question",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("execution_id", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("empty_reason", sa.Text(), nullable=True),
        sa.Column("sources", json_value(), nullable=False),
        sa.Column("usage", json_value(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_research_question")),
        sa.UniqueConstraint("execution_id", "attempt", "index", name=op.f("uq_research_question_execution_id_attempt_index")),
    )
    op.create_index("ix_research_question_run_id", "research_question", ["run_id"])
    op.create_table("research_step",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("input", json_value(), nullable=True),
        sa.Column("output", json_value(), nullable=True),
        sa.Column("error", json_value(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_research_step")),
        sa.UniqueConstraint("question_id", "index", name=op.f("uq_research_step_question_id_index")),
    )
    op.create_index("ix_research_step_run_id", "research_step", ["run_id"])
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for statement in functions():
            connection.exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("the function of the hot path writes the tables")
