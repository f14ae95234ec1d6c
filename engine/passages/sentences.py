"""Cuts text into sentences, in the languages that end them with a point and in those of East Asia."""

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』）]*|\n")
_LAST_WORD = re.compile(r"[^\s(\[\"'“„«]+$")
_LOOK_BACK = 30

_WRITTEN = """
    mr mrs ms dr prof st sr jr inc ltd co corp llc plc bros dept est approx no nos vs etc eg ie e.g i.e u.s u.k
    jan feb mar apr jun jul aug sep sept oct nov dec fig vol p pp tel fax ca a.m p.m m ph.d dipl ing hr fr
    bzw z.b d.h u.a usw ggf inkl zzgl max min nr str tfn mio mrd mme mlle env av bd ste cie n
    s.a s.l s.r.l s.p.a s.a.s b.v n.v c.a apdo sra dña avda pza p.iva dott sig geom rag v.a m.m blz bv ext
"""
_ABBREVIATIONS = frozenset(_WRITTEN.split())
"""Words that end in a point within a sentence, without their last point."""


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the sentences of a part of a text, without the space around them; a line's end ends a sentence."""
    begun = start
    for found in _END.finditer(text, start, end):
        if found.group() != "\n" and _goes_on(text, found, begun):
            continue
        yield from _trimmed(text, begun, found.end())
        begun = found.end()
    yield from _trimmed(text, begun, end)


def _goes_on(text: str, found: re.Match[str], begun: int) -> bool:
    """Say whether a point stands within a sentence: after an abbreviation, an initial or an ordinal, before a small letter."""
    if found.group()[0] != ".":
        return False
    after = text[found.end() : found.end() + 2].strip()[:1]
    if after.islower():
        return True
    last = _LAST_WORD.search(text[max(begun, found.start() - _LOOK_BACK) : found.start()])
    if last is None:
        return False
    word = last.group()
    if word.lower() in _ABBREVIATIONS:
        return True
    return (len(word) == 1 and word.isupper()) or (word.isdigit() and len(word) <= 2)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
