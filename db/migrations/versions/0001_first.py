"""The first tables, the default workspace, and PostgreSQL's functions.

Revision: 0001, the first
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from db.ids import DEFAULT_WORKSPACE
from db.json_type import json_value
from db.sql import functions
from db.times import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = json_value()
TIME = UtcDateTime()


def upgrade() -> None:
    op.create_table("workspace",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("name", name=op.f("uq_workspace_name")),
    )
    op.create_table("api_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_api_key_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_key_hash")),
    )
    op.create_table("record",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by", JSON, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("updated_by", JSON, nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_record_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
    )
    op.create_index("record_of_object", "record", ["workspace_id", "object", "id"])

    op.create_table("record_value",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("attribute", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "object", "attribute", "key", "record_id", name=op.f("pk_record_value")),
        sqlite_with_rowid=False,
    )

    op.create_table("workflow",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.Text(), nullable=True),
        sa.Column("published_id", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("created_by", JSON, nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_workflow_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow")),
    )
    op.create_index("workflow_newest", "workflow", ["workspace_id", "id"])

    op.create_table("workflow_version",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("published_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["workflow_id"], ["workflow.id"], name=op.f("fk_workflow_version_workflow_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_version")),
        sa.UniqueConstraint("workflow_id", "number", name=op.f("uq_workflow_version_workflow_id_number")),
    )
    op.create_table("run",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("credits_used", sa.Integer(), nullable=False),
        sa.Column("tariff", sa.Text(), nullable=False),
        sa.Column("trigger", JSON, nullable=False),
        sa.Column("queued_at", TIME, nullable=False),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("error", JSON, nullable=True),
        sa.Column("failed_execution_id", sa.Text(), nullable=True),
        sa.Column("cancellation", JSON, nullable=True),
        sa.Column("state", JSON, nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("idempotency_fingerprint", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["workflow_version.id"], name=op.f("fk_run_version_id")),
        sa.ForeignKeyConstraint(["workflow_id"], ["workflow.id"], name=op.f("fk_run_workflow_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_run_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("workspace_id", "idempotency_key", name=op.f("uq_run_workspace_id_idempotency_key")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index("run_newest", "run", ["workspace_id", "queued_at", "id"])
    op.create_index("run_of_workflow", "run", ["workflow_id", "queued_at", "id"])

    op.create_table("activity_execution",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("iteration_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("created_seq", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("attempts", JSON, nullable=True),
        sa.Column("inputs", JSON, nullable=True),
        sa.Column("outputs", JSON, nullable=True),
        sa.Column("result", JSON, nullable=True),
        sa.Column("error", JSON, nullable=True),
        sa.Column("exit", sa.Text(), nullable=True),
        sa.Column("credits_used", sa.Integer(), nullable=False),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("attempt_started_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("hint_at", TIME, nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_execution")),
        sa.UniqueConstraint("run_id", "path", "key", name=op.f("uq_activity_execution_run_id_path_key")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index("execution_due", "activity_execution", ["due_at"], sqlite_where=sa.text("due_at IS NOT NULL"), postgresql_where=sa.text("due_at IS NOT NULL"))
    op.create_index("execution_leased", "activity_execution", ["lease_until"], sqlite_where=sa.text("lease_until IS NOT NULL"), postgresql_where=sa.text("lease_until IS NOT NULL"))
    op.create_index("execution_of_iteration", "activity_execution", ["iteration_id", "created_seq"], sqlite_where=sa.text("iteration_id IS NOT NULL"), postgresql_where=sa.text("iteration_id IS NOT NULL"))
    op.create_index("execution_order", "activity_execution", ["run_id", "created_seq"])
    op.create_index("execution_pending", "activity_execution", ["hint_at"], sqlite_where=sa.text("status = 'PENDING'"), postgresql_where=sa.text("status = 'PENDING'"))

    op.create_table("credit_entry",
        sa.Column("execution_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("execution_id", name=op.f("pk_credit_entry")),
    )
    op.create_index("ix_credit_entry_run_id", "credit_entry", ["run_id"])

    op.create_table("log_line",
        sa.Column("execution_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("execution_id", "seq", name=op.f("pk_log_line")),
    )
    op.create_index("ix_log_line_run_id", "log_line", ["run_id"])

    op.create_table("loop_item",
        sa.Column("loop_id", sa.Text(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("item", JSON, nullable=True),
        sa.PrimaryKeyConstraint("loop_id", "index", name=op.f("pk_loop_item")),
    )
    op.create_index("ix_loop_item_run_id", "loop_item", ["run_id"])

    op.create_table("loop_iteration",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("loop_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("item", JSON, nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("credits_used", sa.Integer(), nullable=False),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("collected", JSON, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loop_iteration")),
        sa.UniqueConstraint("loop_id", "index", name=op.f("uq_loop_iteration_loop_id_index")),
    )
    op.create_index("ix_loop_iteration_run_id", "loop_iteration", ["run_id"])

    op.create_table("run_event",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("header", JSON, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "seq", name=op.f("pk_run_event")),
    )

    workspace = sa.table("workspace", sa.column("id"), sa.column("name"), sa.column("created_at", TIME))
    now = datetime.now(UTC)
    op.bulk_insert(workspace, [{"id": DEFAULT_WORKSPACE, "name": "default", "created_at": now}])

    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for statement in functions():
            connection.exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("there is nothing before the first revision")
