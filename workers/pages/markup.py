"""Reads markup, HTML or XML, as a stream of tags and texts, in time that grows with its length alone.

Parsers that build a tree as browsers do take minutes for some pages of a few hundred kilobytes (deeply nested elements,
thousands of attributes), and cannot be stopped meanwhile. What a page says needs no tree. Entities that a document
declares are never looked at.
"""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import NamedTuple


class Text(NamedTuple):
    """Text between tags, its character references replaced."""

    text: str


class Start(NamedTuple):
    """A start tag.

    Attributes:
        name: In lower case, with its prefix.
        attributes: The values by their names in lower case, the first of each name, at most 50.
        empty: Whether it ends itself, as `<loc/>` does.
    """

    name: str
    attributes: Mapping[str, str]
    empty: bool


class End(NamedTuple):
    """An end tag; its name as of a start tag."""

    name: str


Token = Text | Start | End

MAX_ATTRIBUTES = 50

_OPENING = re.compile(r"<(?:!--|!\[CDATA\[|[!?]|/?[A-Za-z])")
_NAME = re.compile(r"[^\s/>]{1,100}")
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?""")
_UP_TO_END = re.compile(r"[^>]*")

_RAW = {
    name: re.compile(rf"</{name}[\s/>]", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
}
"""Elements of HTML whose content holds no tags."""


def tokens_of(markup: str, *, xml: bool = False) -> Iterator[Token]:
    """Give what stands in markup, in order; nothing is refused, what is cut off at the end is left out.

    Args:
        markup: The document.
        xml: Whether it is XML: no element's content is raw, and texts may be marked as CDATA.
    """
    place = 0
    while (opening := _OPENING.search(markup, place)) is not None:
        if opening.start() > place:
            yield Text(unescape(markup[place : opening.start()]))
        begins = opening.group()
        if begins.startswith(("<!", "<?")):
            after, text = _declaration(markup, opening)
            if text and xml:
                yield Text(text)
        else:
            tag, after = _tag(markup, opening.end() - 1, closing=begins[1] == "/")
            if tag is not None:
                yield tag
            if isinstance(tag, Start) and not xml and tag.name in _RAW:
                text, after = _raw(markup, after, tag.name)
                yield Text(text)
        if after < 0:
            return
        place = after
    if place < len(markup):
        yield Text(unescape(markup[place:]))


def _declaration(markup: str, opening: re.Match[str]) -> tuple[int, str]:
    """Give where a comment, a declaration or a marked text ends, -1 where it doesn't, and the marked text."""
    end = {"<!--": "-->", "<![CDATA[": "]]>"}.get(opening.group(), ">")
    found = markup.find(end, opening.end())
    if found < 0:
        return -1, ""
    marked = markup[opening.end() : found] if end == "]]>" else ""
    return found + len(end), marked


def _tag(markup: str, place: int, *, closing: bool) -> tuple[Start | End | None, int]:
    """Give the tag whose name begins here, and the place after it; -1 where the document ends before it does."""
    found = _NAME.match(markup, place)
    assert found is not None  # noqa: S101 - a letter was seen here
    name = found.group().lower()
    place = found.end()
    attributes: dict[str, str] = {}
    while len(attributes) < MAX_ATTRIBUTES and (one := _ATTRIBUTE.match(markup, place)) is not None:
        place = one.end()
        value = one.group(2) or one.group(3) or one.group(4) or ""
        attributes.setdefault(one.group(1).lower(), unescape(value))
    rest = _UP_TO_END.match(markup, place)
    assert rest is not None  # noqa: S101 - it matches everywhere
    if rest.end() == len(markup):
        return None, -1
    empty = rest.group().endswith("/")
    return (End(name) if closing else Start(name, attributes, empty)), rest.end() + 1


def _raw(markup: str, place: int, name: str) -> tuple[str, int]:
    end = _RAW[name].search(markup, place)
    stop = len(markup) if end is None else end.start()
    text = markup[place:stop]
    return (unescape(text) if name in ("title", "textarea") else text), stop
