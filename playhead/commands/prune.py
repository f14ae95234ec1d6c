"""`playhead prune`: runs of long ago, removed."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from db.database import Database
from db.pruning import Prunable, Pruned, count_prunable
from db.pruning import prune as removing
from playhead.commands.refusal import CommandFailed
from playhead.commands.time_option import read_time
from playhead.commands.workspace import open_database
from playhead.settings import Settings


def prune(
    older_than: Annotated[
        str,
        typer.Option(metavar="TIME", help="How long ago a run must have ended, such as 90d, 12h or 30m."),
    ],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")
    ] = False,
) -> None:
    """Remove the runs of all workspaces that ended long ago, with their events, executions and logs.

    Statistics and credits stay as they are. It may run beside a server, and may be stopped: the same command goes on.
    """
    age = read_time("--older-than", older_than)
    with open_database(Settings.load()) as database:
        before = database.now() - age
        found = count_prunable(database, before)
        if not found.runs:
            print(f"No run ended before {_time(before)}: there is nothing to remove")
        elif dry_run:
            print(f"Would remove {_said(found.runs, sum(found.rows.values()), before)}")
        else:
            done = _prune(database, before, found)
            print(f"Removed {_said(done.runs, done.rows, before)}")


def _prune(database: Database, before: datetime, found: Prunable) -> Pruned:
    console, done = Console(stderr=True), Pruned()
    try:
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("Pruning", total=found.runs + sum(found.rows.values()))
            for done in removing(database, before):
                bar.update(task, completed=done.runs + done.rows)
    except KeyboardInterrupt:
        raise CommandFailed(
            f"stopped after {done.runs:,} runs: the same command goes on from there"
        ) from None
    return done


def _said(runs: int, rows: int, before: datetime) -> str:
    what = "1 run" if runs == 1 else f"{runs:,} runs"
    return f"{what} that ended before {_time(before)}, with {rows:,} rows that hang on them"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
