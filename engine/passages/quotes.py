"""Finds a quote in a page's text, whatever its white space, its case and the shape of its quotation marks."""

import unicodedata
from functools import lru_cache

MAX_QUOTE = 4_000
"""Code points of a quote; a longer one is not looked for."""

MAX_TEXT = 2_000_000
"""Code points of a text that are looked through."""

_MAX_PLACES = 1_000
"""Places where the quote stands in the midst of a longer word that are looked at before the search is given up."""

_SHAPES = {
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
}
"""Characters that typography chooses, as those of a keyboard; those that nobody sees, as none."""

_AROUND = " \"'[]()"
"""What people put around a quote."""


def find_quote(text: str, quote: str) -> tuple[int, int] | None:
    """Give where a quote stands in a text first, as code points, the end exclusive; None where it does not.

    White space of any kind and length is the same, and so are a letter in upper and lower case, the kinds of quotation marks
    and of dashes, and an ellipsis of one or three characters. Marks and dots around the quote are left out.
    All else must be as in the text, and the quote must not begin or end within a word.

    Args:
        text: What is searched; its first 2,000,000 code points.
        quote: At most 4,000 code points.
    """
    if len(quote) > MAX_QUOTE:
        return None
    sought = _without_frame(_folded(quote)[0])
    if not any(character.isalnum() for character in sought):
        return None
    folded, places = _folded(text[:MAX_TEXT])
    place = -1
    for _ in range(_MAX_PLACES):
        place = folded.find(sought, place + 1)
        if place < 0:
            return None
        after = place + len(sought)
        if not _splits_word(folded, place) and not _splits_word(folded, after):
            return places[place], places[after - 1] + 1
    return None


def _folded(text: str) -> tuple[str, list[int]]:
    """Give the text in one typography, and for each of its characters the place in the text that it comes from."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for one in _fold(character):
            if one != " " or (characters and characters[-1] != " "):
                characters.append(one)
                places.append(place)
    return "".join(characters), places


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    if character.isspace():
        return " "
    if character in _SHAPES:
        return _SHAPES[character]
    apart = unicodedata.normalize("NFKD", character).casefold()
    return character if apart.startswith(" ") else apart


def _without_frame(folded: str) -> str:
    """Take away what stands around a quote, and the dots that tell that something was left out before or after it."""
    found = folded.strip(_AROUND)
    if found.startswith("..."):
        found = found.lstrip(". ")
    if found.endswith("..."):
        found = found.rstrip(". ")
    return found.strip(_AROUND)


def _splits_word(folded: str, place: int) -> bool:
    """Say whether the place lies within a letter, or between two of a script that writes words apart."""
    if place in (0, len(folded)):
        return False
    before, after = folded[place - 1], folded[place]
    if unicodedata.combining(after):
        return True
    return before.isalnum() and after.isalnum() and max(before, after) < "\u0e00"
