"""`playhead up`: everything, on this machine."""

from functools import partial
from typing import Annotated

import typer

from playhead import demo as demo_workspace
from playhead import logging, supervisor
from playhead.composition import end_leases
from playhead.settings import Settings


def up(
    *,
    demo: Annotated[
        bool, typer.Option("--demo", help="Add the demo's records and example workflows.")
    ] = False,
    host: Annotated[str | None, typer.Option(help="The address to listen on (PLAYHEAD_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="The port, 0 for any free one (PLAYHEAD_PORT).")] = None,
    workers: Annotated[int | None, typer.Option(help="How many worker processes (PLAYHEAD_WORKERS).")] = None,
) -> None:
    """Serve: migrate the database, then run the API, the workers and the scheduler until Ctrl-C.

    Where PLAYHEAD_REDIS_URL is not set, a private Redis runs too, on a socket in the data folder.
    """
    settings = Settings.load(host=host, port=port, workers=workers)
    logging.configure(settings)
    load = demo_workspace.load if demo else None
    raise typer.Exit(supervisor.run(settings, demo=load, on_worker_death=partial(end_leases, settings)))
