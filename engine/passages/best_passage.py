"""Finds the passage of some pages that answers a question, or that none does."""

from collections.abc import Sequence

from engine.passages.page import Page
from engine.passages.passage import Passage
from engine.passages.reading import Reading


def best_passage(question: str, pages: Sequence[Page], subject: str = "") -> Passage | None:
    """Give the passage that answers a question best, or None where none answers it well enough.

    For one question; who asks more of the same pages, or reads on, keeps a `Reading`, whose limits hold here too.

    Args:
        question: In any language.
        pages: What was read, the most important first.
        subject: Whom it is asked about, such as a company's name.
    """
    reading = Reading()
    for page in pages:
        reading.add(page)
    return reading.best_passage(question, subject)
