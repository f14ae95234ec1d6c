"""How much work it is to hold a document against a JSON Schema, before it is done: schemas may ask for any amount.

A schema that refers to a part of itself twice has that part looked at twice, and what this refers to four times. Work
that has begun cannot be interrupted, so it is counted first, by how often each part of the schema meets each part of
the document.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import chain
from typing import Any
from urllib.parse import unquote, urljoin

from engine.values import JsonValue

MAX_STEPS = 1_000_000
"""Of schemas that refer to themselves: a part of the schema meeting a part of the document, or looking through it."""

MAX_PAIRS = 50_000_000
"""Of other schemas, whose parts meet a part of the document once at most."""

_LISTS = ("allOf", "anyOf", "oneOf")
_PARTS = ("not", "if", "then", "else")
_MAPS = ("dependentSchemas", "dependencies")
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_ANCHORS = ("$anchor", "$dynamicAnchor", "$id", "id")
_OF_ITEMS = ("items", "additionalItems", "contains", "unevaluatedItems")
_OF_PROPERTIES = ("additionalProperties", "propertyNames", "unevaluatedProperties")
_LOOKS_TWICE = ("unevaluatedItems", "unevaluatedProperties")
_KEPT = (
    *_LISTS,
    *_PARTS,
    *_MAPS,
    *_OF_ITEMS,
    *_OF_PROPERTIES,
    "prefixItems",
    "properties",
    "patternProperties",
)

MANY = 5_000
"""So many parts make a document large: a fault of each would take long to tell."""

Counts = dict[int, int]
"""Part of a schema, by its place in the order → how many times it meets a part of a document."""


class _TooMuch(Exception):  # noqa: N818 - no error: it ends the counting
    pass


def is_too_much(schema: Mapping[str, Any], document: JsonValue) -> bool:
    """Say whether holding a document against a schema could take longer than anybody would wait for.

    Args:
        schema: Clean JSON, in order.
        document: Clean JSON.
    """
    found = list(_parts(schema))
    if not any(name in part for part in found for name in (*_REFERENCES, *_LOOKS_TWICE)):
        return len(found) * _size(document) > MAX_PAIRS
    try:
        _Count(_Graph.of(schema, found)).meet(document, {0: 1})
    except _TooMuch:
        return True
    return False


def is_large(document: JsonValue) -> bool:
    """Say whether a document has so many parts that not all its faults should be looked for."""
    return _size(document) > MANY


def _parts(schema: object) -> Iterator[Mapping[str, Any]]:
    """Give every object in a schema, the whole first: each may be referred to as a schema."""
    rest = [schema]
    while rest:
        one = rest.pop()
        if isinstance(one, Mapping):
            yield one
            rest += one.values()
        elif isinstance(one, list):
            rest += one


def _size(document: JsonValue) -> int:
    count, rest = 0, [document]
    while rest:
        one = rest.pop()
        count += 1
        if isinstance(one, dict):
            rest += one.values()
        elif isinstance(one, list):
            rest += one
    return count


@dataclass(slots=True)
class _Part:
    """A schema, and the schemas in it by what of the document they meet: the same part, its properties, its items."""

    same: list[int] = field(default_factory=list)
    named: dict[str, list[int]] = field(default_factory=dict)
    any_name: list[int] = field(default_factory=list)
    placed: list[list[int]] = field(default_factory=list)
    any_place: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Graph:
    """The parts of a schema, the whole first."""

    parts: list[_Part]
    ranks: list[int]
    """Those that meet the same part of a document come after the one that they are in."""

    @classmethod
    def of(cls, schema: Mapping[str, Any], found: list[Mapping[str, Any]]) -> "_Graph":
        places = {id(one): number for number, one in enumerate(found)}

        def numbers(*values: object) -> list[int]:
            return [places[id(one)] for one in values if isinstance(one, Mapping)]

        parts = []
        for one in found:
            given = {name: one[name] for name in _KEPT if isinstance(one.get(name), list | Mapping)}
            lists = {name: value for name, value in given.items() if isinstance(value, list)}
            maps = {name: value for name, value in given.items() if isinstance(value, Mapping)}
            same = numbers(
                *chain.from_iterable(lists.get(name, ()) for name in _LISTS),
                *(maps.get(name) for name in _PARTS),
                *chain.from_iterable(maps.get(name, {}).values() for name in _MAPS),
                *chain.from_iterable(_targets(schema, found, one.get(name)) for name in _REFERENCES),
            )
            parts.append(
                _Part(
                    same=same * (2 if any(name in one for name in _LOOKS_TWICE) else 1),
                    named={name: numbers(value) for name, value in maps.get("properties", {}).items()},
                    any_name=numbers(
                        *maps.get("patternProperties", {}).values(),
                        *(maps.get(name) for name in _OF_PROPERTIES),
                    ),
                    placed=[numbers(value) for value in lists.get("prefixItems", lists.get("items", []))],
                    any_place=numbers(*(maps.get(name) for name in _OF_ITEMS)),
                )
            )
        return cls(parts, _ranks(parts))


def _targets(
    schema: Mapping[str, Any], found: list[Mapping[str, Any]], reference: object
) -> Iterator[object]:
    """Give what a reference may mean; one beyond the schema itself means a draft's own schema, which is small."""
    if not isinstance(reference, str):
        return
    address, _, fragment = reference.partition("#")
    base = str(schema.get("$id", schema.get("id", "")))
    roots: list[Mapping[str, Any]] = [schema]
    if address:
        roots = [
            one
            for one in found
            if urljoin(base, str(one.get("$id", one.get("id")))) == urljoin(base, address)
        ]
    for root in roots:
        if fragment.startswith("/"):
            yield _at(root, fragment)
        elif not fragment:
            yield root
    if fragment and not fragment.startswith("/"):
        yield from (
            one for one in found if any(one.get(name) in (fragment, f"#{fragment}") for name in _ANCHORS)
        )


def _at(root: object, pointer: str) -> object:
    for part in unquote(pointer).split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(root, Mapping):
            root = root.get(name)
        elif isinstance(root, list) and name.isdecimal() and int(name) < len(root):
            root = root[int(name)]
        else:
            return None
    return root


def _ranks(parts: list[_Part]) -> list[int]:
    """Rank the parts, each before those in it that meet the same part of a document.

    Raises:
        _TooMuch: One leads back to itself.
    """
    ranks, last, under_way = [-1] * len(parts), len(parts), set[int]()
    for start in range(len(parts)):
        stack = [(start, iter(parts[start].same))] if ranks[start] < 0 else []
        under_way.update(number for number, _ in stack)
        while stack:
            number, rest = stack[-1]
            following = next((one for one in rest if ranks[one] < 0), None)
            if following is None:
                stack.pop()
                under_way.discard(number)
                last -= 1
                ranks[number] = last
            elif following in under_way:
                raise _TooMuch
            else:
                under_way.add(following)
                stack.append((following, iter(parts[following].same)))
    return ranks


class _Count:
    """Counts the steps, up to the most that there may be."""

    def __init__(self, graph: _Graph) -> None:
        self._graph, self._steps = graph, 0

    def meet(self, value: JsonValue, counts: Counts) -> None:
        """Count what it takes that parts of the schema meet a part of the document and what is in it.

        Raises:
            _TooMuch: It is more than there may be.
        """
        met = self._all(counts)
        inside = len(value) if isinstance(value, dict | list) else 0
        self._steps += sum(met.values()) * (1 + inside)
        if self._steps > MAX_STEPS:
            raise _TooMuch
        if isinstance(value, dict):
            for name, item in value.items():
                self._enter(item, met, lambda part, name=name: chain(part.named.get(name, ()), part.any_name))
        elif isinstance(value, list):
            for place, item in enumerate(value):
                self._enter(
                    item,
                    met,
                    lambda part, place=place: chain(*part.placed[place : place + 1], part.any_place),
                )

    def _enter(self, value: JsonValue, met: Counts, inner: Any) -> None:
        counts: Counts = {}
        for number, times in met.items():
            for one in inner(self._graph.parts[number]):
                counts[one] = counts.get(one, 0) + times
        if counts:
            self.meet(value, counts)

    def _all(self, counts: Counts) -> Counts:
        """Give these parts with all that meet the same part of the document by them."""
        ranks, found = self._graph.ranks, dict(counts)
        waiting = [(ranks[number], number) for number in counts]
        heapify(waiting)
        while waiting:
            _, number = heappop(waiting)
            for one in self._graph.parts[number].same:
                if one not in found:
                    heappush(waiting, (ranks[one], one))
                found[one] = found.get(one, 0) + found[number]
        return found
