"""Finds in words what they are about: the concepts that they name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.passages.concepts import CONCEPTS
from engine.passages.tokens import Token, folded, tokens_of

STRONG = 1.0
WEAK = 0.65
"""How well a word that may mean a concept stands for it."""

_SHORTEST_BEGINNING = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept that is named.

    Attributes:
        concept: Its name in `CONCEPTS`.
        strength: 1 where the word means it, less where it may.
        first: The first word that names it, as its place among the words.
        last: The last one.
    """

    concept: str
    strength: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Lexicon:
    words: Mapping[str, tuple[tuple[str, float], ...]]
    beginnings: Mapping[str, tuple[tuple[str, float], ...]]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str, float], ...]]


def mentions_in(tokens: Sequence[Token]) -> Iterator[Mention]:
    """Give the concepts that words name, in order; those of a phrase before those of its words."""
    for place, token in enumerate(tokens):
        for stems, concept, strength in _LEXICON.phrases.get(token.stem, ()):
            if all(
                place + ahead < len(tokens) and tokens[place + ahead].stem == stem
                for ahead, stem in enumerate(stems)
            ):
                yield Mention(concept, strength, place, place + len(stems) - 1)
        for concept, strength in _LEXICON.words.get(token.stem, ()) or _by_beginning(token.word):
            yield Mention(concept, strength, place, place)


def _by_beginning(word: str) -> tuple[tuple[str, float], ...]:
    for length in range(len(word), _SHORTEST_BEGINNING - 1, -1):
        found = _LEXICON.beginnings.get(word[:length])
        if found is not None:
            return found
    return ()


def _read() -> _Lexicon:
    words: dict[str, dict[str, float]] = {}
    beginnings: dict[str, dict[str, float]] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], str, float]]] = {}
    for concept, (strong, weak) in CONCEPTS.items():
        for written, strength in ((strong, STRONG), (weak, WEAK)):
            for entry in written.split():
                stems = tuple(token.stem for token in tokens_of(entry.rstrip("*").replace("_", " ")))
                if len(stems) > 1:
                    phrases.setdefault(stems[0], []).append((stems, concept, strength))
                elif entry.endswith("*"):
                    beginnings.setdefault(folded(entry[:-1]), {}).setdefault(concept, strength)
                if len(stems) == 1:
                    words.setdefault(stems[0], {}).setdefault(concept, strength)
    return _Lexicon(
        {stem: tuple(found.items()) for stem, found in words.items()},
        {stem: tuple(found.items()) for stem, found in beginnings.items()},
        {stem: tuple(sorted(found, key=lambda one: -len(one[0]))) for stem, found in phrases.items()},
    )


_LEXICON = _read()
