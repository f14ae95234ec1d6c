from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.reading import read
from engine.validation.draft import Draft
from engine.validation.graph import ScopeGraph
from tests.engine.simulation import activity, edge, workflow

KEYS = "abcdef"
Way = tuple[str, str, str]
WAYS = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS), st.sampled_from(["next", "error"])),
    max_size=14,
    unique=True,
)


def graph_of(ways: list[Way]) -> ScopeGraph:
    data: dict[str, Any] = workflow([activity(key) for key in KEYS], [edge(*way) for way in ways])
    return ScopeGraph(Draft(read(data)))


def reached(start: str, ways: list[Way]) -> set[str]:
    """What can be reached from a key by one way or more, the plain way."""
    found: set[str] = set()
    rest = [start]
    while rest:
        here = rest.pop()
        following = {target for source, target, _ in ways if source == here} - found
        found |= following
        rest += following
    return found


@given(WAYS)
def test_before_an_activity_is_all_that_leads_to_it(ways: list[Way]) -> None:
    graph = graph_of(ways)
    for key in KEYS:
        assert graph.before(key) == {one for one in KEYS if key in reached(one, ways)}


@given(WAYS)
def test_left_by_error_before_an_activity_is_all_whose_error_leads_to_it(ways: list[Way]) -> None:
    graph = graph_of(ways)
    for key in KEYS:
        expected = {
            source for source, target, name in ways if name == "error" and key in {target} | reached(target, ways)
        }  # fmt: skip
        assert graph.failed_before(key) == expected


@given(WAYS)
def test_each_circle_is_one_and_every_activity_on_one_is_in_a_group_that_has_one(ways: list[Way]) -> None:
    graph = graph_of(ways)
    cycles = graph.cycles()
    for cycle in cycles:
        for source, target in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
            assert any((one, other) == (source, target) for one, other, _ in ways)
    on_one = {key for key in KEYS if key in reached(key, ways)}
    groups = {
        frozenset(other for other in on_one if other in reached(key, ways) and key in reached(other, ways))
        for key in on_one
    }
    assert len(cycles) == len(groups)
    assert {next(group for group in groups if cycle[0] in group) for cycle in cycles} == groups


@given(WAYS)
def test_the_groups_hold_every_activity_once_and_sources_come_first(ways: list[Way]) -> None:
    groups = graph_of(ways).components
    order = {key: number for number, group in enumerate(groups) for key in group}
    assert sorted(order) == sorted(KEYS)
    assert sum(len(group) for group in groups) == len(KEYS)
    assert all(order[source] <= order[target] for source, target, _ in ways)
