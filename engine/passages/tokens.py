"""Makes words of text: folded, lightly stemmed, each with its place."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"  # scripts without spaces, and Korean, whose endings cling
    r"|[^\W_]+(?:['’.&][^\W_]+)*"
)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ELISION = re.compile(r"(?:qu|[cdjlmnst]|dell|dall|nell|sull|all|un)['’]")
"""What French and Italian put before a word without a space."""

MAX_WORD = 60
"""Characters of a word that are looked at."""

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})

_ENDINGS: tuple[tuple[str, int], ...] = (
    *(
        (one, 5)
        for one in (
            "ements",
            "ement",
            "ations",
            "ation",
            "ments",
            "ment",
            "ungen",
            "ung",
            "ingen",
            "ions",
            "ion",
        )
    ),
    *((one, 5) for one in ("eurs", "eur", "ers", "ern", "er", "en", "em")),
    *(
        (one, 4)
        for one in ("ings", "ing", "ees", "ed", "ee", "es", "os", "as", "is", "e", "s", "a", "o", "i")
    ),
)
"""Endings of words, longer ones first, and how many letters must be left to take one off."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text.

    Attributes:
        word: In lower case, without accents.
        stem: The word without a common ending; equal for most forms of a word.
        start: Where it begins in the text.
        end: Where it ends, exclusive.
    """

    word: str
    stem: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """Give the words of a text in order. Chinese, Japanese and Korean give each two neighboring characters as a word."""
    return [token for found in _WORD.finditer(text) for token in _tokens(found)]


def _tokens(found: re.Match[str]) -> Iterator[Token]:
    shown, start, end = found.group(), found.start(), found.end()
    if _UNSPACED.match(shown):
        for place in range(max(1, len(shown) - 1)):
            pair = shown[place : place + 2]
            yield Token(pair, pair, start + place, start + place + len(pair))
        return
    word, stem = _read(shown[:MAX_WORD])
    if word:
        yield Token(word, stem, start, end)


@lru_cache(maxsize=65_536)
def _read(shown: str) -> tuple[str, str]:
    word = folded(shown)
    elision = _ELISION.match(word)
    if elision:
        word = word[elision.end() :]
    word = word.removesuffix("'s").removesuffix("’s")
    return word, _stem(word)


def folded(text: str) -> str:
    """Give text in lower case without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(character for character in apart if not unicodedata.combining(character))


def _stem(word: str) -> str:
    """Take a common ending off, where enough is left: found, founded and founders are one."""
    if not word.isalpha():
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return next(
        (word[: -len(one)] for one, left in _ENDINGS if word.endswith(one) and len(word) - len(one) >= left),
        word,
    )
