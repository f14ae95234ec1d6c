"""BM25: ranks texts by the words that they share with a query, rare words first."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

_SATURATION = 1.2
_LENGTH = 0.75


class Bm25:
    """Texts, each a bag of keys, to be ranked."""

    def __init__(self, texts: Sequence[Mapping[str, float]]) -> None:
        """Make it.

        Args:
            texts: For each text its keys, and how often (or how much) each is in it.
        """
        self._texts = texts
        self._lengths = [sum(text.values()) for text in texts]
        self._mean = sum(self._lengths) / len(texts) if texts else 0.0
        self._holding = Counter(key for text in texts for key in text)

    def rarity(self, key: str) -> float:
        """Say how rare a key is among the texts: 1 where none holds it, near 0 where all do."""
        count = len(self._texts)
        return math.log((count + 1) / (self._holding[key] + 0.5)) / math.log((count + 1) / 0.5)

    def scores(self, query: Iterable[str]) -> list[float]:
        """Give the score of each text, in their order; 0 where it shares nothing with the query."""
        weights = {key: self._weight(key) for key in query if key in self._holding}
        return [
            sum(weight * self._share(text[key], length) for key, weight in weights.items() if key in text)
            for text, length in zip(self._texts, self._lengths, strict=True)
        ]

    def _weight(self, key: str) -> float:
        holding = self._holding[key]
        return math.log(1 + (len(self._texts) - holding + 0.5) / (holding + 0.5))

    def _share(self, frequency: float, length: float) -> float:
        norm = 1 - _LENGTH + _LENGTH * length / self._mean
        return frequency * (_SATURATION + 1) / (frequency + _SATURATION * norm)
