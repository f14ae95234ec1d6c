"""Text as a reader sees it: one space for white space, without characters that nobody sees."""

import re
import unicodedata

_SPACE = re.compile(r"[^\S\n]+")
_LINE_END = re.compile(r" ?\n[ \n]*")

_INVISIBLE = dict.fromkeys(
    [
        *range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xAD, 0x200B, *range(0x200E, 0x2010),
        *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xD800, 0xE000), 0xFEFF, *range(0xFFF9, 0xFFFC),
        *range(0xE0000, 0xE0080),
    ]
)  # fmt: skip
"""Control characters, soft hyphens, marks of direction, and tags that only machines read. Those that join letters stay."""


def visible(text: str) -> str:
    """Give text composed (NFC), each line's white space as one space, without empty lines and space around it."""
    shown = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    return _LINE_END.sub("\n", _SPACE.sub(" ", shown)).strip()


def one_line(text: str) -> str:
    """Give text as `visible` does, in one line."""
    return " ".join(visible(text).split())
