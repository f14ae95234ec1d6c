"""The elements of a page that are open while it is read, as far as its text depends on them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from workers.pages.elements import BLOCKS, IMPLIED, is_navigation, is_unseen

_LOOK_UP = 40
"""Open elements that are looked at for one that ends without an end tag."""

_NOT_P = BLOCKS - {"p"}
_P = frozenset({"p"})
_HEAD, _NOTHING = frozenset({"head"}), frozenset[str]()
_MAIN = ("main", "article")


class Element(NamedTuple):
    """An open element: its name, whether a reader doesn't see it, and whether it only leads around the site."""

    name: str
    unseen: bool
    navigation: bool


class OpenElements:
    """The open elements, the innermost last. What a tag costs does not grow with how many are open."""

    def __init__(self) -> None:
        self._stack: list[Element] = []
        self._names: Counter[str] = Counter()
        self._unseen = self._navigation = 0

    @property
    def unseen(self) -> bool:
        """Whether what stands here is not seen."""
        return self._unseen > 0

    @property
    def silent(self) -> bool:
        """Whether what stands here says nothing of its own: not seen, or navigation."""
        return self._unseen > 0 or self._navigation > 0

    @property
    def in_main(self) -> bool:
        """Whether what stands here is in the main part of the page."""
        return any(self._names[name] for name in _MAIN)

    def is_open(self, name: str) -> bool:
        """Say whether an element of this name is open."""
        return self._names[name] > 0

    def push(self, name: str, attributes: Mapping[str, str], *, unseen: bool = False) -> None:
        """Open an element.

        Args:
            name: Its name.
            attributes: Its attributes.
            unseen: Hides it whatever it is.
        """
        element = Element(name, unseen or is_unseen(name, attributes), is_navigation(name, attributes))
        self._stack.append(element)
        self._names[name] += 1
        self._unseen += element.unseen
        self._navigation += element.navigation

    def ended_by(self, name: str) -> Iterator[str]:
        """Close, and give, what ends where such an element begins: a paragraph before a block, an item before the next."""
        if name not in BLOCKS:
            return
        if self._names["head"]:
            yield from self._up_to(_HEAD, _NOTHING)
        if self._names["p"]:
            yield from self._up_to(_P, _NOT_P)
        if name in IMPLIED:
            yield from self._up_to(*IMPLIED[name])

    def end(self, name: str) -> Iterator[str]:
        """Close, and give, the innermost element of this name and all in it; nothing where none is open."""
        if self._names[name]:
            while self._stack[-1].name != name:
                yield self._pop()
            yield self._pop()

    def end_all(self) -> Iterator[str]:
        """Close, and give, all."""
        while self._stack:
            yield self._pop()

    def _up_to(self, ended: frozenset[str], stops: frozenset[str]) -> Iterator[str]:
        for count, element in enumerate(reversed(self._stack[-_LOOK_UP:]), start=1):
            if element.name in ended:
                for _ in range(count):
                    yield self._pop()
                return
            if element.name in stops:
                return

    def _pop(self) -> str:
        element = self._stack.pop()
        self._names[element.name] -= 1
        self._unseen -= element.unseen
        self._navigation -= element.navigation
        return element.name
