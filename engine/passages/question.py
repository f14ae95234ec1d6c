"""Understands a question as far as words go: what it is about, and what kind of thing would answer it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.passages.asked_kind import kind_asked
from engine.passages.kinds import AnswerKind
from engine.passages.lexicon import STRONG, Mention, mentions_in
from engine.passages.stopwords import LIGHT, STOPWORDS
from engine.passages.tokens import Token, folded, tokens_of

MAX_QUESTION = 1_000
"""Characters of a question that are read."""

MAX_TERMS = 24

_MEANT = 0.8
"""How well a word of a question stands at least for a concept that it may mean: nothing else in it says what is meant."""

_SYLLABLES = re.compile(r"[\u3040-\u309f]|什么|时候|多少|哪里|哪个|几年|何人|何社|何年|何時")
"""What a pair of characters holds in a question that says nothing: Japanese endings, question words."""


@dataclass(frozen=True, slots=True)
class Term:
    """Something that a question is about.

    Attributes:
        stems: The words for it in the question, by their stems.
        concepts: What they name, and how well: other words for the same are good too.
        is_light: Whether a passage without it may well answer.
    """

    stems: tuple[str, ...]
    concepts: tuple[tuple[str, float], ...]
    is_light: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question, understood.

    Attributes:
        kind: What would answer it.
        terms: What it is about, without its subject.
        subject: The stems of the subject's words.
    """

    kind: AnswerKind
    terms: tuple[Term, ...]
    subject: frozenset[str]

    @property
    def known(self) -> frozenset[str]:
        """The stems that the question itself names."""
        return self.subject | {stem for term in self.terms for stem in term.stems}


def understand(question: str, subject: str = "") -> Question:
    """Understand a question.

    Args:
        question: In any language; its first 1,000 characters.
        subject: What it is asked about, such as a company's name: its words are no terms, as every page of its site is about it.
    """
    text = question[:MAX_QUESTION].strip()
    tokens = tokens_of(text)
    subject_stems = frozenset(token.stem for token in tokens_of(subject[:MAX_QUESTION]))
    mentions = [mention for mention in mentions_in(tokens) if not _of_subject(tokens, mention, subject_stems)]
    terms = tuple(_terms(tokens, mentions, subject_stems))[:MAX_TERMS]
    named = {mention.concept for mention in mentions if mention.strength == STRONG}
    kind = kind_asked(folded(text).strip(" ¿¡"), named)
    if kind is AnswerKind.ANY and tokens and not terms:
        kind = AnswerKind.DESCRIPTION
    return Question(kind, terms, subject_stems)


def _of_subject(tokens: Sequence[Token], mention: Mention, subject: frozenset[str]) -> bool:
    return all(token.stem in subject for token in tokens[mention.first : mention.last + 1])


def _terms(tokens: Sequence[Token], mentions: Sequence[Mention], subject: frozenset[str]) -> Iterator[Term]:
    """Give what the question is about: a phrase that names a concept is one term, and so is each other word."""
    taken: set[int] = set()
    seen: set[tuple[str, ...]] = set()
    for mention in mentions:
        places = range(mention.first, mention.last + 1)
        if len(places) > 1 and taken.isdisjoint(places):
            taken.update(places)
            stems = tuple(tokens[place].stem for place in places)
            seen.add(stems)
            yield Term(stems, _concepts(mentions, mention.first, mention.last), is_light=False)
    for place, token in enumerate(tokens):
        stems = (token.stem,)
        if place in taken or stems in seen or token.stem in subject or _says_nothing(token):
            continue
        seen.add(stems)
        yield Term(stems, _concepts(mentions, place, place), is_light=token.word in LIGHT)


def _says_nothing(token: Token) -> bool:
    return token.word in STOPWORDS or _SYLLABLES.search(token.word) is not None


def _concepts(mentions: Sequence[Mention], first: int, last: int) -> tuple[tuple[str, float], ...]:
    return tuple(
        (one.concept, max(_MEANT, one.strength)) for one in mentions if (one.first, one.last) == (first, last)
    )
