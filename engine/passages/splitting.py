"""Splits pages into units that may answer: sentences, rows, list items, a label with its value, short paragraphs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.passages.page import Block, BlockKind, Page
from engine.passages.sentences import sentences

MAX_TEXT = 1_000_000
"""Code points of a page that are split; what follows is left out."""

MAX_UNIT = 700
"""Code points of a unit: what is longer is cut at a space."""

_SHORT = 40
"""Code points up to which a paragraph may be a label or a value rather than a sentence."""

_WHOLE = 320
"""Code points up to which a paragraph of several sentences is a unit of its own too."""

_SAYING = 4
"""Words from which a heading may say something itself."""

_CARD = 160
"""Code points up to which a heading and the paragraph below are a unit together."""

_LIST = 600
"""Code points up to which a list is a unit as a whole."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a page that may answer.

    Attributes:
        page: The page.
        start: Where it begins in the page's text.
        end: Where it ends, exclusive.
        near: What it stands under: the heading, the names of the columns, the sentence before a list.
        around: The headings above that one, and the page's title.
        answer: The part for a reader.
        parts: How many smaller units it is made of; 1 where it is one of them.
    """

    page: Page
    start: int
    end: int
    near: str
    around: str
    answer: str
    parts: int = 1

    @property
    def text(self) -> str:
        """The part, word for word."""
        return self.page.text[self.start : self.end]


def units_of(page: Page) -> Iterator[Unit]:
    """Give the units of a page in order, those of several parts after their parts."""
    yield from _Splitting(page).units()


def blocks_of(page: Page) -> Sequence[Block]:
    """Give the blocks of a page, in the part of it that is split; its lines, where it names none."""
    if page.blocks:
        return [block for block in page.blocks if block.end <= MAX_TEXT]
    found, place = [], 0
    for line in page.text[:MAX_TEXT].split("\n"):
        if line.strip():
            found.append(Block(BlockKind.PARAGRAPH, place, place + len(line)))
        place += len(line) + 1
    return found


class _Splitting:
    """Goes over the blocks of a page once, and knows what the present one stands under."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._blocks = blocks_of(page)
        self._headings: list[tuple[int, str]] = []
        self._intro = ""
        self._last_heading: Block | None = None
        self._columns: list[str] = []

    def units(self) -> Iterator[Unit]:
        place = 0
        while place < len(self._blocks):
            block = self._blocks[place]
            if block.kind is not BlockKind.ROW:
                self._columns = []
            after = place + 1
            if block.kind is BlockKind.HEADING:
                yield from self._under_heading(block)
            elif block.kind is BlockKind.HEADER_ROW:
                self._columns = self._text(block).split("\t")
            elif block.kind is BlockKind.ROW:
                yield self._row(block)
            else:
                after = self._run_end(place)
                run = self._blocks[place:after]
                yield from self._list(run) if block.kind is BlockKind.LIST_ITEM else self._paragraphs(run)
            if block.kind is not BlockKind.HEADING:
                self._last_heading = None
            place = after

    def _under_heading(self, block: Block) -> Iterator[Unit]:
        """Let what follows stand under a heading; one that says something itself is a unit too."""
        text = self._text(block)
        self._headings = [one for one in self._headings if one[0] < block.level]
        self._intro = ""
        if len(text.split()) >= _SAYING:
            yield self._unit(block.start, block.end)
        if text:
            self._headings.append((block.level, text))
            self._last_heading = block

    def _run_end(self, place: int) -> int:
        """Give where the list, or the row of short paragraphs, that begins here ends."""
        kind, end = self._blocks[place].kind, place + 1
        while end < len(self._blocks) and self._blocks[end].kind is kind:
            if kind is BlockKind.PARAGRAPH and not (self._is_short(end - 1) and self._is_short(end)):
                break
            end += 1
        return end

    def _is_short(self, place: int) -> bool:
        block = self._blocks[place]
        return block.end - block.start <= _SHORT and self._page.text[block.end - 1] not in ".!?…。！？"

    def _row(self, block: Block) -> Unit:
        cells = self._text(block).split("\t")
        if self._columns and len(cells) == len(self._columns):
            named = [
                f"{name}: {cell}" if name else cell
                for name, cell in zip(self._columns, cells, strict=True)
                if cell
            ]
            return self._unit(block.start, block.end, columns=self._columns, answer=" · ".join(named))
        answer = f"{cells[0]}: {', '.join(cells[1:])}" if len(cells) > 1 else cells[0]
        return self._unit(block.start, block.end, answer=answer)

    def _list(self, items: Sequence[Block]) -> Iterator[Unit]:
        yield from self._under_name(items[0])
        for item in items:
            yield from self._sentences(item)
        if len(items) > 1 and items[-1].end - items[0].start <= _LIST:
            answer = "; ".join(self._text(item) for item in items)
            yield self._unit(items[0].start, items[-1].end, answer=answer, parts=len(items))

    def _paragraphs(self, run: Sequence[Block]) -> Iterator[Unit]:
        if len(run) == 1:
            yield from self._paragraph(run[0])
            return
        for label, value in self._pairs(run):
            yield self._unit(
                min(label.start, value.start),
                max(label.end, value.end),
                answer=f"{self._text(label).rstrip(':')}: {self._text(value)}",
            )
        for block in run:
            yield from self._sentences(block)

    def _pairs(self, run: Sequence[Block]) -> Iterator[tuple[Block, Block]]:
        """Give each label with its value, where short paragraphs are so in turn."""
        valued = [any(character.isdigit() for character in self._text(block)) for block in run]
        if len(run) % 2 == 0 and all(valued[0::2]) and not any(valued[1::2]):
            yield from zip(run[1::2], run[0::2], strict=True)
        elif len(run) % 2 == 0 or self._text(run[0]).endswith(":"):
            yield from zip(run[0::2], run[1::2], strict=False)
        else:
            yield from zip(run[1::2], run[2::2], strict=False)

    def _paragraph(self, block: Block) -> Iterator[Unit]:
        parts = list(self._sentences(block))
        yield from parts
        yield from self._under_name(block)
        if len(parts) > 1 and block.end - block.start <= _WHOLE:
            yield self._unit(block.start, block.end, parts=len(parts))
        text = self._text(block)
        self._intro = text if text.endswith((":", "：")) else ""

    def _under_name(self, block: Block) -> Iterator[Unit]:
        """Give a short paragraph with the short heading right above it: a name, and what is said of it."""
        heading = self._last_heading
        if heading is None or block.end - heading.start > _CARD or heading.end - heading.start > _SHORT:
            return
        name = self._text(heading)
        if name.endswith(("?", "？")):
            return
        below = " ".join(self._text(block).split())
        unit = self._unit(heading.start, block.end, answer=f"{name}: {below}", parts=2)
        texts = [text for _, text in self._headings[:-1]]
        yield replace(unit, near="\n".join(texts[-1:]), around="\n".join((*texts[:-1], self._page.title)))

    def _sentences(self, block: Block) -> Iterator[Unit]:
        for start, end in sentences(self._page.text, block.start, block.end):
            for one, other in _cut(self._page.text, start, end):
                yield self._unit(one, other)

    def _text(self, block: Block) -> str:
        return self._page.text[block.start : block.end]

    def _unit(
        self, start: int, end: int, *, answer: str | None = None, parts: int = 1, columns: Sequence[str] = ()
    ) -> Unit:
        texts = [text for _, text in self._headings]
        return Unit(
            page=self._page,
            start=start,
            end=end,
            near="\n".join(one for one in (*texts[-1:], self._intro, *columns) if one),
            around="\n".join((*texts[:-1], self._page.title)),
            answer=" ".join(self._page.text[start:end].split()) if answer is None else answer,
            parts=parts,
        )


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give a part in pieces of at most MAX_UNIT, cut at spaces where there are some."""
    while end - start > MAX_UNIT:
        space = text.rfind(" ", start + 1, start + MAX_UNIT)
        cut = space if space > 0 else start + MAX_UNIT
        yield start, cut
        start = cut + 1 if space > 0 else cut
    yield start, end
