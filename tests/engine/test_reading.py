from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.definition import Activity, Edge, RetryPolicy, Trigger
from engine.errors import Refused
from engine.reading import MAX_ACTIVITIES, definition_data, normalize, read, read_definition
from tests.engine.json_values import json_values
from tests.engine.random_workflows import workflows

BARE: dict[str, Any] = {
    "trigger": {"type": "MANUAL"},
    "activities": [
        {"key": "get", "type": "http_request", "config": {"url": "https://example.com/"}},
        {"key": "age", "type": "formula"},
    ],
    "edges": [{"from": "trigger", "to": "get"}, {"from": "get", "exit": "error", "to": "age"}],
}


def refused(data: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        read_definition(data)
    assert all(problem.path[0] == "definition" for problem in caught.value.problems)
    return [("/".join(problem.path[1:]), problem.code) for problem in caught.value.problems]


def test_every_default_is_filled_in() -> None:
    definition = read_definition(BARE)
    assert definition.trigger == Trigger(type="MANUAL", config={}, position=None)
    assert definition.activities == (
        Activity(
            key="get", type="http_request", name="get", config={"url": "https://example.com/"}, parent=None,
            retry=RetryPolicy(
                max_attempts=3, backoff_seconds=1, backoff_factor=2, max_backoff_seconds=60, timeout_seconds=60
            ),
            position=None,
        ),
        Activity(
            key="age", type="formula", name="age", config={}, parent=None,
            retry=RetryPolicy(
                max_attempts=1, backoff_seconds=1, backoff_factor=2, max_backoff_seconds=60, timeout_seconds=60
            ),
            position=None,
        ),
    )  # fmt: skip
    assert definition.edges == (
        Edge(index=0, source="trigger", exit="next", target="get"),
        Edge(index=1, source="get", exit="error", target="age"),
    )


def test_a_field_of_the_retry_policy_that_is_left_out_takes_its_default() -> None:
    data = {
        **BARE,
        "activities": [{"key": "get", "type": "http_request", "retry": {"backoffSeconds": 5}}],
        "edges": [],
    }
    (activity,) = read_definition(data).activities
    assert activity.retry == RetryPolicy(
        max_attempts=3, backoff_seconds=5, backoff_factor=2, max_backoff_seconds=60, timeout_seconds=60
    )


def test_null_counts_as_left_out() -> None:
    nulls = {"name": None, "config": None, "parent": None, "retry": None, "position": None}
    data = {
        "trigger": {"type": "MANUAL", "config": None, "position": None},
        "activities": [{**one, **(nulls if "config" not in one else {})} for one in BARE["activities"]],
        "edges": [{"from": "trigger", "to": "get", "exit": None}, BARE["edges"][1]],
    }
    assert read_definition(data) == read_definition(BARE)


def test_the_normal_form_leaves_nothing_to_default() -> None:
    assert normalize(BARE)["activities"][1] == {
        "key": "age", "type": "formula", "name": "age", "config": {}, "parent": None,
        "retry": {
            "maxAttempts": 1, "backoffSeconds": 1.0, "backoffFactor": 2.0, "maxBackoffSeconds": 60.0,
            "timeoutSeconds": 60.0,
        },
        "position": None,
    }  # fmt: skip
    assert normalize(BARE)["edges"][0] == {"from": "trigger", "exit": "next", "to": "get"}
    assert normalize(BARE)["trigger"] == {"type": "MANUAL", "config": {}, "position": None}


def test_a_definition_with_faults_of_meaning_is_read() -> None:
    data = {
        "trigger": {"type": "SUNDIAL", "config": {"inputs": 5}},
        "activities": [
            {"key": "a b", "type": "magic", "parent": "nobody", "retry": {"maxAttempts": 99}},
            {"key": "a b", "type": "formula", "position": {"x": 1, "y": -2.5}},
        ],
        "edges": [{"from": "x", "exit": "y", "to": "z"}],
    }
    definition = read_definition(data)
    assert [activity.type for activity in definition.activities] == ["magic", "formula"]
    assert definition.activities[0].retry.max_attempts == 99
    assert definition.activities[1].position == {"x": 1, "y": -2.5}
    assert normalize(normalize(data)) == normalize(data)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"activities": {}}, "activities"),
        ({"activities": None}, "activities"),
        ({"edges": "a"}, "edges"),
        ({"trigger": None}, "trigger"),
        ({"trigger": {}}, "trigger/type"),
        ({"trigger": "MANUAL"}, "trigger"),
        ({"trigger": {"type": 5}}, "trigger/type"),
        ({"trigger": {"type": "MANUAL", "config": []}}, "trigger/config"),
        ({"name": "Mine"}, "name"),
        ({"activities": [5]}, "activities/0"),
        ({"activities": [{"type": "formula"}]}, "activities/0/key"),
        ({"activities": [{"key": "a"}]}, "activities/0/type"),
        ({"activities": [{"key": 1, "type": "formula"}]}, "activities/0/key"),
        ({"activities": [{"key": "a", "type": "formula", "name": 1}]}, "activities/0/name"),
        ({"activities": [{"key": "a", "type": "formula", "config": []}]}, "activities/0/config"),
        ({"activities": [{"key": "a", "type": "formula", "parent": 1}]}, "activities/0/parent"),
        ({"activities": [{"key": "a", "type": "formula", "cnfig": {}}]}, "activities/0/cnfig"),
        ({"activities": [{"key": "a", "type": "formula", "retry": 3}]}, "activities/0/retry"),
        (
            {"activities": [{"key": "a", "type": "formula", "retry": {"maxAttempts": 1.5}}]},
            "activities/0/retry/maxAttempts",
        ),
        (
            {"activities": [{"key": "a", "type": "formula", "retry": {"maxAttempts": True}}]},
            "activities/0/retry/maxAttempts",
        ),
        (
            {"activities": [{"key": "a", "type": "formula", "retry": {"backoffSeconds": "1"}}]},
            "activities/0/retry/backoffSeconds",
        ),
        ({"activities": [{"key": "a", "type": "formula", "retry": {"max": 1}}]}, "activities/0/retry/max"),
        ({"activities": [{"key": "a", "type": "formula", "position": {"x": 1}}]}, "activities/0/position/y"),
        ({"edges": [5]}, "edges/0"),
        ({"edges": [{"to": "a"}]}, "edges/0/from"),
        ({"edges": [{"from": "a", "to": 1}]}, "edges/0/to"),
        ({"edges": [{"from": "a", "to": "b", "exit": 1}]}, "edges/0/exit"),
        ({"edges": [{"from": "a", "to": "b", "when": 1}]}, "edges/0/when"),
    ],
)
def test_what_has_not_the_form_is_refused_where_it_stands(change: dict[str, Any], where: str) -> None:
    assert refused({"trigger": {"type": "MANUAL"}, "activities": [], "edges": [], **change}) == [
        (where, "VALUE_INVALID")
    ]


@pytest.mark.parametrize("data", [None, [], "x", 5, True])
def test_a_definition_is_an_object(data: Any) -> None:
    assert refused(data) == [("", "VALUE_INVALID")]


def test_every_fault_of_form_is_told_at_once() -> None:
    data = {"activities": [5, {"key": "a", "typ": "formula"}], "edges": [{"from": 1, "to": 2}], "x": 1}
    assert refused(data) == [
        ("x", "VALUE_INVALID"), ("trigger", "VALUE_INVALID"), ("activities/0", "VALUE_INVALID"),
        ("activities/1/typ", "VALUE_INVALID"), ("activities/1/type", "VALUE_INVALID"),
        ("edges/0/from", "VALUE_INVALID"), ("edges/0/to", "VALUE_INVALID"),
    ]  # fmt: skip


def test_a_fault_says_what_is_accepted() -> None:
    (problem, _) = read(
        {"trigger": {"type": "MANUAL"}, "activities": [{"key": "a", "typ": "x"}], "edges": []}
    ).problems
    assert problem.message == (
        "There is no key 'typ' here; there are key, type, name, config, parent, retry, position. Did you mean 'type'?"
    )


def test_what_json_cannot_hold_is_refused() -> None:
    assert refused({**BARE, "trigger": {"type": "MANUAL", "config": {"a": [float("nan")]}}}) == [
        ("trigger/config/a/0", "VALUE_INVALID")
    ]
    deep: Any = 1
    for _ in range(5_000):
        deep = [deep]
    ((_, code),) = refused({**BARE, "trigger": {"type": "MANUAL", "config": {"a": deep}}})
    assert code == "VALUE_INVALID"


def test_more_than_500_activities_are_too_large() -> None:
    many = [{"key": f"a{number}", "type": "formula"} for number in range(MAX_ACTIVITIES + 1)]
    assert refused({**BARE, "activities": many}) == [("activities", "TOO_LARGE")]
    read_definition({**BARE, "activities": many[:-1]})


def test_more_than_1_mib_is_too_large() -> None:
    big = {**BARE, "trigger": {"type": "MANUAL", "config": {"a": "x" * 1024 * 1024}}}
    assert refused(big) == [("", "TOO_LARGE")]


@given(workflows())
def test_what_is_read_can_be_written_and_read_again(data: dict[str, Any]) -> None:
    definition = read_definition(data)
    assert read_definition(definition_data(definition)) == definition
    assert normalize(normalize(data)) == normalize(data)


@given(
    st.one_of(
        json_values(),
        st.fixed_dictionaries(
            {
                "trigger": json_values(),
                "activities": st.lists(json_values()),
                "edges": st.lists(json_values()),
            }
        ),
    )
)
def test_reading_never_raises(data: Any) -> None:
    reading = read(data)
    assert all(problem.path[0] == "definition" for problem in reading.problems)
