"""The end of a web process: it says so, takes in nobody new, and ends what would go on for ever."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

Endpoint = Callable[[Request], Awaitable[Response]]

REASON = "web: this process is stopping"


class Closing:
    """How far a process is on its way to its end. To be used in one event loop."""

    def __init__(self) -> None:
        self._begun = False
        self._streams_end = asyncio.Event()

    @property
    def begun(self) -> bool:
        """Whether the process has been told to end."""
        return self._begun

    def begin(self) -> None:
        """Say from now on that this process is not ready; what is being served goes on."""
        self._begun = True

    def end_streams(self) -> None:
        """End the streams that are open."""
        self._streams_end.set()

    async def streams_ended(self) -> None:
        """Wait until streams are to end."""
        await self._streams_end.wait()

    def readiness(self, ready: Endpoint) -> Endpoint:
        """Give what answers `/readyz`: 503 on the way to the end, before it what `ready` answers."""

        async def answer(request: Request) -> Response:
            if self._begun:
                return JSONResponse({"ready": False, "reasons": [REASON]}, 503)
            return await ready(request)

        return answer
