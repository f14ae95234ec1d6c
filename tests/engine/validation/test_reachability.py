from tests.engine.simulation import activity, edge, workflow
from tests.engine.validation.finding import faults, message


def test_a_circle_is_named_once_at_the_edge_that_closes_it() -> None:
    data = workflow(
        [activity(key) for key in "abcd"],
        [edge("trigger", "a"), edge("a", "b"), edge("b", "c"), edge("c", "a"), edge("c", "d")],
    )
    assert faults(data) == [("CYCLE", "edges/3")]
    assert (
        message(data)
        == "The edges lead in a circle: a → b → c → a. To do something again and again, use a Loop."
    )


def test_an_edge_to_itself_is_a_circle() -> None:
    data = workflow([activity("a")], [edge("trigger", "a"), edge("a", "a")])
    assert faults(data) == [("CYCLE", "edges/1")]
    assert message(data).startswith("The edges lead in a circle: a → a.")


def test_circles_apart_from_one_another_are_told_apart() -> None:
    data = workflow(
        [activity(key) for key in "abcd"],
        [
            edge("trigger", "a"),
            edge("a", "b"),
            edge("b", "a"),
            edge("b", "c"),
            edge("c", "d"),
            edge("d", "c", "error"),
        ],
    )
    assert faults(data) == [("CYCLE", "edges/2"), ("CYCLE", "edges/5")]


def test_a_circle_inside_a_body_is_found() -> None:
    data = workflow(
        [activity("l", "loop"), activity("a", parent="l"), activity("b", parent="l")],
        [edge("trigger", "l"), edge("l", "a", "each"), edge("a", "b"), edge("b", "a")],
    )
    assert faults(data) == [("CYCLE", "edges/3")]


def test_branches_that_join_are_no_circle() -> None:
    data = workflow(
        [activity("a", "if_else"), activity("b"), activity("c"), activity("d")],
        [
            edge("trigger", "a"),
            edge("a", "b", "true"),
            edge("a", "c", "false"),
            edge("b", "d"),
            edge("c", "d"),
        ],
    )
    assert faults(data) == []


def test_what_no_way_leads_to_is_unreachable() -> None:
    data = workflow([activity("a"), activity("b"), activity("c")], [edge("trigger", "a"), edge("b", "c")])
    assert faults(data) == [("UNREACHABLE", "activities/1"), ("UNREACHABLE", "activities/2")]


def test_a_body_that_nothing_enters_is_unreachable() -> None:
    data = workflow([activity("l", "loop"), activity("a", parent="l")], [edge("trigger", "l")])
    assert faults(data) == [("UNREACHABLE", "activities/1")]
    assert message(data) == (
        "No way leads to 'a': add an edge to it that can be reached from the exit 'each' of 'l'."
    )


def test_a_circle_that_no_way_leads_into_is_unreachable_too() -> None:
    data = workflow(
        [activity("a"), activity("b"), activity("c")], [edge("trigger", "a"), edge("b", "c"), edge("c", "b")]
    )
    assert faults(data) == [
        ("CYCLE", "edges/2"),
        ("UNREACHABLE", "activities/1"),
        ("UNREACHABLE", "activities/2"),
    ]


def test_an_edge_that_is_told_of_still_leads_somewhere() -> None:
    data = workflow(
        [activity("a"), activity("b"), activity("c")],
        [edge("trigger", "a"), edge("a", "b", "nxt"), edge("aa", "c")],
    )
    assert faults(data) == [("EXIT_UNKNOWN", "edges/1/exit"), ("EDGE_UNKNOWN", "edges/2/from")]


def test_a_workflow_without_activities_and_a_loop_without_a_body_are_fine() -> None:
    assert faults(workflow([], [])) == []
    assert faults(workflow([activity("l", "loop")], [edge("trigger", "l")])) == []
