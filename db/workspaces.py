"""Workspaces by name; there is one, `default`, in every database."""

from sqlalchemy import select

from db.database import Database
from db.rows import WORKSPACE
from db.texts import storable


def workspace_id_of(database: Database, name: str) -> str | None:
    """Give the id of the workspace of that name, or None where there is none."""
    query = select(WORKSPACE.c.id).where(WORKSPACE.c.name.in_(storable([name])))
    with database.read() as session:
        return session.execute(query).scalar_one_or_none()
