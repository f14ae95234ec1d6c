from typing import Any

import pytest

from tests.engine.simulation import activity, edge, workflow
from tests.engine.validation.finding import faults, message

WAYS = [
    edge("trigger", "first"), edge("first", "fork"), edge("fork", "left", "true"), edge("fork", "right", "false"),
    edge("left", "join"), edge("right", "join"), edge("first", "rescue", "error"),
    edge("join", "l"), edge("l", "inner", "each"), edge("inner", "last"), edge("l", "after"),
]  # fmt: skip


def graph(**expressions: str) -> dict[str, Any]:
    """A workflow of branches that join, a way by `error`, and a loop, with formulas as given."""

    def formula(key: str, parent: str | None = None) -> dict[str, Any]:
        return activity(key, parent=parent, expression=expressions.get(key, "1"))

    loop = activity(
        "l", "loop", items=[1], **({"collect": expressions["collect"]} if "collect" in expressions else {})
    )
    return workflow(
        [
            formula("first"), activity("fork", "if_else"), formula("left"), formula("right"), formula("join"),
            formula("rescue"), loop, formula("inner", "l"), formula("last", "l"), formula("after"),
        ],
        WAYS,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "expression"),
    [
        ("join", "activities.first.value"),
        ("join", "DEFAULT(activities.left.value, activities.right.value)"),
        ("left", "activities.fork.exit"),
        ("inner", "activities.join.value + loop.item + loop.index + loops.l.total"),
        ("last", "activities.inner.value"),
        ("after", "activities.l.collected"),
        ("after", "COUNT(activities['first'].value)"),
        ("rescue", "activities.first.error.code"),
        ("first", "trigger.payload.x + run.id + workflow.name + run.startedAt"),
        ("after", "activities[trigger.payload.key].value"),
        ("first", "trigger.anything"),
    ],
)
def test_what_can_have_run_before_may_be_referred_to(key: str, expression: str) -> None:
    assert faults(graph(**{key: expression})) == []


@pytest.mark.parametrize(
    ("key", "expression"),
    [
        ("first", "activities.join.value"),
        ("first", "activities.first.value"),
        ("left", "activities.right.value"),
        ("rescue", "activities.fork.exit"),
        ("inner", "activities.l.total"),
        ("inner", "activities.last.value"),
        ("inner", "activities.after.value"),
        ("after", "activities.inner.value"),
        ("left", "activities.first.error.code"),
        ("last", "activities.inner.error.message"),
        ("inner", "loops.first.item"),
        ("join", "activities.nobody.value"),
    ],
)
def test_what_cannot_have_run_before_is_not_upstream(key: str, expression: str) -> None:
    data = graph(**{key: expression})
    index = [one["key"] for one in data["activities"]].index(key)
    assert faults(data) == [("REFERENCE_NOT_UPSTREAM", f"activities/{index}/config/expression")]


def test_a_message_names_what_can_be_referred_to() -> None:
    assert message(graph(left="activities.right.value")) == (
        "'right' cannot have run before this; what this can refer to is first, fork."
    )
    assert message(graph(join="activities.frist.value")) == (
        "There is no activity 'frist'; what this can refer to is first, fork, left, right. Did you mean 'first'?"
    )
    assert message(graph(after="activities.inner.value")) == (
        "'inner' cannot have run before this (it is in the Loop 'l', whose `collect` gives what its iterations worked "
        "out); what this can refer to is first, fork, left, right, join, l."
    )
    assert message(graph(inner="activities.l.total")).startswith(
        "'l' cannot have run before this (it is the Loop around this, and goes on meanwhile); "
    )
    assert message(graph(left="activities.first.error.code")) == (
        "'activities.first.error' is there only on a way that left 'first' by its exit 'error'."
    )
    assert message(graph(inner="loops.m.item")) == "'m' is no Loop around this; there are l."


def test_collect_may_refer_to_the_body_and_to_the_item() -> None:
    assert (
        faults(
            graph(collect="{{ activities.inner.value + activities.first.value + loop.item + loops.l.index }}")
        )
        == []
    )
    assert faults(graph(collect="{{ activities.inner.error.code }}")) == []
    assert faults(graph(collect="{{ activities.after.value }}")) == [
        ("REFERENCE_NOT_UPSTREAM", "activities/6/config/collect")
    ]
    assert faults(graph(collect="{{ activities.l.total }}")) == [
        ("REFERENCE_NOT_UPSTREAM", "activities/6/config/collect")
    ]


def test_a_loops_items_are_seen_from_outside_it() -> None:
    data = graph()
    data["activities"][6]["config"]["items"] = "{{ activities.inner.value }}"
    assert faults(data) == [("REFERENCE_NOT_UPSTREAM", "activities/6/config/items")]
    data["activities"][6]["config"]["items"] = "{{ loop.item }}"
    assert faults(data) == [("TEMPLATE_SYNTAX", "activities/6/config/items")]


def test_an_inner_loop_sees_what_ran_around_it() -> None:
    data = workflow(
        [
            activity("before"), activity("outer", "loop", items=[1]), activity("one", parent="outer"),
            activity("nested", "loop", "outer", items="{{ loop.item }}"),
            activity("deep", parent="nested", expression="activities.one.value + activities.before.value + loops.outer.item"),
            activity("beside", parent="outer"),
            activity("wrong", parent="nested", expression="activities.beside.value"),
        ],
        [
            edge("trigger", "before"), edge("before", "outer"), edge("outer", "one", "each"), edge("one", "nested"),
            edge("nested", "deep", "each"), edge("outer", "beside", "each"), edge("nested", "wrong", "each"),
        ],
    )  # fmt: skip
    assert faults(data) == [("REFERENCE_NOT_UPSTREAM", "activities/6/config/expression")]


def test_a_name_that_there_is_not_is_a_fault_of_syntax_with_its_column() -> None:
    data = graph(first="1 + payload.x")
    assert faults(data) == [("TEMPLATE_SYNTAX", "activities/0/config/expression")]
    assert (
        message(data)
        == "There is no name 'payload' (column 5); there are trigger, activities, run, workflow."
    )
    assert message(graph(inner="lop.item")).endswith(
        "there are trigger, activities, run, workflow, loop, loops. Did you mean 'loop'?"
    )


@pytest.mark.parametrize("name", ["loop.item", "loops.l.item"])
def test_loop_is_there_only_inside_a_loop(name: str) -> None:
    data = graph(after=name)
    assert faults(data) == [("TEMPLATE_SYNTAX", "activities/9/config/expression")]
    assert "is there only inside a Loop" in message(data)


@pytest.mark.parametrize("expression", ["1 +", "{{ trigger.payload.x }}", "NOPE(1)", "'open", "a b", ""])
def test_a_wrong_syntax_is_told_with_its_column(expression: str) -> None:
    data = graph(first=expression)
    codes = [("TEMPLATE_SYNTAX" if expression else "CONFIG_INVALID", "activities/0/config/expression")]
    assert faults(data) == codes
    if expression:
        assert "column " in message(data)


def test_templates_are_found_wherever_they_stand() -> None:
    config: dict[str, Any] = {
        "object": "o",
        "values": {
            "a": [{"b": "x {{ trigger.payload.x + }}"}],
            "c": "{{ oops.x }}",
            "d": "{{ activities.none.x }}",
            "e": "{{ 1",
        },
    }
    data = workflow([activity("r", "create_record", **config)], [edge("trigger", "r")])
    assert faults(data) == [
        ("TEMPLATE_SYNTAX", "activities/0/config/values/a/0/b"),
        ("TEMPLATE_SYNTAX", "activities/0/config/values/c"),
        ("REFERENCE_NOT_UPSTREAM", "activities/0/config/values/d"),
        ("TEMPLATE_SYNTAX", "activities/0/config/values/e"),
    ]


def test_each_reference_of_a_text_is_told() -> None:
    data = graph(first="activities.left.value + activities.right.value + activities.left.other")
    assert faults(data) == [("REFERENCE_NOT_UPSTREAM", "activities/0/config/expression")] * 2


def test_of_what_no_way_leads_to_only_names_that_there_are_not_are_told() -> None:
    data = workflow(
        [activity("a"), activity("b", expression="activities.a.value + activities.c.value + loop.item")],
        [edge("trigger", "a")],
    )
    assert faults(data) == [
        ("UNREACHABLE", "activities/1"),
        ("REFERENCE_NOT_UPSTREAM", "activities/1/config/expression"),
    ]


def test_a_place_that_takes_no_template_gives_one_entry() -> None:
    condition = {"left": "{{ oops }}", "operator": "is_empty"}
    one = activity("f", "find_records", object="o", conditions={"match": "all", "conditions": [condition]})
    assert faults(workflow([one], [edge("trigger", "f")])) == [
        ("CONFIG_INVALID", "activities/0/config/conditions/conditions/0/left")
    ]
