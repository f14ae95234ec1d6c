"""Reads a feed: RSS 0.9 to 2.0, or Atom."""

from engine.passages.page import Link
from workers.pages.charset import decode
from workers.pages.links import absolute
from workers.pages.markup import End, Start, Text, tokens_of
from workers.pages.visible_text import one_line

MAX_BYTES = 4 * 1024 * 1024
"""Bytes of a feed that are read."""

MAX_ENTRIES = 200

_ENTRIES = ("item", "entry")
_MAX_TITLE = 200


def read_feed(url: str, body: bytes) -> tuple[Link, ...]:
    """Give the entries of a feed that lead to a page, in its order, at most 200. What is no feed has none.

    Args:
        url: Where it was found, absolute.
        body: As it came, perhaps cut.
    """
    found: dict[str, str] = {}
    entry: _Entry | None = None
    for token in tokens_of(decode(body[:MAX_BYTES], ""), xml=True):
        match token:
            case Start(name) if name in _ENTRIES:
                entry = _Entry()
            case End(name) if name in _ENTRIES and entry is not None:
                target = absolute(url, entry.link)
                if target is not None:
                    found.setdefault(target, one_line(entry.title)[:_MAX_TITLE])
                entry = None
            case _ if entry is not None:
                entry.read(token)
        if len(found) >= MAX_ENTRIES:
            break
    return tuple(Link(target, title) for target, title in found.items())


class _Entry:
    """An entry while it is read."""

    def __init__(self) -> None:
        self.title = self.link = ""
        self._within: list[str] = []

    def read(self, token: Start | End | Text) -> None:
        """Read what stands in the entry."""
        match token:
            case Start("link", attributes) if "href" in attributes:
                if attributes.get("rel", "alternate") == "alternate" and not self.link:
                    self.link = attributes["href"]
            case Start(name, empty=False) if len(self._within) < 50:
                self._within.append(name)
            case End(name) if name in self._within:
                while self._within.pop() != name:
                    pass
            case Text(text) if self._within == ["title"]:
                self.title += text[:1_000]
            case Text(text) if self._within == ["link"]:
                self.link += text[:2_000]
