"""Reads a page: what it says as text, its title, and where it leads."""

import re

from engine.passages.page import Block, BlockKind, Link, Page
from workers.pages.block_writer import Written
from workers.pages.charset import decode
from workers.pages.html_text import HtmlText
from workers.pages.visible_text import visible

MAX_TEXT = 500_000
"""Code points of a page's text; what follows is left out."""

MAX_BODY = 4 * 1024 * 1024
"""Bytes of a body that are read."""

_HTML = frozenset({"text/html", "application/xhtml+xml", ""})
_PLAIN = frozenset({"text/plain", "text/markdown"})
_CLOSE = frozenset({BlockKind.LIST_ITEM, BlockKind.ROW})
_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")


class PageUnreadableError(Exception):
    """What came is no page with text; its message says what it is."""


def read_page(url: str, content_type: str, body: bytes) -> Page:
    """Read a page: HTML, XHTML or plain text.

    What a reader sees is kept in order: prose, headings, lists, tables, footers. Left out are navigation, dialogs, forms'
    choices, and what is hidden. Work and result are bounded: 4 MiB of a body, 500,000 code points of text, 1,000 links.

    Args:
        url: Where it was found, absolute; its links start from there.
        content_type: The header; where it is empty, the body is taken for HTML.
        body: As it came, without a content encoding; may be cut at any byte.

    Raises:
        PageUnreadableError: It is of another type.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in _HTML | _PLAIN:
        raise PageUnreadableError(f"{media_type[:80]} is not read; HTML and plain text are")
    markup = decode(body[:MAX_BODY], content_type)
    if media_type in _PLAIN:
        written = [Written(BlockKind.PARAGRAPH, visible(one)) for one in _PARAGRAPHS.split(markup)]
        return _page(url, "", [one for one in written if one.text], ())
    read = HtmlText(url, MAX_TEXT)
    read.read(markup)
    return _page(url, read.title, read.blocks, read.links)


def _page(url: str, title: str, written: list[Written], links: tuple[Link, ...]) -> Page:
    """Put a page's text together: blocks stand apart by an empty line, items and rows of one kind by a line's end."""
    texts: list[str] = []
    blocks: list[Block] = []
    length, last = 0, None
    for one in written:
        if not one.text:
            blocks.append(Block(one.kind, length, length, one.level))
            continue
        kind = BlockKind.ROW if one.kind is BlockKind.HEADER_ROW else one.kind
        gap = "" if last is None else "\n" if last is kind and kind in _CLOSE else "\n\n"
        start = length + len(gap)
        text = one.text[: max(0, MAX_TEXT - start)].rstrip()
        if not text:
            break
        texts += (gap, text)
        length, last = start + len(text), kind
        blocks.append(Block(one.kind, start, length, one.level))
    return Page(url=url, title=title, text="".join(texts), links=links, blocks=tuple(blocks))
