"""What a worker brings of an attempt that was taken from it is kept; runs of long ago can be pruned.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

from db.json_type import json_value
from db.times import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = json_value()


def upgrade() -> None:
    op.create_table("late_result",
        sa.Column("execution_id", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("exit", sa.Text(), nullable=True),
        sa.Column("outputs", JSON, nullable=True),
        sa.Column("error", JSON, nullable=True),
        sa.PrimaryKeyConstraint("execution_id", "attempt", name=op.f("pk_late_result")),
    )
    op.create_index(op.f("ix_late_result_run_id"), "late_result", ["run_id"])
    op.create_table("pruned_run",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_pruned_run")),
    )


def downgrade() -> None:
    op.drop_table("pruned_run")
    op.drop_table("late_result")
