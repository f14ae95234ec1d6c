"""A passage: the part of a page that answers a question."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a page, word for word.

    Attributes:
        text: The part: the page's `text[start:end]`, a quote.
        url: The page.
        start: Where it begins in the page's text, in code points.
        end: Where it ends, exclusive.
        score: How well it answers, from 0 to 1.
        answer: The same for a reader: cells of a table stand with the names of their columns, lines are joined.
    """

    text: str
    url: str
    start: int
    end: int
    score: float
    answer: str
