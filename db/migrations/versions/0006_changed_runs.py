"""Runs can be found by when they last changed.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

from db.sql import functions
from db.times import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("changed_at", UtcDateTime(), nullable=True))
    op.create_index("run_changed", "run", ["workspace_id", "changed_at"])
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for statement in functions():
            connection.exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("the function of the hot path writes the column")
