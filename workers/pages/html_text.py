"""What a page of HTML says, block by block, from the stream of its tags."""

from collections.abc import Mapping
from itertools import islice

from engine.passages.page import BlockKind, Link
from workers.pages.block_writer import BlockWriter, Written
from workers.pages.elements import BLOCKS, CELLS, HEADINGS, SECTIONS, SPACED, VOID
from workers.pages.links import Links
from workers.pages.markup import End, Start, Text, tokens_of
from workers.pages.open_elements import OpenElements
from workers.pages.visible_text import one_line

MAX_TOKENS = 300_000
"""Tags and texts of a page that are read; what follows is left out."""

_ADDRESSES = ("mailto:", "tel:")


class HtmlText:
    """Reads one page; afterwards `title`, `blocks` and `links` hold what it says."""

    def __init__(self, url: str, max_text: int) -> None:
        """Make it.

        Args:
            url: Where the page was found.
            max_text: Code points of text after which reading ends.
        """
        self._max_text = max_text
        self._title: list[str] = []
        self._links = Links(url)
        self._writer = BlockWriter()
        self._open = OpenElements()
        self._address = ""
        self._linked: list[str] = []
        self._after_inline = False

    @property
    def title(self) -> str:
        """What the page calls itself; where it does not, its first heading."""
        headings = (one.text for one in self.blocks if one.kind is BlockKind.HEADING and one.text)
        return one_line("".join(self._title))[:300] or next(headings, "")[:300]

    @property
    def blocks(self) -> list[Written]:
        """What it says."""
        return self._writer.written()

    @property
    def links(self) -> tuple[Link, ...]:
        """Where it leads."""
        return self._links.found()

    def read(self, markup: str) -> None:
        """Read the page, until its end or until it is too much."""
        for token in islice(tokens_of(markup), MAX_TOKENS):
            match token:
                case Text(text):
                    self._text(text)
                case Start(name, attributes):
                    self._start(name, attributes)
                case End(name):
                    self._end(name)
            if self._writer.length > self._max_text:
                break
        self._links.close()
        for name in self._open.end_all():
            self._closed(name)
        self._writer.end_block()

    def _text(self, text: str) -> None:
        self._after_inline = False
        if self._open.is_open("title") and not self._open.is_open("svg"):
            self._title.append(text[:1_000])
        if self._open.unseen:
            return
        if not self._open.is_open("pre"):
            text = text.replace("\n", " ").replace("\r", " ")
        self._links.text(text)
        if self._address:
            self._linked.append(text)
        if not self._open.silent:
            in_link = self._open.is_open("a") and not self._address and not self._open.in_main
            self._writer.text(text, linked=in_link)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        for ended in self._open.ended_by(name):
            self._closed(ended)
        if name in VOID:
            self._void(name, attributes)
            return
        hidden = name == "button" and not (self._writer.in_heading or self._writer.in_cell)
        self._open.push(name, attributes, unseen=hidden)
        if name == "a" and not self._open.unseen:
            self._open_link(attributes.get("href", ""))
        if not self._open.silent:
            self._begin(name)

    def _void(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "base":
            self._links.start_from(attributes.get("href", ""))
        elif name == "br" and not self._open.silent:
            self._writer.text("\n", linked=True)
        elif name == "hr" and not self._open.silent:
            self._writer.end_line()

    def _begin(self, name: str) -> None:
        """Begin in the text what an element begins."""
        if self._after_inline and name in SPACED:
            self._writer.text(" ", linked=True)
        if name in BLOCKS:
            self._writer.end_line()
        if name in SECTIONS:
            self._writer.begin_section(apart=name == "footer")
        if name in ("table", "dl"):
            self._writer.begin_rows()
        elif name == "dt":
            self._writer.end_pair()
        if name in CELLS:
            self._writer.begin(BlockKind.ROW)
        elif name in HEADINGS and not self._writer.in_cell:
            self._writer.begin(BlockKind.HEADING, HEADINGS[name])
        elif name == "li" and not (self._writer.in_cell or self._writer.in_heading):
            self._writer.begin(BlockKind.LIST_ITEM)

    def _end(self, name: str) -> None:
        self._after_inline = name in SPACED
        for ended in self._open.end(name):
            self._closed(ended)

    def _closed(self, name: str) -> None:
        """End in the text what an element ends that was open until now."""
        if name == "a":
            self._close_link()
        if name in CELLS:
            self._writer.end_cell(is_header=name in ("th", "dt"))
        elif name == "tr":
            self._writer.end_row(in_head=self._open.is_open("thead"))
        elif name in HEADINGS:
            self._writer.end(BlockKind.HEADING)
        elif name == "li":
            self._writer.end(BlockKind.LIST_ITEM)
        elif name == "dl":
            self._writer.end_pair()
        if name in BLOCKS:
            self._writer.end_line()
        if name in ("table", "dl"):
            self._writer.end_rows()
        if name in SECTIONS:
            self._writer.end_section()

    def _open_link(self, href: str) -> None:
        self._links.open(href)
        self._address, self._linked = (href if href.lower().startswith(_ADDRESSES) else ""), []

    def _close_link(self) -> None:
        """End a link; the address that it would write to, or the number that it would call, is said where it isn't shown."""
        self._links.close()
        address = self._address.partition(":")[2].partition("?")[0].strip()
        shown = "".join(self._linked)
        self._address, self._linked = "", []
        said = address in shown or any(mark in shown for mark in "@0123456789")
        if address and not said and not self._open.silent:
            self._writer.text(f" {address}", linked=False)
