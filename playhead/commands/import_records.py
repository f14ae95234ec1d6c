"""`playhead import`: records out of a file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import Progress

from db.beginning import Fired
from db.record_faults import WriteRefused, check_object
from db.record_import import ImportProgress
from db.record_import import import_records as load
from db.records import Actor
from engine.errors import Refused
from playhead.commands.refusal import WrongInput
from playhead.commands.workspace import WorkspaceOption, open_workspace
from playhead.instance import find_instance
from playhead.record_file import read_records
from playhead.settings import Settings

COMMAND_LINE: Final = Actor(kind="USER", id=None, name="playhead import")


def import_records(
    object_name: Annotated[str, typer.Argument(metavar="OBJECT", help="What they are, such as companies.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with a header, or JSON lines.")],
    key: Annotated[
        str | None, typer.Option(help="The attribute that tells records apart: those that exist are updated.")
    ] = None,
    no_triggers: Annotated[
        bool, typer.Option("--no-triggers", help="Start no workflows that watch the object.")
    ] = False,
    workspace: WorkspaceOption = "default",
) -> None:
    """Load records of an object from a file, and start the workflows that watch them.

    Values of a CSV file are kept as text, an empty one as null. The whole file is checked before anything is
    written; then each 100 records are one transaction.
    """
    settings = Settings.load()
    try:
        check_object(object_name)
    except WriteRefused as error:
        raise WrongInput(f"OBJECT: {error}") from error
    lines = [record.line for record in read_records(file, key)]
    console, done = Console(stderr=True), ImportProgress()
    rows = (record.values for record in read_records(file, key))
    with (
        open_workspace(settings, workspace) as opened,
        _announcing(settings) as announce,
        Progress(console=console, transient=True, disable=not console.is_terminal) as bar,
    ):
        task = bar.add_task("Importing", total=len(lines))
        terms = None if no_triggers else settings.terms
        try:
            for done in load(
                opened.database, opened.id, COMMAND_LINE, object_name, rows, key=key, terms=terms
            ):
                announce(done.fired)
                bar.update(task, completed=done.done)
        except Refused as refusal:
            raise _refused(file, lines, done, refusal) from refusal
    print(f"{object_name}: {_said(done)}")


@contextmanager
def _announcing(settings: Settings) -> Iterator[Callable[[Fired], None]]:
    """Gives what tells the workers of runs that were started, at once where a server runs; else its sweep finds them."""
    instance = None if settings.redis_url else find_instance(settings.data_dir)
    redis_url = settings.redis_url or (instance.redis_url if instance else None)
    if redis_url is None:
        yield lambda _fired: None
        return
    from playhead.composition import announcing  # noqa: PLC0415 - dramatiq is not for the other commands

    with announcing(redis_url) as announce:
        yield announce


def _refused(file: Path, lines: list[int], done: ImportProgress, refusal: Refused) -> WrongInput:
    problem = refusal.problems[0]
    row = int(problem.path[1])
    reason = problem.message.removeprefix(f"Row {row}: ")
    kept = f"{_said(done)}, nothing from line {lines[done.done]} on"
    return WrongInput(f"{file}, line {lines[row - 1]}: {reason} ({kept})")


def _said(done: ImportProgress) -> str:
    return f"{done.created} created, {done.updated} updated, {done.unchanged} unchanged"
