"""Which changes of records a trigger watches, and what is shown of its conditions."""

from typing import Any

import pytest

from engine.triggers.firing import names_of
from engine.triggers.record_change import concerns, created_faults, judge, updated_faults


def names(values: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    def record(of: dict[str, Any] | None) -> dict[str, Any] | None:
        return None if of is None else {"id": "rec_1", "object": "deals", "values": of}

    return names_of(
        {"payload": {}, "record": record(values), "previous": record(before), "actor": {}, "firedAt": ""}
    )


def over(left: str, right: object, operator: str = "gt") -> dict[str, Any]:
    return {"left": left, "operator": operator, "right": right}


AMOUNT = "{{ trigger.record.values.amount }}"


@pytest.mark.parametrize(
    ("attributes", "before", "after", "expected"),
    [
        (None, {"a": 1}, {"a": 1, "b": 2}, True),
        (["a"], {"a": 1}, {"a": 1, "b": 2}, False),
        (["a", "b"], {"a": 1}, {"a": 1, "b": 2}, True),
        (["a"], {"a": 1}, {"a": True}, True),
        (["a"], {"a": None}, {}, False),
        (["address.city"], {"address": {"city": "Bonn", "zip": 1}}, {"address": {"city": "Bonn", "zip": 2}}, False),
        (["address.city"], {"address": {"city": "Bonn"}}, {"address": "Bonn"}, True),
        (["my field"], {"my field": [1]}, {"my field": [1, 2]}, True),
    ],
)  # fmt: skip
def test_only_a_change_of_what_is_watched_counts(
    attributes: list[str] | None, before: dict[str, Any], after: dict[str, Any], expected: bool
) -> None:
    assert concerns({"object": "deals", "attributes": attributes}, before, after) is expected


def test_without_conditions_every_change_counts() -> None:
    judged = judge({"object": "deals"}, names({}))
    assert (judged.holds, judged.shown) == (True, None)


def test_the_verdicts_say_why() -> None:
    group = {"match": "all", "conditions": [over(AMOUNT, 100), over(AMOUNT, 50, "lt")]}
    judged = judge({"object": "deals", "conditions": group}, names({"amount": 70}))
    assert judged.holds is False and judged.shown is not None
    assert (judged.shown["match"], judged.shown["matched"]) == ("all", False)
    verdicts: Any = judged.shown["conditions"]
    assert [(one["leftValue"], one["rightValue"], one["holds"], one["evaluated"]) for one in verdicts] == [
        (70, 100, False, True),
        (None, None, None, False),
    ]


def test_a_list_of_conditions_must_hold_altogether() -> None:
    conditions = [over(AMOUNT, 50), over("{{ trigger.previous.values.amount }}", 50, "lte")]
    config = {"object": "deals", "conditions": conditions}
    assert judge(config, names({"amount": 70}, {"amount": 50})).holds
    assert not judge(config, names({"amount": 70}, {"amount": 60})).holds


def test_what_cannot_be_evaluated_does_not_hold_and_shows_why() -> None:
    judged = judge({"object": "deals", "conditions": [over(AMOUNT, 50)]}, names({"amount": "much"}))
    assert judged.holds is False and judged.shown is not None
    error: Any = judged.shown["error"]
    assert error["code"] == "CONDITION_TYPES"
    assert "cases" not in error["detail"] and error["detail"]["condition"] == "conditions.0"
    assert judged.shown["matched"] is None
    missing = judge(
        {"object": "deals", "conditions": [over("{{ trigger.record.values.x + 1 }}", 1)]}, names({})
    )
    assert missing.shown is not None and missing.shown["error"]["code"] == "VALUE_MISSING"  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"object": "deals"}, []),
        ({}, [("object",)]),
        ({"object": "  "}, [("object",)]),
        ({"object": "{{ trigger.x }}"}, [("object",)]),
        ({"object": 5, "objekt": "x"}, [("object",), ("objekt",)]),
        ({"object": "deals", "conditions": []}, [("conditions",)]),
        ({"object": "deals", "conditions": {"match": "some", "conditions": [{"left": "x", "operator": "is"}]}},
         [("conditions", "match"), ("conditions", "conditions", "0", "operator")]),
        ({"object": "deals", "conditions": [{"left": "x", "operator": "equals"}]}, [("conditions", "0", "right")]),
        ({"object": "deals", "conditions": 7}, [("conditions",)]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(
    config: dict[str, Any], expected: list[tuple[str, ...]]
) -> None:
    assert [path for path, _ in created_faults(config)] == expected
    assert [path for path, _ in updated_faults(config)] == expected


def test_attributes_are_those_of_an_update() -> None:
    assert [path for path, _ in created_faults({"object": "deals", "attributes": ["a"]})] == [("attributes",)]
    assert list(updated_faults({"object": "deals", "attributes": ["a", "address.city"]})) == []
    assert [path for path, _ in updated_faults({"object": "deals", "attributes": []})] == [("attributes",)]
    assert [path for path, _ in updated_faults({"object": "deals", "attributes": ["a["]})] == [
        ("attributes", "0")
    ]
