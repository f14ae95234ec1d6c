"""Classifies text without a model: by the words of the labels that it holds."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.passages.bags import bag_of
from engine.passages.lexicon import mentions_in
from engine.passages.stopwords import STOPWORDS
from engine.passages.tokens import tokens_of

MAX_TEXT = 200_000
"""Code points of a text that are read."""

_OWN, _DESCRIBED, _CONCEPT = 1.0, 0.5, 0.6
"""How much a word counts: of the label, of what the instructions say of it, of the same meaning."""


@dataclass(frozen=True, slots=True)
class Classification:
    """What a text is.

    Attributes:
        labels: Those whose words the text holds, the most first.
        scores: For each label, how much of its words the text holds; 0 where none.
    """

    labels: tuple[str, ...]
    scores: Mapping[str, float]

    @property
    def label(self) -> str | None:
        """The label that fits best; None where none fits, or two fit equally well."""
        best = self.labels[:2]
        if not best or (len(best) == 2 and self.scores[best[0]] == self.scores[best[1]]):
            return None
        return best[0]


def classify(text: str, labels: Sequence[str], *, instructions: str = "") -> Classification:
    """Give the labels whose words a text holds. What a text means without saying it is not understood.

    Args:
        text: Its first 200,000 code points are read.
        labels: The labels, each once.
        instructions: May describe labels, each in a line `label: words that tell of it`; other lines are not read.
    """
    tokens = tokens_of(text[:MAX_TEXT])
    counts: dict[str, int] = {}
    for token in tokens:
        counts[token.stem] = counts.get(token.stem, 0) + 1
    for mention in mentions_in(tokens):
        key = f"#{mention.concept}"
        counts[key] = counts.get(key, 0) + 1
    described = _described(labels, instructions)
    scores = {label: _score(label, described.get(label, ""), counts) for label in labels}
    fitting = [label for label in labels if scores[label] > 0]
    return Classification(tuple(sorted(fitting, key=lambda label: -scores[label])), scores)


def _described(labels: Sequence[str], instructions: str) -> dict[str, str]:
    names = {label.casefold(): label for label in labels}
    found: dict[str, str] = {}
    for line in instructions[:MAX_TEXT].splitlines():
        name, colon, words = line.strip(" -*•").partition(":")
        label = names.get(name.strip(" '\"").casefold())
        if colon and label is not None:
            found[label] = words
    return found


def _score(label: str, description: str, counts: Mapping[str, int]) -> float:
    weights: dict[str, float] = {}
    for words, weight in ((description, _DESCRIBED), (label, _OWN)):
        bag = bag_of(words)
        weights |= {key: weight * _CONCEPT for key in bag.keys if key.startswith("#")}
        weights |= {token.stem: weight for token in bag.tokens if token.word not in STOPWORDS}
    return round(sum(weight * math.sqrt(counts.get(key, 0)) for key, weight in weights.items()), 6)
