"""Numbers kept beside the truth: deltas of runs and credits, and the rollups that they are folded into.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

from db.json_type import json_value
from db.sql import functions
from db.times import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = json_value()
TIME = UtcDateTime()


def upgrade() -> None:
    op.create_table("run_delta",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_delta")),
    )
    op.create_index("run_delta_of_workflow", "run_delta", ["workflow_id"])
    op.create_table("run_rollup",
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("grain", sa.Text(), nullable=False),
        sa.Column("start", TIME, nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("canceled", sa.Integer(), nullable=False),
        sa.Column("credits_used", sa.Integer(), nullable=False),
        sa.Column("durations", JSON, nullable=False),
        sa.Column("activities", JSON, nullable=False),
        sa.PrimaryKeyConstraint("workflow_id", "grain", "start", name=op.f("pk_run_rollup")),
    )
    op.create_table("credit_delta",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("execution_id", sa.Text(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "execution_id", name=op.f("pk_credit_delta")),
    )
    op.create_table("credit_rollup",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("month", TIME, nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "month", "workflow_id", name=op.f("pk_credit_rollup")),
    )
    under_way = sa.text("ended_at IS NULL")
    op.create_index("run_under_way", "run", ["workflow_id", "queued_at"], sqlite_where=under_way, postgresql_where=under_way)

    # What there is already is folded like all that comes.
    op.execute("INSERT INTO run_delta (run_id, workflow_id) SELECT id, workflow_id FROM run WHERE ended_at IS NOT NULL")
    op.execute(
        "INSERT INTO credit_delta (workspace_id, execution_id, workflow_id, amount, at)"
        " SELECT workspace_id, execution_id, workflow_id, amount, at FROM credit_entry"
    )

    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for statement in functions():
            connection.exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("the numbers are kept; restore the database from before")
