"""An API key for as long as a command needs one: whoever can write to the database may make keys anyway."""

from collections.abc import Iterator
from contextlib import contextmanager

from db.api_keys import create_key, delete_key
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.roles import Role
from playhead.settings import Settings


@contextmanager
def temporary_key(
    settings: Settings, database: Database, workspace_id: str, name: str
) -> Iterator[str | None]:
    """Gives a key where access needs one, else None; at the end the key is gone.

    Open access leads to the default workspace: any other one takes a key there too.
    """
    if settings.auth == "open" and workspace_id == DEFAULT_WORKSPACE:
        yield None
        return
    record, key = create_key(database, workspace_id, name, role=Role.EDITOR)
    try:
        yield key
    finally:
        delete_key(database, record.id)
