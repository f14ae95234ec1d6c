import pytest

from tests.engine.simulation import activity, edge, workflow
from tests.engine.validation.finding import faults, message

LOOP = [activity("l", "loop"), activity("in_it", parent="l"), activity("after")]
WAYS = [edge("trigger", "l"), edge("l", "in_it", "each"), edge("l", "after")]


def test_an_edge_from_or_to_nothing_is_unknown() -> None:
    data = workflow([activity("a"), activity("b")], [edge("trigger", "a"), edge("a", "c"), edge("d", "b")])
    assert faults(data) == [("EDGE_UNKNOWN", "edges/1/to"), ("EDGE_UNKNOWN", "edges/2/from")]


def test_the_nearest_key_is_offered() -> None:
    data = workflow(
        [activity("fetch"), activity("store")],
        [edge("trigger", "fetch"), edge("fetch", "store"), edge("fetch", "stroe")],
    )
    assert (
        message(data)
        == "There is no activity 'stroe' to lead to; there are fetch, store. Did you mean 'store'?"
    )


def test_nothing_leads_to_the_trigger() -> None:
    data = workflow([activity("a")], [edge("trigger", "a"), edge("a", "trigger")])
    assert faults(data) == [("EDGE_UNKNOWN", "edges/1/to")]
    assert message(data) == "Nothing leads to the trigger; it only begins runs."


def test_the_same_edge_twice_is_a_fault() -> None:
    data = workflow([activity("a")], [edge("trigger", "a"), edge("trigger", "a")])
    assert faults(data) == [("EDGE_UNKNOWN", "edges/1")]


def test_two_exits_may_lead_to_the_same_activity() -> None:
    data = workflow(
        [activity("a", "if_else"), activity("b")],
        [edge("trigger", "a"), edge("a", "b", "true"), edge("a", "b", "false"), edge("a", "b", "error")],
    )
    assert faults(data) == []


@pytest.mark.parametrize(
    ("kind", "exits"),
    [("formula", ["next", "error"]), ("if_else", ["true", "false", "error"]), ("filter", ["next", "error"])],
)
def test_an_edge_leaves_by_an_exit_that_there_is(kind: str, exits: list[str]) -> None:
    for name in ("next", "error", "true", "false", "each", "default", "Next", ""):
        data = workflow([activity("a", kind), activity("b")], [edge("trigger", "a"), edge("a", "b", name)])
        assert faults(data) == ([] if name in exits else [("EXIT_UNKNOWN", "edges/1/exit")])


def test_the_exits_of_a_switch_are_those_of_its_cases() -> None:
    case = {"exit": "big", "match": "all", "conditions": [{"left": "{{ 1 }}", "operator": "is_true"}]}
    switch = {"key": "s", "type": "switch", "config": {"cases": [case]}}
    data = workflow(
        [switch, activity("b")], [edge("trigger", "s"), edge("s", "b", "big"), edge("s", "b", "small")]
    )
    assert faults(data) == [("EXIT_UNKNOWN", "edges/2/exit")]
    assert message(data) == "'s' has no exit 'small'; it has big, default, error."


def test_the_trigger_has_one_exit() -> None:
    assert faults(workflow([activity("a")], [edge("trigger", "a", "error")])) == [
        ("EXIT_UNKNOWN", "edges/0/exit")
    ]


def test_edges_stay_within_a_scope_but_for_the_way_into_a_body() -> None:
    assert faults(workflow(LOOP, WAYS)) == []


@pytest.mark.parametrize(
    ("source", "target", "exit_name", "said"),
    [
        (
            "in_it",
            "after",
            "next",
            "The exit 'next' of 'in_it' leads in the body of 'l', but 'after' is at the top. What comes after a Loop "
            "follows its exit 'next'.",
        ),
        (
            "in_it",
            "l",
            "next",
            "The exit 'next' of 'in_it' leads in the body of 'l', but 'l' is at the top. No edge leads back: an iteration "
            "ends where nothing follows.",
        ),
        (
            "l",
            "in_it",
            "next",
            "The exit 'next' of 'l' leads at the top, but 'in_it' is in the body of 'l'. A body is entered by the exit 'each'.",
        ),
        (
            "l",
            "after",
            "each",
            "The exit 'each' of 'l' leads in the body of 'l', but 'after' is at the top. Edges stay within one scope.",
        ),
        (
            "after",
            "in_it",
            "next",
            "The exit 'next' of 'after' leads at the top, but 'in_it' is in the body of 'l'. A body is entered by the exit "
            "'each' of its Loop.",
        ),
        (
            "trigger",
            "in_it",
            "next",
            "The trigger leads at the top, but 'in_it' is in the body of 'l'. A body is entered by the exit 'each' of its Loop.",
        ),
    ],
)
def test_an_edge_into_another_scope_crosses(source: str, target: str, exit_name: str, said: str) -> None:
    data = workflow(LOOP, [*WAYS, edge(source, target, exit_name)])
    assert faults(data) == [("SCOPE_CROSSED", "edges/3")]
    assert message(data) == said


def test_an_edge_between_the_bodies_of_two_loops_crosses() -> None:
    activities = [*LOOP, activity("m", "loop"), activity("in_m", parent="m")]
    ways = [*WAYS, edge("after", "m"), edge("m", "in_m", "each"), edge("in_it", "in_m")]
    assert faults(workflow(activities, ways)) == [("SCOPE_CROSSED", "edges/5")]
