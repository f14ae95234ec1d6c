"""Arbitrary JSON for property tests, much of it made of words that definitions use."""

from typing import Any

from hypothesis import strategies as st

WORDS = (
    "trigger", "activities", "edges", "type", "config", "key", "parent", "retry", "position", "name", "from", "to", "exit",
    "MANUAL", "formula", "loop", "switch", "if_else", "http_request", "each", "next", "error", "default", "expression",
    "items", "cases", "match", "all", "conditions", "left", "operator", "right", "inputs", "collect", "values", "record",
    "{{ activities.a.value }}", "{{ loop.item }}", "{{ ", "a", "b", "1 +", "",
)  # fmt: skip


def json_values() -> st.SearchStrategy[Any]:
    """Give any JSON value."""
    scalars = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(WORDS), st.text(max_size=8)
    )
    names = st.one_of(st.sampled_from(WORDS), st.text(max_size=5))
    return st.recursive(
        scalars,
        lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(names, inner, max_size=6)),
        max_leaves=25,
    )
