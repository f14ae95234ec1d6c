"""Keys have a role, may expire, can be revoked, and show when they were last used.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

from db.times import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TIME = UtcDateTime()


def upgrade() -> None:
    with op.batch_alter_table("api_key") as table:
        table.add_column(sa.Column("role", sa.Text(), nullable=True))
        table.add_column(sa.Column("expires_at", TIME, nullable=True))
        table.add_column(sa.Column("revoked_at", TIME, nullable=True))
        table.add_column(sa.Column("last_used_at", TIME, nullable=True))
    op.execute("UPDATE api_key SET role = 'ADMIN'")  # the keys that there are could do everything
    with op.batch_alter_table("api_key") as table:
        table.alter_column("role", existing_type=sa.Text(), nullable=False)
    op.create_index("ix_api_key_workspace_id", "api_key", ["workspace_id"])


def downgrade() -> None:
    op.drop_index("ix_api_key_workspace_id", "api_key")
    with op.batch_alter_table("api_key") as table:
        for name in ("last_used_at", "revoked_at", "expires_at", "role"):
            table.drop_column(name)
