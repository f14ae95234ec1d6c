"""Finds the passage of some pages that answers a question, or that none does."""

from collections.abc import Iterator, Sequence
from itertools import islice

from engine.passages.bags import bag_of, keys_of
from engine.passages.bm25 import Bm25
from engine.passages.page import Page
from engine.passages.passage import Passage
from engine.passages.question import understand
from engine.passages.scoring import Read, Scoring
from engine.passages.splitting import Unit, units_of

THRESHOLD = 0.6
"""The score below which a passage is no answer. Tuned on one half of the evaluation set: `docs/research.md`."""

MAX_PAGES = 60
MAX_UNITS = 20_000
"""Units of all pages together that are looked at."""

_LOOKED_AT = 300
"""Units that rank highest by their words, and are looked at closely."""


def best_passage(question: str, pages: Sequence[Page], subject: str = "") -> Passage | None:
    """Give the passage that answers a question best, or None where none answers it well enough.

    No model is asked. A passage answers as far as it holds what the question is about, in the same words or, in
    seven languages, in others for the same, and as it holds what the question asks for: a date, a number, a name.
    The same question and pages give the same passage. At most 60 pages and 20,000 units of them are looked at.

    Args:
        question: In any language.
        pages: What was read, the most important first.
        subject: Whom it is asked about, such as a company's name.
    """
    best = next(ranked_passages(question, pages, subject), None)
    return best if best is not None and best.score >= THRESHOLD else None


def ranked_passages(question: str, pages: Sequence[Page], subject: str = "") -> Iterator[Passage]:
    """Give the passages that may answer a question, the best first, whatever their scores; parameters as `best_passage`."""
    asked = understand(question, subject)
    read = _read(pages)
    vocabulary = {token.stem for one in read for token in one.body.tokens}
    keys = [keys_of(term, vocabulary) for term in asked.terms]
    bm25 = Bm25([{**one.near.keys, **one.body.keys} for one in read])
    ranks = bm25.scores({key for one in keys for key in one})
    scoring = Scoring(asked, keys, [one.body for one in read])
    places = sorted(range(len(read)), key=lambda place: (-ranks[place], place))[:_LOOKED_AT]
    scores = {place: scoring.score(read[place]) for place in places}
    for place in sorted(
        places, key=lambda place: (-scores[place], read[place].unit.parts, -ranks[place], place)
    ):
        yield _passage(read[place].unit, scores[place])


def _read(pages: Sequence[Page]) -> list[Read]:
    """Give the units of the pages, each once: what all pages of a site repeat would count as common."""
    contexts = {"": bag_of("")}
    seen: set[tuple[str, str]] = set()
    found = []
    units = (unit for page in pages[:MAX_PAGES] for unit in units_of(page))
    for unit in islice(units, MAX_UNITS):
        text = unit.text
        if (text, unit.near) in seen:
            continue
        seen.add((text, unit.near))
        for context in (unit.near, unit.around):
            if context not in contexts:
                contexts[context] = bag_of(context)
        found.append(Read(unit, text, bag_of(text), contexts[unit.near], contexts[unit.around]))
    return found


def _passage(unit: Unit, score: float) -> Passage:
    return Passage(
        text=unit.text,
        url=unit.page.url,
        start=unit.start,
        end=unit.end,
        score=round(score, 4),
        answer=unit.answer,
    )
