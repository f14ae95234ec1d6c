"""Gathers the links of a page."""

from urllib.parse import urldefrag, urljoin, urlsplit

from engine.passages.page import Link
from workers.pages.visible_text import one_line

MAX_LINKS = 1_000
MAX_URL = 2_000
MAX_TEXT = 200
"""Characters of a link's text."""


def absolute(base: str, href: str) -> str | None:
    """Give where a reference leads, absolute and without a fragment; None where it leads to no page of the web."""
    written = "".join(href.split()) if len(href) <= MAX_URL else ""
    try:
        url = urldefrag(urljoin(base, written)).url
        parts = urlsplit(url)
        named = parts.hostname is not None and parts.username is None and parts.port != 0
    except ValueError:
        return None
    return url if written and parts.scheme in ("http", "https") and named and len(url) <= MAX_URL else None


class Links:
    """The links of one page, each address once, with the first text that is shown for it."""

    def __init__(self, url: str) -> None:
        self._base = url
        self._texts: dict[str, str] = {}
        self._present: str | None = None
        self._shown: list[str] = []

    def start_from(self, href: str) -> None:
        """Let what follows start from another address, as `<base>` asks."""
        self._base = absolute(self._base, href) or self._base

    def open(self, href: str) -> None:
        """Begin a link; one that is still open ends."""
        self.close()
        self._present = absolute(self._base, href)

    def text(self, text: str) -> None:
        """Add to the text of the open link, if there is one."""
        if self._present is not None and len(self._shown) < MAX_TEXT:
            self._shown.append(text[:MAX_TEXT])

    def close(self) -> None:
        """End the open link, if there is one."""
        if self._present is not None and (self._present in self._texts or len(self._texts) < MAX_LINKS):
            shown = one_line("".join(self._shown)[: 4 * MAX_TEXT])[:MAX_TEXT]
            self._texts[self._present] = self._texts.get(self._present) or shown
        self._present, self._shown = None, []

    def found(self) -> tuple[Link, ...]:
        """Give the links in their order."""
        return tuple(Link(url, text) for url, text in self._texts.items())
