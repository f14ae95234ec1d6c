"""The pages for people: built from `web/`, served from here, with nothing from elsewhere."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from playhead.page_headers import OF_ASSETS, OF_PAGES, WithHeaders

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


def pages(folder: Path | None = None) -> list[BaseRoute]:
    """Give the routes of the pages and of what they load.

    Args:
        folder: Where they were built to; by default in the package, else where a checkout builds them.
    """
    where = folder or (_INSTALLED if _INSTALLED.is_dir() else _BUILT)
    assets = where / "assets"
    routes: list[BaseRoute] = [Route(path, _page(where / file)) for path, file in _PAGES.items()]
    if assets.is_dir():
        routes.append(
            Mount(
                "/assets",
                StaticFiles(directory=assets),
                middleware=[Middleware(WithHeaders, headers=OF_ASSETS)],
            )
        )
    return routes


def _page(file: Path) -> Callable[[Request], Awaitable[Response]]:
    async def show(_request: Request) -> Response:
        if file.is_file():
            return FileResponse(file, headers=OF_PAGES)
        return PlainTextResponse("This page was not built: `make web` builds it.\n", 404)

    return show
