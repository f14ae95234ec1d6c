"""Summarizes text without a model: its most telling sentences, word for word."""

from collections.abc import Sequence

from engine.passages.bags import Bag, bag_of
from engine.passages.bm25 import Bm25
from engine.passages.sentences import sentences
from engine.passages.stopwords import STOPWORDS

MAX_TEXT = 200_000
"""Code points of a text that are read."""

MAX_SENTENCES = 2_000

_SHORTEST = 4
"""Words of a sentence that is chosen before those that say as little of the text but are shorter."""

_FIRST = 1.3
"""How much more the first sentence counts: it mostly says what a text is about."""


def summarize(text: str, *, instructions: str = "", count: int = 3) -> str:
    """Give the sentences of a text that share most of its words, in its own order and words, with spaces between.

    A text of fewer sentences is given whole; one without words as nothing. This is no rewriting: what a summary should be
    like cannot be asked for, but words of the instructions make sentences that hold them count more.

    Args:
        text: The first 200,000 code points, and 2,000 sentences, are read.
        instructions: What to look for.
        count: How many sentences to give.
    """
    read = text[:MAX_TEXT]
    shown = [" ".join(read[start:end].split()) for start, end in sentences(read, 0, len(read))][
        :MAX_SENTENCES
    ]
    bags = [bag_of(one) for one in shown]
    if len([one for one in bags if one.tokens]) <= count:
        return " ".join(shown)
    scores = _scores(bags, instructions)
    short = [len(bag.tokens) < _SHORTEST for bag in bags]
    best = sorted(range(len(shown)), key=lambda place: (-scores[place], short[place], place))[:count]
    return " ".join(shown[place] for place in sorted(best))


def _scores(bags: Sequence[Bag], instructions: str) -> list[float]:
    """Give for each sentence how much of the text's recurring words it holds, by its length."""
    telling = [
        {token.stem for token in bag.tokens if token.word not in STOPWORDS and len(token.word) > 2}
        for bag in bags
    ]
    counts: dict[str, int] = {}
    for stems in telling:
        for stem in stems:
            counts[stem] = counts.get(stem, 0) + 1
    asked = {token.stem for token in bag_of(instructions[:2_000]).tokens if token.word not in STOPWORDS}
    wanted = Bm25([bag.keys for bag in bags]).scores(sorted(asked))
    scores = []
    for place, (bag, stems) in enumerate(zip(bags, telling, strict=True)):
        recurring = sum(counts[stem] for stem in stems if counts[stem] > 1) / (len(bag.tokens) + _SHORTEST)
        long_enough = len(bag.tokens) >= _SHORTEST
        scores.append((recurring * (_FIRST if place == 0 else 1.0) + wanted[place]) if long_enough else 0.0)
    return scores
