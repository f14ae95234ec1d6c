"""Workspaces by name; there is one, `default`, in every database."""

from sqlalchemy import insert, select

from db.database import Database
from db.ids import new_id
from db.locks import hold_name
from db.rows import WORKSPACE
from db.texts import is_storable, storable
from engine.errors import Problem, Refused

MAX_NAME = 200


def create_workspace(database: Database, name: str) -> str:
    """Make a workspace and give its id.

    Raises:
        Refused: VALUE_INVALID, the name is empty, too long or taken.
    """
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME or not is_storable(name):
        message = f"A workspace's name has 1 to {MAX_NAME} characters."
        raise Refused(Problem("VALUE_INVALID", message, ("name",)))
    workspace_id, now = new_id("ws"), database.now()
    with database.write() as session:
        hold_name(session, "workspace", name)
        if session.scalar(select(WORKSPACE.c.id).where(WORKSPACE.c.name == name)) is not None:
            raise Refused(Problem("VALUE_INVALID", f"There is a workspace '{name}' already.", ("name",)))
        session.execute(insert(WORKSPACE).values(id=workspace_id, name=name, created_at=now))
    return workspace_id


def workspace_id_of(database: Database, name: str) -> str | None:
    """Give the id of the workspace of that name, or None where there is none."""
    query = select(WORKSPACE.c.id).where(WORKSPACE.c.name.in_(storable([name])))
    with database.read() as session:
        return session.execute(query).scalar_one_or_none()


def workspace_names(database: Database) -> list[str]:
    """Give the names of all workspaces, the oldest first."""
    with database.read() as session:
        return list(
            session.scalars(select(WORKSPACE.c.name).order_by(WORKSPACE.c.created_at, WORKSPACE.c.id))
        )
