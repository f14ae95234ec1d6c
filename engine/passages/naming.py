"""Tells whether a page names somebody: one that was found by a search may be about others."""

from engine.passages.page import Page
from engine.passages.stopwords import STOPWORDS
from engine.passages.tokens import tokens_of

MAX_TEXT = 200_000
"""Code points of a page that are looked through."""

_FORMS = frozenset(
    (
        "inc",
        "ltd",
        "llc",
        "plc",
        "corp",
        "co",
        "gmbh",
        "ag",
        "kg",
        "sa",
        "sas",
        "sarl",
        "srl",
        "spa",
        "bv",
        "nv",
        "ab",
    )
)


def names(page: Page, subject: str) -> bool:
    """Say whether a page's title or text holds each word of a name, but for its legal form; true for a name without words."""
    words = {token.stem for token in tokens_of(subject) if token.word not in STOPWORDS | _FORMS}
    return words <= {token.stem for token in tokens_of(f"{page.title}\n{page.text[:MAX_TEXT]}")}
