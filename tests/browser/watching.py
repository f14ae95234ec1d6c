"""What a page did that none of ours may do."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, WebSocket

SERVER_IS_GONE = re.compile(
    r"ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection to"
)
"""What a browser itself says in the console while nobody answers; no script can keep it from that."""


class Watch:
    """Keeps the errors in the console and the requests to other hosts, of every page of a context."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self._home = urlsplit(home).netloc
        self._faults: list[str] = []
        self._forgiven: list[re.Pattern[str]] = []
        context.on("console", self._take_message)
        context.on("weberror", self._take_error)
        context.on("request", self._take_request)
        context.on("page", self._take_page)

    def forgive(self, pattern: re.Pattern[str]) -> None:
        """Lets pass what a test brings about on purpose."""
        self._forgiven.append(pattern)

    @property
    def faults(self) -> list[str]:
        return [fault for fault in self._faults if not any(one.search(fault) for one in self._forgiven)]

    def _take_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._faults.append(f"console: {message.text} ({message.location['url']})")

    def _take_error(self, error: WebError) -> None:
        self._faults.append(f"not caught: {error.error}")

    def _take_request(self, request: Request) -> None:
        self._take_address(request.url)

    def _take_page(self, page: Page) -> None:
        page.on("websocket", self._take_socket)

    def _take_socket(self, socket: WebSocket) -> None:
        self._take_address(socket.url)

    def _take_address(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != self._home:
            self._faults.append(f"a request to another host: {address}")
