"""`playhead web`, `playhead worker`, `playhead scheduler`: one part alone, for deployments."""

import gc
from contextlib import suppress

import typer

from playhead import logging
from playhead.commands.refusal import WrongInput
from playhead.settings import Settings

EXIT_NOT_STARTED = 3


def web() -> None:
    """Serve the API alone; the database must be migrated."""
    # The schema takes a while to build, and only this needs it.
    from playhead.asgi import create_app  # noqa: PLC0415
    from playhead.closing import Closing  # noqa: PLC0415
    from playhead.web_server import WebServer  # noqa: PLC0415

    settings, _ = _settings()
    closing = Closing()
    server = WebServer(create_app(settings, closing), closing, settings)
    gc.collect()
    gc.freeze()  # or the collector went through all of it now and then, for 0.1 s, while a request waits
    with suppress(KeyboardInterrupt):  # uvicorn raises it again once it has ended
        server.run()
    if not server.started:
        raise typer.Exit(EXIT_NOT_STARTED)


def worker() -> None:
    """Execute activities, in this process, until Ctrl-C or SIGTERM; what executes then may end first."""
    from playhead.composition import run_worker  # noqa: PLC0415 - dramatiq is not for the other commands

    gc.freeze()  # or the collector went through all of it now and then, while activities wait
    raise typer.Exit(run_worker(*_settings()))


def scheduler() -> None:
    """Look after time: what waited and is due, what no message announced, whose worker fell silent."""
    from playhead.composition import run_scheduler  # noqa: PLC0415 - dramatiq is not for the other commands

    raise typer.Exit(run_scheduler(*_settings()))


def _settings() -> tuple[Settings, str]:
    """The settings, and the Redis that they must name."""
    settings = Settings.load()
    if settings.redis_url is None:
        raise WrongInput(
            "PLAYHEAD_REDIS_URL: is not set; a part alone takes redis://HOST:PORT/DB "
            "(`playhead up` brings its own Redis)"
        )
    logging.configure(settings)
    return settings, settings.redis_url
