"""What a site lets machines read: its robots.txt, asked for once and kept for a while (RFC 9309)."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from protego import Protego

from engine.ports import HttpResponse, PortError

AGENT = "PlayheadResearch"
"""The name by which a robots.txt speaks of us."""

USER_AGENT = f"{AGENT}/0.1 (reads pages for the people who use Playhead; honours robots.txt)"

KEPT_SECONDS = 3600.0
KEPT_AFTER_FAILURE = 60.0
_SITES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a site says; `parsed` is None where it cannot be known, and nothing may be read."""

    parsed: Protego | None
    good_until: float

    def allow(self, url: str) -> bool:
        """Say whether a page may be read."""
        return self.parsed is not None and bool(self.parsed.can_fetch(url, AGENT))

    @property
    def pause(self) -> float | None:
        """The seconds that the site wants between two requests, if it says so."""
        delay = self.parsed.crawl_delay(AGENT) if self.parsed is not None else None
        return float(delay) if delay is not None else None

    @property
    def site_maps(self) -> Sequence[str]:
        """The addresses of the site's maps."""
        return tuple(self.parsed.sitemaps) if self.parsed is not None else ()


class Ask(Protocol):
    """Asks for an address."""

    def __call__(self, url: str) -> HttpResponse:
        """Give what comes back, redirects followed."""
        ...


class Robots:
    """The rules of sites, shared by all threads of a process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Rules] = OrderedDict()

    def of(self, site: str, ask: Ask) -> Rules:
        """Give the rules of a site, such as `https://example.com`.

        Where there is no robots.txt (4xx) everything may be read; where the site cannot say (5xx, no connection)
        nothing may, and it is asked again after a minute.

        Raises:
            PortError: The site may not be asked at all, such as ADDRESS_REFUSED.
            Interrupted: The run was canceled meanwhile.
        """
        with self._lock:
            known = self._known.get(site)
        if known is not None and known.good_until > self._clock():
            return known
        rules = self._ask(site, ask)
        with self._lock:
            self._known[site] = rules
            self._known.move_to_end(site)
            while len(self._known) > _SITES:
                self._known.popitem(last=False)
        return rules

    def _ask(self, site: str, ask: Ask) -> Rules:
        try:
            response = ask(f"{site}/robots.txt")
        except PortError as error:
            if not error.retryable:
                raise
            return Rules(parsed=None, good_until=self._clock() + KEPT_AFTER_FAILURE)
        if response.status >= 500 or response.status == 429:
            return Rules(parsed=None, good_until=self._clock() + KEPT_AFTER_FAILURE)
        text = response.body.decode("utf-8", errors="replace") if response.status < 400 else ""
        return Rules(parsed=Protego.parse(text), good_until=self._clock() + KEPT_SECONDS)
