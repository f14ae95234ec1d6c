"""Each request and socket as something that can be ended from outside, whatever answers it."""

import asyncio
from contextlib import suppress
from typing import Final

from anyio import CancelScope
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playhead.access import AccessUnknown
from playhead.key_watch import FORBIDDEN, TRY_AGAIN_LATER, KeyWatch

_UNAVAILABLE: Final = JSONResponse(
    {"errors": [{"message": "The database does not answer: try again later"}]}, 503, {"retry-after": "5"}
)
_REASONS: Final = {FORBIDDEN: "Forbidden", TRY_AGAIN_LATER: "Try again later"}


class Connections:
    """Serves requests and sockets under a watch over the keys that open them."""

    def __init__(self, app: ASGIApp, watch: KeyWatch) -> None:
        self._app, self._watch = app, watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one."""
        if scope["type"] == "http":
            response = OpenResponse(send)
            with self._watch.serving(response), response.scope:
                try:
                    await self._app(scope, receive, response.send)
                except AccessUnknown:
                    await _UNAVAILABLE(scope, receive, response.send)
            await response.finish()
        elif scope["type"] == "websocket":
            socket = OpenSocket(send)
            with self._watch.serving(socket):
                try:
                    await self._app(scope, receive, socket.send)
                except AccessUnknown:
                    socket.end(TRY_AGAIN_LATER)
            await socket.finish()
        else:
            await self._app(scope, receive, send)


class OpenResponse:
    """A response: it can be ended once it has begun, so that a change under way is never cut off."""

    def __init__(self, send: Send) -> None:
        self.scope = CancelScope()
        self._send, self._begun, self._complete = send, False, False

    async def send(self, message: Message) -> None:
        """Send what the application sends."""
        self._begun = True
        self._complete = message["type"] == "http.response.body" and not message.get("more_body", False)
        await self._send(message)

    def end(self, code: int) -> None:  # noqa: ARG002 - a response has said its code when it began
        """Cut a stream off after what was sent so far."""
        if self._begun and not self._complete:
            self.scope.cancel()

    async def finish(self) -> None:
        """Let a stream that was cut off end as a whole one does: the client sees its end, not a broken one."""
        if self.scope.cancelled_caught:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})


class OpenSocket:
    """A WebSocket: once it is ended, the application sends nothing more and sees that the client has gone."""

    def __init__(self, send: Send) -> None:
        self._send, self._closed = send, False
        self._closing: asyncio.Task[None] | None = None

    async def send(self, message: Message) -> None:
        """Send what the application sends."""
        if self._closing is None:
            self._closed = message["type"] == "websocket.close"
            await self._send(message)

    def end(self, code: int) -> None:
        """Close it with a code."""
        if self._closing is None and not self._closed:
            self._closing = asyncio.get_running_loop().create_task(self._close(code))

    async def finish(self) -> None:
        """Wait until it is closed, where it was ended."""
        if self._closing is not None:
            await self._closing

    async def _close(self, code: int) -> None:
        with suppress(OSError):  # the client has gone by itself
            await self._send({"type": "websocket.close", "code": code, "reason": _REASONS[code]})
