"""Reads a site's map: the list of its pages, or of further maps."""

from dataclasses import dataclass

from workers.pages.charset import decode
from workers.pages.inflate import inflated
from workers.pages.links import absolute
from workers.pages.markup import End, Start, Text, tokens_of

MAX_BYTES = 8 * 1024 * 1024
"""Bytes of a map that are read, unpacked."""

MAX_ENTRIES = 5_000
MAX_MAPS = 50


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A site's map.

    Attributes:
        pages: The addresses of pages, each once, in order; at most 5,000.
        maps: The addresses of further maps, of an index; at most 50.
    """

    pages: tuple[str, ...]
    maps: tuple[str, ...]


def read_sitemap(url: str, body: bytes) -> Sitemap:
    """Read a map: XML, as it is or packed by gzip, or text with an address a line. What is no map has no entries.

    Args:
        url: Where it was found, absolute.
        body: As it came, perhaps cut.
    """
    text = decode(inflated(body, MAX_BYTES), "")
    if not text.lstrip().startswith("<"):
        return Sitemap(_kept(url, text.split(), MAX_ENTRIES), ())
    found: dict[str, list[str]] = {"url": [], "sitemap": []}
    entry, location = "", None
    for token in tokens_of(text, xml=True):
        match token:
            case Start("url" | "sitemap" as name):
                entry = name
            case Start("loc", empty=False) if entry:
                location = ""
            case Text(more) if location is not None:
                location += more[:2_000]
            case End("loc") if location is not None:
                found[entry].append(location)
                entry, location = "", None
        if len(found["url"]) >= MAX_ENTRIES:
            break
    return Sitemap(_kept(url, found["url"], MAX_ENTRIES), _kept(url, found["sitemap"], MAX_MAPS))


def _kept(url: str, references: list[str], limit: int) -> tuple[str, ...]:
    absolute_ones = (absolute(url, one) for one in references[: 2 * MAX_ENTRIES])
    return tuple(dict.fromkeys(one for one in absolute_ones if one is not None))[:limit]
