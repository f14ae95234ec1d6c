"""`playhead workspace`, and the option `--workspace` of the other commands, with the workspace that it names."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from sqlalchemy import make_url

from db.database import Database
from db.migrations import is_current
from db.workspaces import create_workspace, workspace_id_of, workspace_names
from engine.errors import Refused
from playhead.commands.help import group, shown
from playhead.commands.refusal import CommandFailed, WrongInput
from playhead.settings import Settings

WorkspaceOption = Annotated[str, typer.Option(help="The workspace, by its name.")]

EXAMPLE: Final = "playhead workspace create research"

workspace = group("Workspaces: what is in one is seen from no other.", EXAMPLE)


@workspace.command(epilog=shown(EXAMPLE))
def create(name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")]) -> None:
    """Make a workspace and print its id."""
    with open_database(Settings.load()) as database:
        try:
            print(create_workspace(database, name))
        except Refused as refusal:
            raise WrongInput(*(f"NAME: {problem.message}" for problem in refusal.problems)) from refusal


@workspace.command("list", epilog=shown("playhead workspace list"))
def list_all() -> None:
    """Print the names of all workspaces, the oldest first."""
    with open_database(Settings.load()) as database:
        for name in workspace_names(database):
            print(name)


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
    with open_database(settings) as database:
        workspace_id = workspace_id_of(database, name)
        if workspace_id is None:
            there = ", ".join(workspace_names(database))
            raise WrongInput(f"--workspace: there is no workspace '{name}'; there is {there}")
        yield OpenWorkspace(database, workspace_id)


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Opens the database.

    Raises:
        CommandFailed: the database is not there, or not at the newest revision.
    """
    address = make_url(settings.database_url)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
        raise CommandFailed(f"there is no database at {address.database}: `playhead migrate` makes it")
    database = Database(settings.database_url)
    try:
        if not is_current(database):
            raise CommandFailed("the database is not at the newest revision: run `playhead migrate`")
        yield database
    finally:
        database.dispose()
