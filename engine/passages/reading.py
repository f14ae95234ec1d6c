"""The pages that were read for some questions, cut into units and looked through once, however much is asked of them."""

from collections.abc import Iterator
from threading import Lock

from engine.passages.bags import bag_of, keys_of
from engine.passages.bm25 import Bm25
from engine.passages.page import Page
from engine.passages.passage import Passage
from engine.passages.question import understand
from engine.passages.scoring import Read, Scoring
from engine.passages.splitting import Unit, units_of

THRESHOLD = 0.6
"""The score below which a passage is no answer. Tuned on one half of the evaluation set: `docs/extractive.md`."""

MAX_PAGES = 60
MAX_UNITS = 20_000
"""Units of all pages together that are kept."""

_LOOKED_AT = 300
"""Units that rank highest by their words, and are looked at closely."""


class Reading:
    """Pages to ask. Several threads may add pages and ask.

    No model is asked. A passage answers as far as it holds what the question is about, in the same words or, in
    seven languages, in others for the same, and as it holds what the question asks for: a date, a number, a name.
    The same question and pages, in the same order, give the same passage.
    """

    def __init__(self) -> None:
        """Make it, without pages."""
        self._lock = Lock()
        self._urls: set[str] = set()
        self._read: list[Read] = []
        self._seen: set[tuple[str, str]] = set()

    def add(self, page: Page) -> None:
        """Add a page, unless one of its address was added. The 60 first are kept, and 20,000 units of them."""
        with self._lock:
            if page.url in self._urls or len(self._urls) >= MAX_PAGES:
                return
            self._urls.add(page.url)
            contexts = {"": bag_of("")}
            for unit in units_of(page):
                if len(self._read) >= MAX_UNITS:
                    return
                text = unit.text
                if (text, unit.near) in self._seen:  # what all pages of a site repeat would count as common
                    continue
                self._seen.add((text, unit.near))
                for context in (unit.near, unit.around):
                    if context not in contexts:
                        contexts[context] = bag_of(context)
                self._read.append(Read(unit, text, bag_of(text), contexts[unit.near], contexts[unit.around]))

    def best_passage(self, question: str, subject: str = "") -> Passage | None:
        """Give the passage that answers a question best, or None where none answers it well enough.

        Args:
            question: In any language.
            subject: Whom it is asked about, such as a company's name.
        """
        best = next(self.ranked(question, subject), None)
        return best if best is not None and best.score >= THRESHOLD else None

    def ranked(self, question: str, subject: str = "") -> Iterator[Passage]:
        """Give the passages that may answer a question, the best first, whatever their scores."""
        with self._lock:
            read = list(self._read)
        asked = understand(question, subject)
        vocabulary = {token.stem for one in read for token in one.body.tokens}
        keys = [keys_of(term, vocabulary) for term in asked.terms]
        wanted = {key for one in keys for key in one}
        ranks = Bm25([{**one.near.keys, **one.body.keys} for one in read]).scores(sorted(wanted))
        scoring = Scoring(asked, keys, [one.body for one in read])
        places = sorted(range(len(read)), key=lambda place: (-ranks[place], place))[:_LOOKED_AT]
        scores = {place: scoring.score(read[place]) for place in places}
        for place in sorted(places, key=lambda one: (-scores[one], read[one].unit.parts, -ranks[one], one)):
            yield _passage(read[place].unit, scores[place])


def _passage(unit: Unit, score: float) -> Passage:
    return Passage(
        text=unit.text,
        url=unit.page.url,
        start=unit.start,
        end=unit.end,
        score=round(score, 4),
        answer=unit.answer,
    )
