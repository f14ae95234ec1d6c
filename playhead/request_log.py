"""Each request and socket as the log and the traces know it: an id, one line where the operator wants it, a span."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from playhead.trusted_hosts import PROBES
from workers import tracing

HEADER: Final = "x-request-id"
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HOOKS: Final = "/hooks/"
_ANSWERED: Final = frozenset({"http.response.start", "websocket.http.response.start"})

log = structlog.get_logger("playhead.requests")


class RequestLog:
    """Gives each request an id: the client's `X-Request-ID`, else a new one; the answer and the log have it too."""

    def __init__(self, app: ASGIApp, lines: bool) -> None:
        """Make it.

        Args:
            app: What serves.
            lines: Whether each request is a line of the log, at its end; probes never are.
        """
        self._app, self._lines = app, lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        served = Served(scope, receive, send)
        with bound_contextvars(request_id=served.id):
            if scope["path"] in PROBES:
                await self._app(scope, served.receive, served.send)
            elif scope["type"] == "websocket":
                with self._line(served):
                    await self._app(scope, served.receive, served.send)
            else:
                with self._line(served), tracing.request(served.name, Headers(scope=scope)) as ended:
                    await self._app(scope, served.receive, served.send)
                    ended(served.status)

    @contextmanager
    def _line(self, served: "Served") -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            if self._lines:
                milliseconds = round((time.perf_counter() - began) * 1000, 1)
                log.info(served.name, status=served.status, milliseconds=milliseconds)


class Served:
    """A request or socket, and what became of it.

    Attributes:
        id: Its id.
        name: Method and path, without what is secret in it.
        status: The status of the answer, or the code that the socket was closed with; 500 until there is one.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = Headers(scope=scope).get(HEADER, "")
        path = f"{_HOOKS}…" if scope["path"].startswith(_HOOKS) else scope["path"]
        self.id = given if _ID.fullmatch(given) else uuid4().hex
        self.name = f"{scope.get('method', 'WS')} {path}"
        self.status = 500
        self._receive, self._send = receive, send

    async def receive(self) -> Message:
        """Receive what the client sends."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self.status = message.get("code", 1005)
        return message

    async def send(self, message: Message) -> None:
        """Send what the application sends, with the id."""
        if message["type"] in _ANSWERED:
            self.status = message["status"]
        elif message["type"] == "websocket.close":
            self.status = message.get("code", 1000)
        if message["type"] in _ANSWERED or message["type"] == "websocket.accept":
            headers = MutableHeaders(raw=list(message.get("headers", [])))
            headers[HEADER] = self.id
            message = {**message, "headers": headers.raw}
        await self._send(message)
