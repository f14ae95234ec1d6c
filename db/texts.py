"""Text that came from outside: what no database takes can be in no row, and must not reach a statement."""

from collections.abc import Iterable


def is_storable(text: str) -> bool:
    """Say whether both databases take the text: it holds no NUL and no half of a surrogate pair."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def storable(texts: Iterable[str]) -> list[str]:
    """Give those of the texts, each once, that a row could hold: ids and names to look for."""
    return [text for text in dict.fromkeys(texts) if is_storable(text)]
