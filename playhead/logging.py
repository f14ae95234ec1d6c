"""What Playhead's processes write for the operator: one line an entry to stderr, as text or as JSON.

Code logs with the standard library or with structlog, and binds `run_id` and `execution_id` with
`structlog.contextvars.bound_contextvars`: every entry made inside then carries them.
"""

import logging
import sys
from typing import Final

import structlog
from structlog.types import EventDict, Processor

from playhead.settings import Settings

_BEFORE_RENDERING: Final[list[Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_QUIET: Final = (
    "alembic",  # says what it is connected to at each look at the revision
    "httpx2",  # says each URL that is asked for, and what is secret in it
    "uvicorn.error",  # says each socket with its query; `PLAYHEAD_LOG_REQUESTS` says them better
)
# uvicorn with websockets says so of each socket that was refused with an answer (its pull request 3138).
_UNFINISHED: Final = "ASGI callable returned without completing handshake."


def configure(settings: Settings) -> None:
    """Sends all logging of this process to stderr in the format of the settings; a later call replaces it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_BEFORE_RENDERING,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _drop_second_message,
                *_rendering(settings),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_is_no_refusal)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_BEFORE_RENDERING,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # a second call must reach loggers that are in use
    )


def _is_no_refusal(entry: logging.LogRecord) -> bool:
    """Leave out what is said of refused sockets: anybody could fill the log with it, and nothing is wrong."""
    return entry.msg != _UNFINISHED


def _drop_second_message(_logger: object, _method: str, entry: EventDict) -> EventDict:
    """Removes the colored copy of the message that uvicorn adds to its entries."""
    entry.pop("color_message", None)
    return entry


def _rendering(settings: Settings) -> list[Processor]:
    if settings.log_format == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    # A plain traceback: the rich one prints local variables, and secrets with them.
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    ]
