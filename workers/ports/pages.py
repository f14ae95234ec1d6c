"""The pages port: reads pages of the web for research, as a polite guest who says who it is."""

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

import httpx2

from engine.passages.page import Link, Page
from engine.ports import Http, HttpRequest, HttpResponse, PortError
from engine.research.addresses import RECORD, plain
from engine.research.subject import subject_of
from engine.values import JsonValue
from workers.pages.feeds import read_feed
from workers.pages.read_page import PageUnreadableError, read_page
from workers.pages.sitemaps import read_sitemap
from workers.ports.hops import Hop, follow, is_redirect, read_url, shown
from workers.ports.pace import Pace
from workers.ports.robots import USER_AGENT, Robots, Rules

PAGE_SECONDS = 20.0
MAX_REDIRECTS = 5

_HEADERS = {
    "user-agent": USER_AGENT,
    "accept": "text/html, application/xhtml+xml, text/plain;q=0.9, application/xml;q=0.8, */*;q=0.1",
    "accept-language": "*",
}
_FEEDS_AND_MAPS = ("xml", "gzip")
_WELL_KNOWN_MAP = "/sitemap.xml"


class PagesPort:
    """Reads pages for one attempt, as `engine.research.ports.Pages` says. Several threads may use it."""

    def __init__(
        self,
        http: Http,
        *,
        robots: Robots,
        pace: Pace,
        interrupted: Callable[[], bool],
        record: Callable[[str], Mapping[str, JsonValue] | None],
    ) -> None:
        """Make it for an attempt.

        Args:
            http: Makes the requests, guarded; it follows no redirect that it is not told to.
            robots: What sites let machines read.
            pace: When a host may be asked next.
            interrupted: Says whether the run was canceled.
            record: Gives a record of the workspace by its id: it can be read as a page.
        """
        self._http, self._robots, self._pace = http, robots, pace
        self._interrupted, self._record = interrupted, record
        self._lock = threading.Lock()
        self._reading: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._read: dict[str, Page | PortError] = {}

    def read(self, url: str) -> Page:
        """Read a page, or a site's map or feed; see `engine.research.ports.Pages`."""
        key = plain(url)
        with self._lock:
            one_at_a_time = self._reading[key]
        with one_at_a_time:
            if key not in self._read:
                try:
                    self._read[key] = self._page(url)
                except PortError as error:
                    self._read[key] = error
        found = self._read[key]
        if isinstance(found, PortError):
            raise found
        return found

    def site_maps(self, url: str) -> Sequence[str]:
        """Give the addresses where the maps of a site are."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        try:
            named = self._rules(site).site_maps
        except PortError:  # the maps cannot be read either: that step will say why
            named = ()
        return named or (f"{site}{_WELL_KNOWN_MAP}",)

    def _page(self, url: str) -> Page:
        if url.startswith(RECORD):
            return self._record_page(url)
        hop = Hop(method="GET", url=read_url(url), headers=tuple(_HEADERS.items()), body=None)
        for _ in range(MAX_REDIRECTS + 1):
            response = self._ask_politely(hop)
            location = response.headers.get("location")
            if location is None or not is_redirect(response.status, location):
                return _page_of(hop.url, response)
            hop = follow(hop, response.status, location)
        raise PortError(
            "TOO_MANY_REDIRECTS",
            f"More than {MAX_REDIRECTS} redirects, the last to {shown(hop.url)}",
            detail={"last": shown(hop.url)},
        )

    def _record_page(self, url: str) -> Page:
        record = self._record(url.removeprefix(RECORD))
        if record is None:
            raise PortError("RECORD_NOT_FOUND", f"There is no record {url.removeprefix(RECORD)[:80]!r}")
        subject = subject_of(record)
        return Page(url=url, title=subject.name, text=subject.text)

    def _ask_politely(self, hop: Hop) -> HttpResponse:
        rules = self._rules(_site(hop.url))
        if not rules.allow(str(hop.url)):
            raise PortError(
                "ROBOTS_REFUSED",
                f"{hop.url.host} does not want {shown(hop.url)} read by machines",
                detail={"robots": f"{_site(hop.url)}/robots.txt"},
                hint="The site's robots.txt says so, or could not be asked for; it is honoured",
            )
        self._pace.wait(hop.url.host, self._interrupted, rules.pause)
        return self._send(str(hop.url), follows=False)

    def _rules(self, site: str) -> Rules:
        def ask(url: str) -> HttpResponse:
            self._pace.wait(urlsplit(site).hostname or "", self._interrupted)
            return self._send(url, follows=True)

        return self._robots.of(site, ask)

    def _send(self, url: str, *, follows: bool) -> HttpResponse:
        request = HttpRequest(
            method="GET",
            url=url,
            headers=_HEADERS,
            query=(),
            body=None,
            timeout_seconds=PAGE_SECONDS,
            follows=follows,
        )
        return self._http.send(request)


def _site(url: httpx2.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode()}"


def _page_of(url: httpx2.URL, response: HttpResponse) -> Page:
    if response.status >= 400:
        raise PortError(
            "PAGE_STATUS",
            f"{shown(url)} answered {response.status}",
            detail={"status": response.status},
        )
    content_type = response.headers.get("content-type", "")
    address = str(url.copy_with(fragment=None))
    kind = content_type.partition(";")[0].strip().lower()
    if kind.endswith(_FEEDS_AND_MAPS) and kind != "application/xhtml+xml":
        return Page(url=address, title="", text="", links=_entries(address, response.body))
    try:
        return read_page(address, content_type, response.body)
    except PageUnreadableError as error:
        raise PortError("PAGE_UNREADABLE", f"{shown(url)} is no page: {error}") from error


def _entries(url: str, body: bytes) -> tuple[Link, ...]:
    """Give where a site's map or a feed leads."""
    found = read_sitemap(url, body)
    listed = tuple(Link(one, "") for one in (*found.pages, *found.maps))
    return listed or read_feed(url, body)
