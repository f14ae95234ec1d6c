"""The option `--workspace`, and the workspace that it names, opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url

from db.database import Database
from db.migrations import is_current
from db.workspaces import workspace_id_of
from playhead.commands.refusal import CommandFailed, WrongInput
from playhead.settings import Settings

WorkspaceOption = Annotated[str, typer.Option(help="The workspace, by its name.")]


@dataclass(frozen=True, slots=True)
class OpenWorkspace:
    """A workspace, and the database that holds it."""

    database: Database
    id: str


@contextmanager
def open_workspace(settings: Settings, name: str) -> Iterator[OpenWorkspace]:
    """Opens the database and finds the workspace in it.

    Raises:
        CommandFailed: the database is not there, or not at the newest revision.
        WrongInput: there is no such workspace.
    """
    address = make_url(settings.database_url)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
        raise CommandFailed(f"there is no database at {address.database}: `playhead migrate` makes it")
    database = Database(settings.database_url)
    try:
        if not is_current(database):
            raise CommandFailed("the database is not at the newest revision: run `playhead migrate`")
        workspace_id = workspace_id_of(database, name)
        if workspace_id is None:
            raise WrongInput(f"--workspace: there is no workspace '{name}'; there is default")
        yield OpenWorkspace(database, workspace_id)
    finally:
        database.dispose()
