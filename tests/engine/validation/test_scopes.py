from tests.engine.simulation import activity, edge, workflow
from tests.engine.validation.finding import faults, message


def nested(depth: int) -> dict[str, object]:
    """Loops inside loops, a formula in the innermost."""
    keys = [f"l{number}" for number in range(depth)]
    parents = [None, *keys]
    loops = [activity(key, "loop", parent) for key, parent in zip(keys, parents, strict=False)]
    ways = [
        edge("trigger", "l0"),
        *(edge(one, other, "each") for one, other in zip(keys, [*keys[1:], "leaf"], strict=True)),
    ]
    return workflow([*loops, activity("leaf", parent=keys[-1])], ways)


def test_a_parent_that_there_is_not_is_unknown() -> None:
    data = workflow(
        [activity("l", "loop"), activity("a", parent="lp")], [edge("trigger", "l"), edge("l", "a", "each")]
    )
    assert faults(data) == [("PARENT_UNKNOWN", "activities/1/parent")]
    assert message(data) == "There is no Loop 'lp'; there are l. Did you mean 'l'?"


def test_a_parent_is_a_loop() -> None:
    data = workflow([activity("b"), activity("a", parent="b")], [edge("trigger", "b"), edge("b", "a")])
    assert faults(data) == [("PARENT_UNKNOWN", "activities/1/parent")]
    assert message(data) == "'b' is no Loop but of the type formula; a parent is one of none."


def test_loops_may_be_four_deep() -> None:
    assert faults(nested(4)) == []
    assert faults(nested(5)) == [("CONFIG_INVALID", "activities/4/parent")]
    assert faults(nested(6)) == [
        ("CONFIG_INVALID", "activities/4/parent"),
        ("CONFIG_INVALID", "activities/5/parent"),
    ]


def test_a_loop_is_not_inside_itself() -> None:
    data = workflow([activity("l", "loop", "l")], [edge("trigger", "l")])
    assert faults(data) == [("CYCLE", "activities/0/parent")]
    assert message(data) == "A Loop cannot be inside itself: 'l' in 'l'."


def test_loops_are_not_inside_one_another() -> None:
    data = workflow(
        [activity("l", "loop", "m"), activity("m", "loop", "l")],
        [edge("trigger", "l"), edge("l", "m", "each")],
    )
    assert faults(data) == [("CYCLE", "activities/0/parent")]
    assert message(data) == "A Loop cannot be inside itself: 'l' in 'm' in 'l'."
