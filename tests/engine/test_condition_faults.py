from typing import Any

import pytest

from engine.conditions import OPERATORS, check_group

GROUP = "A condition group is an object with 'match' and 'conditions'"
MATCH = '\'match\' is "all" or "any"'
CONDITIONS = "'conditions' is a list of conditions and groups"
CONDITION = "A condition is an object with 'left', 'operator' and 'right'"


def one(left: str, operator: str, right: Any = None) -> dict[str, Any]:
    return {"match": "all", "conditions": [{"left": left, "operator": operator, "right": right}]}


@pytest.mark.parametrize(
    ("config", "faults"),
    [
        (one("{{ a }}", "equals", None), []),
        ({"match": "any", "conditions": [{"left": "", "operator": "is_empty"}]}, []),
        ({"match": "any", "conditions": [{"left": "a", "operator": "is_true", "right": ""}]}, []),
        (None, [((), GROUP)]),
        ([], [((), GROUP)]),
        ({}, [(("match",), MATCH), (("conditions",), CONDITIONS)]),
        ({"match": [], "conditions": {}}, [(("match",), MATCH), (("conditions",), CONDITIONS)]),
        ({"match": "all", "conditions": []}, [(("conditions",), "At least one condition is needed")]),
        ({"match": "all", "conditions": [5]}, [(("conditions", 0), CONDITION)]),
        (
            {"match": "all", "exit": "x", "conditions": [{"left": 5, "operator": "is", "value": 1}]},
            [
                (("exit",), "There is no 'exit' here: there are conditions, match"),
                (("conditions", 0, "value"), "There is no 'value' here: there are left, operator, right"),
                (("conditions", 0, "left"), "'left' is text, such as {{ trigger.payload.score }}"),
                (("conditions", 0, "operator"), f"'operator' is one of {', '.join(OPERATORS)}"),
            ],
        ),
        (
            {
                "match": "all",
                "conditions": [{"match": "any", "conditions": [{"left": "a", "operator": "gt"}]}],
            },
            [(("conditions", 0, "conditions", 0, "right"), "'gt' needs 'right'")],
        ),
        (
            {"match": "all", "conditions": [{"match": "any"}]},
            [(("conditions", 0, "conditions"), CONDITIONS)],
        ),
        (
            one("a", "matches", "("),
            [(("conditions", 0, "right"), "'(' is no regular expression: missing ): (")],
        ),
        (one("a", "matches", "{{ a }}("), []),
    ],
)
def test_every_fault_in_the_form_of_a_group_is_listed_with_its_place(config: Any, faults: list[Any]) -> None:
    assert check_group(config) == faults


def test_a_case_may_name_its_exit() -> None:
    assert check_group({**one("a", "is_true"), "exit": "big"}, also=frozenset({"exit"})) == []


def test_the_left_side_of_a_search_is_an_attribute() -> None:
    assert check_group(one("address.city", "is_empty"), left="attribute") == []
    assert check_group({"match": "all", "conditions": []}, left="attribute") == []
    for left in ("{{ a }}", "", "a..b", " a"):
        faults = check_group(one(left, "is_empty"), left="attribute")
        assert [path for path, _ in faults] == [("conditions", 0, "left")], left


def test_groups_are_nested_at_most_eight_deep() -> None:
    def deep(levels: int) -> dict[str, Any]:
        group = one("a", "is_true")
        for _ in range(levels - 1):
            group = {"match": "all", "conditions": [group]}
        return group

    assert check_group(deep(8)) == []
    assert [message for _, message in check_group(deep(9))] == ["Groups are nested at most 8 deep"]
    assert len(check_group(deep(200))) == 1
