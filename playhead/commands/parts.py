"""`playhead web`, `playhead worker`, `playhead scheduler`: one part alone, for deployments."""

import typer
import uvicorn

from playhead import logging
from playhead.commands.refusal import WrongInput
from playhead.settings import Settings

LARGEST_FRAME = 2 * 1024 * 1024
SECONDS_TO_CLOSE = 5


def web() -> None:
    """Serve the API alone; the database must be migrated."""
    from playhead.asgi import create_app  # noqa: PLC0415 - the schema takes a while to build, and only this needs it

    settings, _ = _settings()
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        ws_max_size=LARGEST_FRAME,
        timeout_graceful_shutdown=SECONDS_TO_CLOSE,
        access_log=False,
        server_header=False,
        log_config=None,
    )


def worker() -> None:
    """Execute activities, in this process, until Ctrl-C or SIGTERM; what executes then may end first."""
    from playhead.composition import run_worker  # noqa: PLC0415 - dramatiq is not for the other commands

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
