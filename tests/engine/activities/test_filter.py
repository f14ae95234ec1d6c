from typing import Any

from engine.activities import ACTIVITY_TYPES
from tests.engine.activities.fakes import completed, failure

CONFIG: dict[str, Any] = {
    "match": "any",
    "conditions": [
        {"left": "{{ trigger.payload.region }}", "operator": "in", "right": ["EU", "UK"]},
        {"left": "{{ trigger.payload.vip }}", "operator": "is_true"},
    ],
}


def scope(**payload: Any) -> dict[str, Any]:
    return {"trigger": {"payload": payload}}


def test_it_goes_on_where_its_conditions_hold() -> None:
    outcome = completed("filter", CONFIG, scope(region="EU"))
    assert (outcome.exit, outcome.outputs) == ("next", {"passed": True})


def test_where_they_do_not_it_completes_without_an_exit() -> None:
    outcome = completed("filter", CONFIG, scope(region="US", vip=False))
    assert (outcome.exit, outcome.outputs) == (None, {"passed": False})
    assert outcome.result is not None
    cases = outcome.result["cases"]
    assert isinstance(cases, list)
    assert [(one["exit"], one["matched"]) for one in cases] == [("next", False)]


def test_a_missing_bare_path_is_empty_and_does_not_hold() -> None:
    assert completed("filter", CONFIG, scope()).outputs == {"passed": False}


def test_a_missing_part_in_any_other_expression_fails_it() -> None:
    config = {
        "match": "all",
        "conditions": [{"left": "{{ trigger.payload.a + 1 }}", "operator": "gt", "right": 0}],
    }
    assert failure("filter", config, scope()).code == "VALUE_MISSING"


def test_it_costs_only_where_an_edge_is_taken() -> None:
    assert [kind.type for kind in ACTIVITY_TYPES.values() if kind.conditional] == [
        "if_else",
        "switch",
        "filter",
    ]
