"""The addresses that research may read: those that were given, found by a search, or linked from a page that was read.

An agent that could make up addresses could be talked into putting what it knows into one. So it cannot.
"""

from collections.abc import Iterable
from urllib.parse import urldefrag, urlsplit

RECORD = "record:"
"""How the address of a record of the workspace begins; its id follows."""


def plain(url: str) -> str:
    """Give an address without its fragment, scheme and host in lower case; what is no address stays as it is."""
    text = urldefrag(url.strip()).url
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    if not parts.netloc:
        return text
    return parts._replace(
        scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), path=parts.path or "/"
    ).geturl()


def shown(url: str) -> str:
    """Give an address as titles show it: without scheme and query, short."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url[:80]
    if not parts.netloc:
        return url[:80]
    host = parts.netloc.rpartition("@")[2].removeprefix("www.")
    text = f"{host}{parts.path}".rstrip("/")
    return text if len(text) <= 80 else f"{text[:79]}…"


class Addresses:
    """The addresses that are known to one question."""

    def __init__(self, urls: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        self.add(urls)

    def add(self, urls: Iterable[str]) -> None:
        """Let these be read too."""
        self._known.update(plain(url) for url in urls)

    def __contains__(self, url: str) -> bool:
        return plain(url) in self._known
