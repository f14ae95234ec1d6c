"""The headers of what is served for people to look at."""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A page may load from here alone, talk to here alone, and be framed by nobody. The editor of GraphiQL writes
# styles as it goes.
_POLICY: Final = (
    "default-src 'self'; font-src 'self' data:; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
OF_PAGES: Final[Mapping[str, str]] = {
    "cache-control": "no-cache",
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
OF_ASSETS: Final[Mapping[str, str]] = {"cache-control": "public, max-age=31536000, immutable"}
"""Clients may keep what they got for good: the name of an asset has a digest of its content."""


class WithHeaders:
    """Adds headers to what an application answers, where it is no error."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        """Make it around an application."""
        self._app, self._headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers."""

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, adding)
