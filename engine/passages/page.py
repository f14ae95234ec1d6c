"""A web page as it is read: its text, and the links that lead on."""

from dataclasses import dataclass
from enum import Enum


class BlockKind(Enum):
    """What a block of a page's text is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list item"
    HEADER_ROW = "header row"
    """The row of a table that names its columns."""
    ROW = "row"
    """A row of a table, or a term with what is said of it; between its cells there is a tab."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a page's text.

    Attributes:
        kind: What it is.
        start: Where it begins, in code points.
        end: Where it ends, exclusive. An empty heading ends what headings of its level and below stood over.
        level: Of a heading, 1 for the highest; else 0.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page, or an entry of a site's map or feed.

    Attributes:
        url: Absolute, http or https, without a fragment.
        text: What is shown for it; perhaps empty.
    """

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read.

    Attributes:
        url: Where it was read.
        title: Its title, perhaps empty.
        text: What a reader sees, normalized: white space within a line is one space, a line ends in a newline,
            cells of a table stand apart by a tab. Places in it count its code points.
        links: Where it leads, each address once, in their order on the page.
        blocks: What the parts of `text` are, in order, none within another. Where none are given, each
            line of the text is a paragraph.
    """

    url: str
    title: str
    text: str
    links: tuple[Link, ...] = ()
    blocks: tuple[Block, ...] = ()
