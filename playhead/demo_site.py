"""The demo site: the pages of made-up companies, for people at `/demo-site/`, for research at a host of its own."""

from pathlib import Path
from typing import Final

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from playhead.page_headers import OF_PAGES, WithHeaders
from workers.ports.packaged_site import PackagedSite

HOST: Final = "demo-site.playhead.invalid"
"""No network has a name under `.invalid` (RFC 2606): what asks for one finds this site, or nothing."""

_FOLDER: Final = Path(__file__).parent / "demo_pages"


def demo_site() -> PackagedSite:
    """Give the site as research reads it."""
    files = (path for path in sorted(_FOLDER.rglob("*")) if path.is_file())
    return PackagedSite(HOST, {path.relative_to(_FOLDER).as_posix(): path.read_bytes() for path in files})


def demo_routes() -> list[BaseRoute]:
    """Give the routes at which people see the site."""
    shown = StaticFiles(directory=_FOLDER, html=True)
    return [Mount("/demo-site", shown, middleware=[Middleware(WithHeaders, headers=OF_PAGES)])]
