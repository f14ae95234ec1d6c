"""Who may be meant by `Host`, and which pages may open sockets: what keeps other people's pages out.

A page of a foreign name that has come to resolve to this machine sends its own name as `Host`, and a page of
another origin opens sockets with the browser's blessing.
"""

import ipaddress
import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.http.websocket_origin import normalize_origin

PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked by machines inside a deployment, by whatever name they know; they tell no secret."""

_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?", re.IGNORECASE)
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound


class TrustedHosts:
    """Lets in what is meant for this server: 400 for an unknown host, 403 for a socket of a foreign page.

    Known are the host that the server listens on (all addresses, where it listens on all), the names of this
    machine for itself, and the hosts of the allowed origins. Clients that are no browsers send no `Origin`.
    """

    def __init__(self, app: ASGIApp, host: str, origins: Sequence[str]) -> None:
        """Make it.

        Args:
            app: What is to be reached.
            host: What the server listens on.
            origins: The origins whose pages may use it, such as https://example.com.
        """
        self._app = app
        self._any_address = host in _EVERYWHERE
        self._origins = {normalize_origin(origin) for origin in origins} - {None}
        self._hosts = {"localhost", host.lower(), *(urlsplit(origin).hostname for origin in origins)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what may come in, and answer what may not."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in PROBES:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_known(hosts[0]):
            told = f"Unknown Host {', '.join(hosts)!r}: PLAYHEAD_ALLOWED_ORIGINS names those this server has"
            await _refuse(JSONResponse({"errors": [{"message": told}]}, 400), scope, receive, send)
        elif scope["type"] == "websocket" and not self._may_connect(
            scope, hosts[0], headers.getlist("origin")
        ):
            told = "A page of this origin may not connect: PLAYHEAD_ALLOWED_ORIGINS names those that may"
            await _refuse(JSONResponse({"errors": [{"message": told}]}, 403), scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_known(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = found[1].strip("[]").lower()
        if name in self._hosts:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or self._any_address

    def _may_connect(self, scope: Scope, host: str, origins: Sequence[str]) -> bool:
        scheme = "https" if scope["scheme"] == "wss" else "http"
        own = normalize_origin(f"{scheme}://{host}")
        return all(normalize_origin(origin) in {own, *self._origins} for origin in origins)


async def _refuse(answer: JSONResponse, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).send_denial_response(answer)
    else:
        await answer(scope, receive, send)
