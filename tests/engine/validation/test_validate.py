import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.reading import read_definition
from engine.validation import validate
from engine.validation.validate import MAX_PROBLEMS
from tests.engine.json_values import json_values
from tests.engine.random_workflows import workflows
from tests.engine.simulation import activity, edge, workflow
from tests.engine.validation.finding import faults

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.json"))


def test_fifteen_different_faults_give_fifteen_entries() -> None:
    data = workflow(
        [
            activity("bad key"),
            activity("twice"),
            activity("twice"),
            activity("odd", "sundial", x=1),
            activity("l", "loop", items=[], mode="paralel"),
            activity("inner", parent="l", expression="activities.after.value"),
            activity("lost", parent="nobody"),
            activity("after", expression="1 +"),
            activity("alone"),
            activity("back"),
            activity("forth", retry={"maxAttempts": 99}),
            activity("wild", expression="nonsense.x"),
        ],
        [
            edge("trigger", "bad key"), edge("trigger", "twice"), edge("twice", "odd"), edge("twice", "l"),
            edge("l", "inner", "each"), edge("l", "lost", "each"), edge("l", "after"), edge("inner", "after"),
            edge("after", "back"), edge("back", "forth"), edge("forth", "back"), edge("forth", "nowhere"),
            edge("forth", "wild", "true"), edge("trigger", "twice"),
        ],
    )  # fmt: skip
    data["trigger"] = {"type": "WEBHOOKS"}
    found = faults(data)
    assert found == [
        ("KEY_INVALID", "activities/0/key"),
        ("KEY_DUPLICATE", "activities/2/key"),
        ("TYPE_UNKNOWN", "trigger/type"),
        ("TYPE_UNKNOWN", "activities/3/type"),
        ("CONFIG_INVALID", "activities/4/config/mode"),
        ("CONFIG_INVALID", "activities/10/retry/maxAttempts"),
        ("PARENT_UNKNOWN", "activities/6/parent"),
        ("EDGE_UNKNOWN", "edges/11/to"),
        ("EXIT_UNKNOWN", "edges/12/exit"),
        ("EDGE_UNKNOWN", "edges/13"),
        ("SCOPE_CROSSED", "edges/7"),
        ("CYCLE", "edges/10"),
        ("UNREACHABLE", "activities/8"),
        ("REFERENCE_NOT_UPSTREAM", "activities/5/config/expression"),
        ("TEMPLATE_SYNTAX", "activities/7/config/expression"),
        ("TEMPLATE_SYNTAX", "activities/11/config/expression"),
    ]


FAULTY: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("delay", {"amount": -1, "unit": "days"}, "amount", "must be greater than or equal to 0, but is -1."),
    ("delay_until", {"timestamp": "soon"}, "timestamp", "takes an ISO date or timestamp, such as 2026-11-22"),
    ("round_robin", {"members": []}, "members", "must have at least 1 item."),
    ("loop", {"items": [], "concurrency": 99}, "concurrency", "must be less than or equal to 50, but is 99."),
    (
        "adjust_time",
        {"timestamp": "2026-11-22", "amount": 1, "unit": "days", "timezone": "Europe/Berln"},
        "timezone",
        "takes the IANA name of a time zone, such as Europe/Berlin, but is 'Europe/Berln'.",
    ),
    ("random_number", {"min": 1}, "max", "is missing; it is required."),
    (
        "parse_json",
        {"text": "{}", "schema": {"required": "a"}},
        "schema/required",
        "'schema.required' must be of type \"array\"; it is 'a'.",
    ),
    ("formula", {"expression": "SUMM(1)"}, "expression", "There is no function 'SUMM'"),
    ("aggregate", {"items": "all", "operation": "sum"}, "items", "must be a list, but is 'all'."),
    (
        "find_records",
        {"object": "o", "limit": 1000},
        "limit",
        "must be less than or equal to 100, but is 1000.",
    ),
    ("create_record", {"object": "", "values": {}}, "object", "must have at least 1 character"),
    ("update_record", {"record": 5, "values": {}}, "record", "takes the id of a record, or a record"),
    ("http_request", {"url": "https://example.com/", "method": "FETCH"}, "method", "must be 'GET', "),
    ("if_else", {"match": "all", "conditions": []}, "conditions", "must have at least 1 item."),
    ("switch", {"cases": []}, "cases", "must have at least 1 item. The cases: each has an `exit` of its own"),
    ("filter", {"match": "none", "conditions": []}, "match", "must be 'all' or 'any', but is 'none'."),
)


def test_a_fault_in_each_of_sixteen_types_gives_sixteen_entries_that_say_what_would_be_right() -> None:
    activities: list[dict[str, Any]] = [
        {"key": f"a{index}", "type": kind, "config": config}
        for index, (kind, config, _, _) in enumerate(FAULTY)
    ]
    edges = [edge("trigger", one["key"]) for one in activities]
    problems = {"/".join(one.path[1:]): one.message for one in validate(workflow(activities, edges))}
    for index, (_, _, where, said) in enumerate(FAULTY):
        assert said in problems[f"activities/{index}/config/{where}"]
    assert len(problems) == len(FAULTY) + 1  # the filter has no conditions either


def test_faults_of_form_and_of_meaning_are_told_together() -> None:
    data = workflow(
        [
            activity("a"),
            {"key": "b", "config": {}},
            {"key": "c", "type": "formula", "config": 5},
            {"type": "formula"},
        ],
        [edge("trigger", "a"), edge("a", "b"), edge("b", "c"), {"from": "a"}],
    )
    data["activities"][0]["config"] = {}
    assert faults(data) == [
        ("VALUE_INVALID", "activities/1/type"),
        ("VALUE_INVALID", "activities/2/config"),
        ("VALUE_INVALID", "activities/3/key"),
        ("VALUE_INVALID", "edges/3/to"),
        ("CONFIG_INVALID", "activities/0/config/expression"),
    ]


def test_what_is_too_large_is_looked_into_no_further() -> None:
    many = [{"key": "a", "type": "nothing"}] * 501
    assert faults(workflow(many, [])) == [("TOO_LARGE", "activities")]


def test_a_list_of_faults_ends_somewhere_and_says_so() -> None:
    data = workflow(
        [activity("a")], [edge("trigger", "a"), *(edge("a", f"x{number}") for number in range(1500))]
    )
    problems = validate(data)
    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1].message == "There are more faults than these 1000."


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_can_be_published(path: Path) -> None:
    data = json.loads(path.read_text())
    assert validate({name: data[name] for name in ("trigger", "activities", "edges")}) == []


@given(workflows())
def test_a_workflow_in_which_all_is_right_has_no_faults(data: dict[str, Any]) -> None:
    assert validate(data) == []
    read_definition(data)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_validating_anything_never_raises(data: st.DataObject) -> None:
    keys = st.sampled_from(["a", "b", "c", "trigger", ""])
    activities = st.fixed_dictionaries(
        {
            "key": keys,
            "type": st.sampled_from(
                ["formula", "loop", "switch", "if_else", "find_records", "http_request", "x"]
            ),
        },
        optional={"config": json_values(), "parent": keys, "retry": json_values()},
    )
    edges = st.fixed_dictionaries(
        {"from": keys, "to": keys}, optional={"exit": st.sampled_from(["next", "each", "error"])}
    )
    definition = {
        "trigger": data.draw(
            st.fixed_dictionaries({"type": st.just("MANUAL")}, optional={"config": json_values()})
        ),
        "activities": data.draw(st.lists(activities, max_size=5)),
        "edges": data.draw(st.lists(edges, max_size=8)),
    }
    assert all(problem.message and problem.path[0] == "definition" for problem in validate(definition))


@given(json_values())
def test_validating_any_json_never_raises(data: Any) -> None:
    assert all(problem.path[0] == "definition" for problem in validate(data))
