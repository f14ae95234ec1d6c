"""`playhead web`, `playhead worker`, `playhead scheduler`: one part alone, for deployments."""

import typer

from playhead import logging
from playhead.parts import function_of
from playhead.settings import Settings


def web() -> None:
    """Serve the API alone; the database must be migrated."""
    _run("web")


def worker() -> None:
    """Execute activities, in this process, until Ctrl-C or SIGTERM; what executes then may end first."""
    _run("worker")


def scheduler() -> None:
    """Look after time: what waited and is due, what no message announced, whose worker fell silent."""
    _run("scheduler")


def _run(part: str) -> None:
    settings = Settings.load()
    settings.require_redis()  # said at once, not after a second of imports
    logging.configure(settings)
    raise typer.Exit(function_of(part)(settings))
