"""The server of a web process: it leaves in order when it is told to end."""

import asyncio
import socket
from contextlib import suppress
from typing import Final

import uvicorn
from starlette.applications import Starlette

from playhead.asgi import create_app
from playhead.closing import Closing
from playhead.settings import Settings

LARGEST_FRAME: Final = 2 * 1024 * 1024
SECONDS_TO_BE_NOTICED: Final = 0.5
"""Between the word that this process is not ready and its end: load balancers look elsewhere meanwhile."""
SECONDS_TO_CLOSE: Final = 5
EXIT_NOT_STARTED: Final = 3


class WebServer(uvicorn.Server):
    """Serves until SIGTERM or SIGINT, then ends within 10 seconds.

    It says that it is not ready, ends streams, closes sockets with 1012 so that clients come back, and lets
    requests be answered; what is not done after 5 seconds is canceled.
    """

    def __init__(self, app: Starlette, closing: Closing, settings: Settings) -> None:
        """Make it; nothing listens yet."""
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                ws_max_size=LARGEST_FRAME,
                timeout_graceful_shutdown=SECONDS_TO_CLOSE,
                access_log=False,
                server_header=False,
                log_config=None,
            )
        )
        self._closing = closing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End in order."""
        self._closing.begin()
        await asyncio.sleep(SECONDS_TO_BE_NOTICED)
        self._closing.end_streams()
        await super().shutdown(sockets)


def run_web(settings: Settings) -> int:
    """Serves the API in this process until it is told to stop; gives the exit code, 3 if it cannot start."""
    closing = Closing()
    server = WebServer(create_app(settings, closing), closing, settings)
    with suppress(KeyboardInterrupt):  # uvicorn raises it again once it has ended
        server.run()
    return 0 if server.started else EXIT_NOT_STARTED
