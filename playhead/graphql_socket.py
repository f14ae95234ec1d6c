"""`graphql-transport-ws`: Strawberry's handler, made to keep to the protocol on every input."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from starlette.websockets import WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler

from resolvers.context import Context

LONGEST_REASON: Final = 123
"""Bytes of the reason that a close frame can hold."""


class Socket(ASGIWebSocketAdapter):
    """A socket that may be closed at any moment, by either side, while others send."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send a message.

        Raises:
            WebSocketDisconnected: The socket is closed.
        """
        if not self._open:
            raise WebSocketDisconnected
        await super().send_json(message)

    async def close(self, code: int, reason: str) -> None:
        """Close the socket if it is open, with as much of the reason as a close frame holds."""
        if self._open:
            short = reason.encode(errors="replace")[:LONGEST_REASON].decode(errors="ignore")
            with suppress(WebSocketDisconnect):
                await super().close(code, short)

    @property
    def _open(self) -> bool:
        return self.ws.application_state is self.ws.client_state is WebSocketState.CONNECTED


class SocketHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Speaks `graphql-transport-ws`; a malformed message closes the socket with 4400, and drops none."""

    async def handle_message(self, message: Any) -> None:
        """Act on a message whose form is right."""
        if _is_well_formed(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Invalid message")

    async def handle_task_exception(self, error: Exception) -> None:
        """Log what an operation failed with; that its socket was closed meanwhile is no failure."""
        if not isinstance(error, WebSocketDisconnected):
            await super().handle_task_exception(error)

    @staticmethod
    def _get_pre_execution_close_reason(error: object) -> None:
        """Answer a faulty document with an `error` message: its socket has other operations to serve."""


def _is_well_formed(message: object) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("id", ""), str):
        return False
    if message.get("type") != "subscribe":
        return True
    payload = message.get("payload")
    return (
        "id" in message
        and isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )
