"""What a text holds, by words and concepts, and how well that meets what a question is about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.passages.lexicon import mentions_in
from engine.passages.question import Term
from engine.passages.tokens import Token, tokens_of

_SAME_CONCEPT = 0.9
"""How well another word for the same meets a term."""

_COMPOUND = 0.7
"""How well a word meets a term that it begins or ends with."""

_SHORTEST_PART = 5


@dataclass(frozen=True, slots=True)
class Bag:
    """A text's words and concepts.

    Attributes:
        tokens: Its words, in order.
        keys: Each stem, and each concept behind a `#`, with how well the text holds it.
        places: Where each key stands first among the words.
    """

    tokens: Sequence[Token]
    keys: Mapping[str, float]
    places: Mapping[str, int]


def bag_of(text: str) -> Bag:
    """Give what a text holds."""
    tokens = tokens_of(text)
    keys: dict[str, float] = {}
    places: dict[str, int] = {}
    for place, token in enumerate(tokens):
        keys[token.stem] = 1.0
        places.setdefault(token.stem, place)
    for mention in mentions_in(tokens):
        key = f"#{mention.concept}"
        if mention.strength > keys.get(key, 0.0):
            keys[key], places[key] = mention.strength, mention.first
    return Bag(tokens, keys, places)


def keys_of(term: Term, vocabulary: Iterable[str]) -> dict[str, float]:
    """Give the keys that meet a term, with how well.

    Args:
        term: The term.
        vocabulary: The stems that there are: those that are put together with the term's word meet it too.
    """
    found = {f"#{concept}": _SAME_CONCEPT * strength for concept, strength in term.concepts}
    if len(term.stems) == 1:
        stem = term.stems[0]
        if len(stem) >= _SHORTEST_PART:
            found |= {one: _COMPOUND for one in vocabulary if one.startswith(stem) or one.endswith(stem)}
        found[stem] = 1.0
    return found


def met_by(term: Term, keys: Mapping[str, float], bag: Bag) -> float:
    """Say how well a text meets a term, from 0 to 1."""
    best = max((strength * bag.keys.get(key, 0.0) for key, strength in keys.items()), default=0.0)
    if len(term.stems) > 1 and all(stem in bag.keys for stem in term.stems):
        return 1.0
    return best
