"""Triggers: what published ones wait for, webhooks and their keys, firings that started no run.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

from db.json_type import json_value
from db.times import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = json_value()
TIME = UtcDateTime()


def upgrade() -> None:
    op.create_table("published_trigger",
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=True),
        sa.Column("next_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["workflow_id"], ["workflow.id"], name=op.f("fk_published_trigger_workflow_id")),
        sa.PrimaryKeyConstraint("workflow_id", name=op.f("pk_published_trigger")),
    )
    watching, due = sa.text("object IS NOT NULL"), sa.text("next_at IS NOT NULL")
    op.create_index("trigger_watching", "published_trigger", ["workspace_id", "object", "type"],
        sqlite_where=watching, postgresql_where=watching)
    op.create_index("trigger_due", "published_trigger", ["next_at"], sqlite_where=due, postgresql_where=due)

    op.create_table("hook",
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workflow_id"], ["workflow.id"], name=op.f("fk_hook_workflow_id")),
        sa.PrimaryKeyConstraint("workflow_id", name=op.f("pk_hook")),
        sa.UniqueConstraint("token", name=op.f("uq_hook_token")),
    )
    op.create_table("hook_key",
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("workflow_id", "key", name=op.f("pk_hook_key")),
    )
    op.create_index("hook_key_oldest", "hook_key", ["at"])

    op.create_table("trigger_evaluation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", JSON, nullable=True),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trigger_evaluation")),
    )
    op.create_index("evaluation_of_workflow", "trigger_evaluation", ["workflow_id", "at", "id"])
    op.create_index("evaluation_oldest", "trigger_evaluation", ["at"])


def downgrade() -> None:
    for table in ("trigger_evaluation", "hook_key", "hook", "published_trigger"):
        op.drop_table(table)
