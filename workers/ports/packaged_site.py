"""A site that comes with Playhead: its host is answered from files, whatever network there is, and nothing else is."""

from collections.abc import Mapping
from dataclasses import dataclass
from mimetypes import guess_type
from urllib.parse import unquote, urlsplit

from engine.ports import Http, HttpRequest, HttpResponse

_INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class PackagedSite:
    """A host and what it answers with.

    Attributes:
        host: A name that no network can have, as RFC 2606 reserves them, in lower case.
        files: What there is, by its path from the root of the site, such as `about/team.html`.
    """

    host: str
    files: Mapping[str, bytes]

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer a request to this host: only what is among the files is found, an index for its folder."""
        path = unquote(urlsplit(request.url).path).removeprefix("/")
        name = f"{path}{_INDEX}" if not path or path.endswith("/") else path
        body = self.files.get(name)
        if request.method.upper() not in ("GET", "HEAD"):
            return _response(405, "text/plain", b"These pages can only be read.")
        if body is None:
            return _response(404, "text/plain", b"There is no such page on this site.")
        return _response(200, guess_type(name)[0] or "application/octet-stream", body)


class WithPackagedSite:
    """The HTTP port of an attempt, with a site that is answered from files. What goes elsewhere goes on unseen."""

    def __init__(self, http: Http, site: PackagedSite) -> None:
        """Make it around a port."""
        self._http, self._site = http, site

    def send(self, request: HttpRequest) -> HttpResponse:
        """Make the request; see `engine.ports.Http`. One to the site's own host never leaves this process."""
        if _host(request.url) == self._site.host:
            return self._site.answer(request)
        return self._http.send(request)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _response(status: int, content_type: str, body: bytes) -> HttpResponse:
    text = f"{content_type}; charset=utf-8" if content_type.startswith("text/") else content_type
    return HttpResponse(status=status, headers={"content-type": text}, body=body, truncated=False)
