"""Whether two JSON values are the same, to the letter: what a change of data is held against."""

from collections.abc import Mapping


def same(one: object, other: object) -> bool:
    """Say whether two JSON values are the same; in Python alone, true would be 1."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and one == other
