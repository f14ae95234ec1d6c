"""What follows what inside scopes: cycles, and what comes before each activity; linear in the edges."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.definition import ERROR, TRIGGER, Edge
from engine.validation.draft import Draft


@dataclass(frozen=True)
class ScopeGraph:
    """The edges of a draft that stay within a scope."""

    draft: Draft

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Give the edges between activities of the same scope."""
        by_key = self.draft.by_key
        return tuple(
            edge
            for edge in self.draft.known_edges
            if edge.source != TRIGGER and by_key[edge.source].parent == by_key[edge.target].parent
        )

    @cached_property
    def followers(self) -> Mapping[str, Sequence[str]]:
        """Give what directly follows each activity."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for edge in self.edges:
            found[edge.source][edge.target] = None
        return {key: tuple(targets) for key, targets in found.items()}

    @cached_property
    def components(self) -> Sequence[Sequence[str]]:
        """Give the activities in groups that are on cycles with one another, sources first."""
        backwards: dict[str, list[str]] = defaultdict(list)
        for source, targets in self.followers.items():
            for target in targets:
                backwards[target].append(source)
        left = set(self.draft.by_key)
        groups = []
        for key in reversed(_finished(self.draft.by_key, self.followers)):
            if key in left:
                groups.append(_reached(key, backwards, left))
        return groups

    @cached_property
    def _before(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """Give two masks an activity: what comes before it, and what comes before it by its exit `error`."""
        bits = {key: 1 << number for number, key in enumerate(self.draft.by_key)}
        incoming: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            incoming[edge.target].append(edge)
        ran, failed = dict.fromkeys(bits, 0), dict.fromkeys(bits, 0)
        for group in self.components:
            ran_before = failed_before = 0
            for edge in (edge for key in group for edge in incoming[key]):
                ran_before |= ran[edge.source] | bits[edge.source]
                failed_before |= failed[edge.source] | (bits[edge.source] if edge.exit == ERROR else 0)
            for key in group:
                ran[key], failed[key] = ran_before, failed_before
        return ran, failed

    def before(self, key: str) -> frozenset[str]:
        """Give what can have run before an activity in its scope."""
        return self._named(self._before[0][key])

    def failed_before(self, key: str) -> frozenset[str]:
        """Give what can have been left by its exit `error` before an activity in its scope."""
        return self._named(self._before[1][key])

    def _named(self, mask: int) -> frozenset[str]:
        return frozenset(key for number, key in enumerate(self.draft.by_key) if mask >> number & 1)

    def cycles(self) -> list[list[str]]:
        """Give a shortest cycle of each group that has one, from its first activity on."""
        found = []
        for group in self.components:
            members = set(group)
            start = min(group, key=self.draft.places.__getitem__)
            cycle = self._way_back(start, members)
            if cycle is not None:
                found.append(cycle)
        return sorted(found, key=lambda cycle: self.draft.places[cycle[0]])

    def _way_back(self, start: str, members: set[str]) -> list[str] | None:
        came_from: dict[str, str] = {}
        queue = deque([start])
        while queue:
            key = queue.popleft()
            for target in self.followers.get(key, ()):
                if target == start:
                    return _walk(start, key, came_from)
                if target in members and target not in came_from:
                    came_from[target] = key
                    queue.append(target)
        return None


def _walk(start: str, last: str, came_from: Mapping[str, str]) -> list[str]:
    way = [last]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def _finished(keys: Iterable[str], followers: Mapping[str, Sequence[str]]) -> list[str]:
    """Give the keys in the order in which a walk in depth leaves them, without recursion."""
    seen: set[str] = set()
    order: list[str] = []
    for first in keys:
        if first in seen:
            continue
        seen.add(first)
        stack = [(first, iter(followers.get(first, ())))]
        while stack:
            key, rest = stack[-1]
            following = next((target for target in rest if target not in seen), None)
            if following is None:
                order.append(key)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(followers.get(following, ()))))
    return order


def _reached(first: str, followers: Mapping[str, Sequence[str]], left: set[str]) -> list[str]:
    """Take from `left` all that can be reached from a key, and give it."""
    left.discard(first)
    found = [first]
    for key in found:
        for target in followers.get(key, ()):
            if target in left:
                left.discard(target)
                found.append(target)
    return found
