"""Whose turn it is in each Round robin.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("round_robin",
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("activity_key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workflow_id"], ["workflow.id"], name=op.f("fk_round_robin_workflow_id")),
        sa.PrimaryKeyConstraint("workflow_id", "activity_key", name=op.f("pk_round_robin")),
    )


def downgrade() -> None:
    op.drop_table("round_robin")
