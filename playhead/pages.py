"""The pages for people: built from `web/`, served from here, with nothing from elsewhere."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INSTALLED: Final = Path(__file__).parent / "web"
_BUILT: Final = Path(__file__).parents[1] / "web" / "dist"

# The run viewer finds its place in its address itself: each of its deep links is the same file. No other path is.
_VIEWER: Final = "viewer/index.html"
_PAGES: Final[Mapping[str, str]] = {
    "/graphiql": "graphiql/index.html",
    "/": _VIEWER,
    "/workflows/{rest:path}": _VIEWER,
    "/runs/{rest:path}": _VIEWER,
}

# A page may load from here alone, talk to here alone, and be framed by nobody. The editor of GraphiQL writes
# styles as it goes.
_POLICY: Final = (
    "default-src 'self'; font-src 'self' data:; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final[Mapping[str, str]] = {
    "cache-control": "no-cache",
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


def pages(folder: Path | None = None) -> list[BaseRoute]:
    """Give the routes of the pages and of what they load.

    Args:
        folder: Where they were built to; by default in the package, else where a checkout builds them.
    """
    where = folder or (_INSTALLED if _INSTALLED.is_dir() else _BUILT)
    assets = where / "assets"
    routes: list[BaseRoute] = [Route(path, _page(where / file)) for path, file in _PAGES.items()]
    if assets.is_dir():
        routes.append(Mount("/assets", StaticFiles(directory=assets), middleware=[Middleware(_Unchanging)]))
    return routes


def _page(file: Path) -> Callable[[Request], Awaitable[Response]]:
    async def show(_request: Request) -> Response:
        if file.is_file():
            return FileResponse(file, headers=_HEADERS)
        return PlainTextResponse("This page was not built: `make web` builds it.\n", 404)

    return show


class _Unchanging:
    """Lets clients keep what they got: the name of an asset has a digest of its content."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def keeping(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                MutableHeaders(scope=message)["cache-control"] = _FOR_GOOD
            await send(message)

        await self._app(scope, receive, keeping)
