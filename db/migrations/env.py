"""Alembic's way in: it runs this file, with a connection from `db.migrations`, else from the environment."""

import os

from alembic import context
from sqlalchemy import Connection

from db.database import Database
from db.rows import RUN

METADATA = RUN.metadata


def run(connection: Connection) -> None:
    """Bring the connection's database to the revision asked for; the caller's transaction holds all of it."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    context.run_migrations()


def run_from_environment() -> None:
    """Serve the command line of Alembic, which makes new revisions."""
    database = Database(os.environ["PLAYHEAD_DATABASE_URL"])
    with database.engine.begin() as connection:
        run(connection)
    database.dispose()


given = context.config.attributes.get("connection")
if given is None:
    run_from_environment()
else:
    run(given)
