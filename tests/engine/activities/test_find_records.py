from typing import Any

import pytest

from engine.activities.find_records import check
from engine.ports import PortError
from tests.engine.activities.fakes import World, completed, failure, prepared

SCOPE = {"trigger": {"payload": {"sector": "Energy", "least": 3}}}
RECORD = {"id": "rec_1", "object": "companies", "values": {"name": "Ada"}}


def group(*conditions: dict[str, Any], match: str = "all") -> dict[str, Any]:
    return {"match": match, "conditions": list(conditions)}


def test_it_gives_the_records_and_how_many_there_are() -> None:
    outcome = completed("find_records", {"object": "companies"}, world=World(found=[RECORD, RECORD]))
    assert (outcome.outputs, outcome.result) == ({"records": [RECORD, RECORD], "count": 2}, None)


def test_without_conditions_it_asks_for_the_first_20_of_all() -> None:
    world = World()
    completed("find_records", {"object": "companies"}, world=world)
    assert world.searches == [("companies", None, [], 20)]


def test_the_right_sides_of_its_conditions_are_rendered_and_the_left_ones_are_attributes() -> None:
    world = World()
    config = {
        "object": "{{ 'comp' + 'anies' }}",
        "conditions": group(
            {"left": "sector", "operator": "equals", "right": "{{ trigger.payload.sector }}"},
            group(
                {"left": "score", "operator": "gte", "right": "{{ trigger.payload.least + 1 }}"}, match="any"
            ),
        ),
        "sort": [{"by": "score", "direction": "DESC"}, {"by": "name"}],
        "limit": 100,
    }
    completed("find_records", config, SCOPE, world)
    rendered = group(
        {"left": "sector", "operator": "equals", "right": "Energy"},
        group({"left": "score", "operator": "gte", "right": 4}, match="any"),
    )
    sort = [{"by": "score", "direction": "desc"}, {"by": "name", "direction": "asc"}]
    assert world.searches == [("companies", rendered, sort, 100)]


def test_a_list_of_conditions_is_a_group_of_which_all_must_hold() -> None:
    world = World()
    condition = {"left": "sector", "operator": "equals", "right": "Energy"}
    completed("find_records", {"object": "companies", "conditions": [condition]}, world=world)
    assert world.searches == [("companies", group(condition), [], 20)]


def test_a_bare_path_that_is_missing_is_null() -> None:
    world = World()
    condition = {"left": "sector", "operator": "equals", "right": "{{ trigger.payload.nothing }}"}
    completed("find_records", {"object": "companies", "conditions": group(condition)}, SCOPE, world)
    assert world.searches[0][1]["conditions"][0]["right"] is None


def test_a_missing_part_in_any_other_expression_fails_it_and_says_where() -> None:
    condition = {"left": "score", "operator": "gt", "right": "{{ trigger.payload.nothing + 1 }}"}
    error = failure("find_records", {"object": "companies", "conditions": group(condition)}, SCOPE)
    assert error.code == "VALUE_MISSING"
    assert (error.detail or {})["configPath"] == ["conditions", "conditions", "0", "right"]


def test_its_inputs_show_the_conditions_as_rendered() -> None:
    condition = {"left": "sector", "operator": "equals", "right": "{{ trigger.payload.sector }}"}
    ready = prepared("find_records", {"object": "companies", "conditions": group(condition)}, SCOPE)
    assert ready.inputs == {
        "object": "companies",
        "conditions": group({"left": "sector", "operator": "equals", "right": "Energy"}),
    }


def test_what_the_port_refuses_is_its_failure() -> None:
    error = PortError(
        "CONDITION_TYPES", "'score' of rec_1 is text.", detail={"record": "rec_1"}, hint="Mend it."
    )
    found = failure("find_records", {"object": "companies"}, world=World(found=error))
    assert (found.code, found.message, found.detail, found.hint, found.retryable) == (
        "CONDITION_TYPES",
        "'score' of rec_1 is text.",
        {"record": "rec_1"},
        "Mend it.",
        False,
    )


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"limit": 101}, "'limit' must be less than or equal to 100, but is 101."),
        ({"limit": 0}, "'limit' must be greater than or equal to 1, but is 0."),
        ({"object": ""}, "'object' must have at least 1 character, but is ''."),
        (
            {"sort": [{"by": "a", "direction": "up"}]},
            "'sort.0.direction' must be 'asc' or 'desc', but is 'up'.",
        ),
        ({"sort": [{"direction": "asc"}]}, "'sort.0.by' is missing; it is required."),
    ],
)
def test_settings_beyond_what_they_take_are_refused(config: dict[str, Any], said: str) -> None:
    error = failure("find_records", {"object": "companies", **config})
    assert error.message.startswith(said)


def test_faults_of_its_conditions_are_found_where_they_stand() -> None:
    condition = {"left": "{{ loop.item }}", "operator": "equals", "right": 1}
    assert [
        problem.path for problem in check({"conditions": group(condition, {"left": "a", "operator": "gt"})})
    ] == [("conditions", "conditions", "0", "left"), ("conditions", "conditions", "1", "right")]
    assert [problem.path for problem in check({"conditions": [condition]})] == [("conditions", "0", "left")]
    assert [problem.path for problem in check({"conditions": "all"})] == [("conditions",)]
    assert check({}) == []
