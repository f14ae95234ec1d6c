"""GraphQL over server-sent events: how an event is written, and a response that ends when it should."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractContextManager, aclosing
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.http.streaming import JSONEncoder, SSETransport

from playhead.closing import Closing
from playhead.media_types import Accepted

HEARTBEAT_SECONDS: Final = 15.0


class EventStreamTransport(SSETransport):
    """Writes events as Strawberry does, but with the line ends that all clients split at."""

    def __init__(self) -> None:
        super().__init__(HEARTBEAT_SECONDS)

    def accepts(self, accept: str) -> bool:
        """Whether a client asks for events by its header `Accept`."""
        return Accepted.of(accept).stream

    def encode_event(self, event: str, data: str | None = None) -> str:
        """Write an event; JSON holds no line end."""
        return f"event: {event}\ndata: {data or ''}\n\n"

    def heartbeat_message(self, encode_json: JSONEncoder) -> str:  # noqa: ARG002 - of the base
        """Write what the protocol calls a ping: an event without anything."""
        return ":\n\n"


class EventStream(Response):
    """Sends events until they end, the client leaves, or the process closes.

    A stream that the closing ends has no `complete`: the client knows that there is more to come back for.
    """

    def __init__(
        self,
        events: AsyncGenerator[str, None],
        headers: Mapping[str, str],
        closing: Closing,
        place: AbstractContextManager[object],
    ) -> None:
        """Make it; `place` is what it holds until it has ended."""
        super().__init__(headers=headers)
        del self.headers["content-length"]
        self._events, self._closing, self._place = events, closing, place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - of the base
        """Send all of it."""
        with self._place:
            await self._stream(receive, send)

    async def _stream(self, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        sending = asyncio.create_task(self._send_events(send))
        leaving = [asyncio.create_task(_left(receive)), asyncio.create_task(self._closing.streams_ended())]
        try:
            await asyncio.wait([sending, *leaving], return_when=asyncio.FIRST_COMPLETED)
        finally:  # where this task is canceled, the waiting is cut short, but not what is waited for
            for task in (sending, *leaving):
                task.cancel()
            await asyncio.wait([sending, *leaving])
        if not sending.cancelled():
            sending.result()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_events(self, send: Send) -> None:
        async with aclosing(self._events) as events:
            async for event in events:
                await send({"type": "http.response.body", "body": event.encode(), "more_body": True})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
