"""Judges how well a unit of a page answers a question, from 0 to 1."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.passages.bags import Bag, met_by
from engine.passages.kinds import STRICT, AnswerKind, spans_of
from engine.passages.question import Question, Term
from engine.passages.splitting import Unit

_NEAR = 0.9
"""How much a term counts that the unit's heading, columns or introduction meet."""
_AROUND = 0.45
"""How much a term counts that a higher heading or the page's title meets."""

_LIGHT = 0.3
_LEAST_RARITY = 0.3

_CLOSE, _FAR = 10, 20
"""Words between what answers and what the question is about: so many are close, and more than so many far."""

_SAID_BY = {
    AnswerKind.EMAIL: ("email", 1.0), AnswerKind.HOURS: ("hours", 0.8), AnswerKind.PHONE: ("phone", 0.75),
    AnswerKind.ADDRESS: ("address", 0.8), AnswerKind.MONEY: ("price", 0.6), AnswerKind.WEB: ("web", 0.8),
}  # fmt: skip
"""Kinds of answers that say by themselves, more or less, what they are."""

_OTHERS = ("partners", "customers")
_OF_OTHERS = 0.55
"""How much a unit counts that speaks of others."""

_ACTIVITY = ("#products", "#services", "#industry")
_WE = frozenset(("we", "wir", "nous", "nosotros", "noi", "wij", "nos"))
_BEGINNING = 6
_LEAST_SAID, _MOST_SAID = 6, 60
"""Words of a description."""

_MUCH = 14
"""Words of a unit that is no mere value: it should say itself what it is about."""


@dataclass(frozen=True, slots=True)
class Read:
    """A unit with what it holds, and what stands near and around it."""

    unit: Unit
    text: str
    body: Bag
    near: Bag
    around: Bag


class Scoring:
    """Judges the units of some pages for one question."""

    def __init__(
        self, question: Question, keys: Sequence[Mapping[str, float]], bodies: Sequence[Bag]
    ) -> None:
        """Make it.

        Args:
            question: What is asked.
            keys: For each of its terms, the keys that meet it.
            bodies: What the units hold.
        """
        self._question, self._keys = question, keys
        self._weights = [
            (_LIGHT if term.is_light else 1.0) * max(_LEAST_RARITY, _rarity(term, found, bodies))
            for term, found in zip(question.terms, keys, strict=True)
        ]

    def score(self, read: Read) -> float:
        """Judge a unit."""
        if read.text.rstrip("\"'”»").endswith(("?", "？")) or not read.body.tokens:
            return 0.0
        if self._question.kind is AnswerKind.DESCRIPTION:
            return self._description(read)
        spans = spans_of(self._question.kind, read.text, read.body.tokens, self._question.known)
        if not spans and self._question.kind in STRICT | {AnswerKind.PERSON}:
            return 0.0
        kind = 0.7 if not spans else 1.0
        elsewhere = _OF_OTHERS if self._is_of_others(read.body) else 1.0
        return self._coverage(read, has_answer=bool(spans)) * kind * self._closeness(read, spans) * elsewhere

    def _is_of_others(self, body: Bag) -> bool:
        """Say whether a unit speaks of somebody else than whom is asked about."""
        asked = {concept for term in self._question.terms for concept, _ in term.concepts}
        return any(body.keys.get(f"#{concept}", 0.0) == 1.0 and concept not in asked for concept in _OTHERS)

    def _coverage(self, read: Read, *, has_answer: bool) -> float:
        """Give which share of what the question is about is met."""
        total = sum(self._weights)
        if not total:
            return 0.0
        met = sum(
            weight * max(self._met(term, keys, read), self._said_by_answer(term) if has_answer else 0.0)
            for term, keys, weight in zip(self._question.terms, self._keys, self._weights, strict=True)
        )
        return met / total

    def _said_by_answer(self, term: Term) -> float:
        """Say how well what would answer says by itself what is asked: an e-mail address needs no label."""
        concept, strength = _SAID_BY.get(self._question.kind, ("", 0.0))
        return strength if any(one == concept for one, _ in term.concepts) else 0.0

    def _met(self, term: Term, keys: Mapping[str, float], read: Read) -> float:
        return max(
            met_by(term, keys, read.body),
            _NEAR * met_by(term, keys, read.near),
            _AROUND * met_by(term, keys, read.around),
        )

    def _closeness(self, read: Read, spans: Sequence[tuple[int, int]]) -> float:
        """Give less than 1 where what would answer stands far from what the question is about."""
        places = self._places(read.body)
        if not places:
            return 0.75 if len(read.body.tokens) > _MUCH else 1.0
        if self._question.kind not in STRICT | {AnswerKind.PERSON} or "\t" in read.text:
            return 1.0
        away = min(_words_between(read.body, place, span) for place in places for span in spans)
        return 1.0 if away <= _CLOSE else 0.85 if away <= _FAR else 0.7

    def _places(self, body: Bag) -> list[int]:
        return [body.places[key] for keys in self._keys for key in keys if key in body.places]

    def _description(self, read: Read) -> float:
        """Judge whether a unit says what somebody does: it begins with their name or "we", and has words of trade."""
        words = len(read.body.tokens)
        if not _LEAST_SAID <= words <= _MOST_SAID or "\t" in read.text:
            return 0.0
        begins = {token.stem for token in read.body.tokens[:_BEGINNING]}
        says_who = bool(begins & (self._question.subject | _WE))
        says_what = max((read.body.keys.get(key, 0.0) for key in _ACTIVITY), default=0.0)
        return 0.3 + 0.4 * says_who + 0.3 * says_what if says_who or says_what else 0.0


def _rarity(term: Term, keys: Mapping[str, float], bodies: Sequence[Bag]) -> float:
    count = len(bodies)
    holding = sum(1 for body in bodies if met_by(term, keys, body) >= 0.5)
    return math.log((count + 1) / (holding + 0.5)) / math.log((count + 1) / 0.5)


def _words_between(body: Bag, place: int, span: tuple[int, int]) -> int:
    start, end = span
    first = last = -1
    for number, token in enumerate(body.tokens):
        if token.end > start and token.start < end:
            first, last = (number, number) if first < 0 else (first, number)
    if first < 0:
        return 0
    return max(0, first - place, place - last)
