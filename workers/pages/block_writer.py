"""Makes blocks of the text of a page: headings, paragraphs, items, rows."""

from dataclasses import dataclass

from engine.passages.page import BlockKind
from workers.pages.visible_text import one_line, visible

MAX_CELL = 400
"""Code points of a cell: a row with a longer one is no row of data, and its cells are paragraphs."""

_MAX_PAIR = 300
"""Code points of a term with what is said of it, to be a row; else the term is a heading."""

_LOWEST = 7
"""Below the level of every heading."""

_LEAST_LINKS = 4
"""Items of nothing but a link, one after the other, that are navigation."""


@dataclass(frozen=True, slots=True)
class Written:
    """A block as it is written; an empty heading ends those of its level and below.

    Attributes:
        kind: What it is.
        text: What it says.
        level: Of a heading, from 1; else 0.
        is_link: Whether it is nothing but a link, outside the main part of the page.
    """

    kind: BlockKind
    text: str
    level: int = 0
    is_link: bool = False


class BlockWriter:
    """Writes the blocks of one page.

    Where a line would end within a heading, an item or a cell, their text goes on in another line.
    """

    def __init__(self) -> None:
        self.length = 0
        self._written: list[Written] = []
        self._line: list[str] = []
        self._plain = False
        self._within: list[tuple[BlockKind, int]] = []
        self._rows: list[list[tuple[str, bool]]] = []
        self._sections: list[int] = []

    @property
    def in_cell(self) -> bool:
        """Whether what is written now belongs to a cell."""
        return bool(self._within) and self._within[-1][0] is BlockKind.ROW

    @property
    def in_heading(self) -> bool:
        """Whether what is written now belongs to a heading."""
        return bool(self._within) and self._within[-1][0] is BlockKind.HEADING

    def text(self, text: str, *, linked: bool) -> None:
        """Add text as it stands in the source.

        Args:
            text: The text.
            linked: Whether it is part of a link outside the main part of the page.
        """
        self._line.append(text)
        self.length += len(text)
        self._plain = self._plain or (not linked and not text.isspace())

    def end_line(self) -> None:
        """End the line; outside of headings, items and cells the block too."""
        if self._within:
            self._line.append("\n")
        else:
            self.end_block()

    def begin(self, kind: BlockKind, level: int = 0) -> None:
        """Begin a heading, an item or (ROW) a cell; what was written before is a block."""
        self.end_block()
        self._within.append((kind, level))

    def end(self, kind: BlockKind) -> None:
        """End the heading, the item or the cell that was begun last, where it is of this kind."""
        if self._within and self._within[-1][0] is kind:
            self.end_block()
            self._within.pop()

    def end_block(self) -> None:
        """Write what has come as a block of what was begun last, else as a paragraph."""
        if not self._line:
            return
        text, is_link = visible("".join(self._line)), not self._plain
        self._line, self._plain = [], False
        kind, level = self._within[-1] if self._within else (BlockKind.PARAGRAPH, 0)
        if kind is BlockKind.ROW:
            kind = BlockKind.PARAGRAPH
        if kind is BlockKind.HEADING:
            self._heading(one_line(text), level)
        elif text:
            self._written.append(Written(kind, text, is_link=is_link))

    def begin_section(self, *, apart: bool) -> None:
        """Begin a part of the page whose headings stand over nothing after it.

        Args:
            apart: Whether nothing before it stands over it.
        """
        if apart:
            self._written.append(Written(BlockKind.HEADING, "", 1))
        self._sections.append(_LOWEST)

    def end_section(self) -> None:
        """End the part of the page that was begun last."""
        level = self._sections.pop() if self._sections else _LOWEST
        if level < _LOWEST:
            self._written.append(Written(BlockKind.HEADING, "", level))

    def begin_rows(self) -> None:
        """Begin a table, or a list of terms."""
        self.end_block()
        self._rows.append([])

    def end_cell(self, *, is_header: bool) -> None:
        """End the cell that was begun last, and keep it for its row."""
        if self.in_cell and self._rows:
            text, self._line, self._plain = visible("".join(self._line)), [], False
            self._within.pop()
            self._rows[-1].append((text, is_header))

    def end_row(self, *, in_head: bool) -> None:
        """Write the cells kept as a row.

        Args:
            in_head: Whether the row is in the head of its table.
        """
        if not self._rows:
            return
        cells, self._rows[-1] = self._rows[-1], []
        filled = [(text, is_header) for text, is_header in cells if text]
        if len(filled) < 2 or max(len(text) for text, _ in filled) > MAX_CELL:
            self._lines(filled)
            return
        names = in_head or all(is_header for _, is_header in filled)
        text = "\t".join(one_line(text) for text, _ in cells)
        self._written.append(Written(BlockKind.HEADER_ROW if names else BlockKind.ROW, text))

    def end_pair(self) -> None:
        """Write the cells kept as a term and what is said of it: a row, or where it is long or a question, under a heading."""
        if not self._rows:
            return
        cells, self._rows[-1] = self._rows[-1], []
        term = cells[0][0] if cells else ""
        if sum(len(text) for text, _ in cells) <= _MAX_PAIR and not term.endswith(("?", "？")):
            self._rows[-1] = cells
            self.end_row(in_head=False)
            return
        self._heading(one_line(term), _LOWEST - 1)
        self._lines(cells[1:])

    def end_rows(self) -> None:
        """End the table, or the list of terms."""
        if self._rows:
            self._rows.pop()

    def written(self) -> list[Written]:
        """Give the blocks, without runs of items that are nothing but links."""
        kept: list[Written] = []
        run: list[Written] = []
        for one in [*self._written, Written(BlockKind.PARAGRAPH, "")]:
            if one.is_link and one.kind is BlockKind.LIST_ITEM:
                run.append(one)
                continue
            kept += run if len(run) < _LEAST_LINKS else []
            kept.append(one)
            run = []
        return kept[:-1]

    def _heading(self, text: str, level: int) -> None:
        if text:
            self._written.append(Written(BlockKind.HEADING, text, level))
            if self._sections:
                self._sections[-1] = min(self._sections[-1], level)

    def _lines(self, cells: list[tuple[str, bool]]) -> None:
        for text, _ in cells:
            for line in text.split("\n"):
                if line:
                    self._written.append(Written(BlockKind.PARAGRAPH, line))
