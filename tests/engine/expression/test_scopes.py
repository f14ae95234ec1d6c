from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from engine.expression import ExpressionError, parse

SCOPE = {
    "trigger": {"payload": {"amount": 5, "tags": ["a", "vip"], "name": "Ada"}},
    "loop": {"item": {"values": {"founded": "2013 (1888)"}}, "index": 2},
}


class Lazy(Mapping[str, object]):
    """Counts what is asked for, as the outputs of activities are loaded."""

    def __init__(self, values: dict[str, object]) -> None:
        self.values_, self.asked = values, list[str]()

    def __getitem__(self, key: str) -> object:
        self.asked.append(key)
        return self.values_[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


def test_a_lazy_scope_is_asked_only_for_what_is_read() -> None:
    activities = Lazy({"age": Lazy({"value": 3}), "other": Lazy({"value": 4})})

    assert parse("activities.age.value + 1").evaluate({"activities": activities}) == 4
    assert activities.asked == ["age"]


def test_lazy_objects_leave_as_plain_ones() -> None:
    scope = {"record": Lazy({"values": Lazy({"tags": ["a"]})})}

    value = parse("[record]").evaluate(scope)

    assert value == [{"values": {"tags": ["a"]}}]
    assert type(value[0]) is dict
    assert type(value[0]["values"]) is dict


def test_lazy_objects_count_compare_and_are_written_like_others() -> None:
    scope = {"one": Lazy({"a": [1]}), "other": {"a": [1.0]}, "none": Lazy({})}

    assert parse("[one == other, LEN(one), JSON(one), not none, 'a' in one]").evaluate(scope) == [
        True,
        1,
        '{"a":[1]}',
        True,
        True,
    ]
    assert parse("UNIQUE([one, other])").evaluate(scope) == [{"a": [1]}]


def test_a_result_shares_nothing_with_the_scope() -> None:
    scope: dict[str, Any] = {"a": {"b": [1]}}

    value: Any = parse("a").evaluate(scope)
    value["b"].append(2)

    assert scope == {"a": {"b": [1]}}


def test_the_trace_holds_each_path_as_written_with_its_value() -> None:
    value, variables = parse(
        "trigger.payload.tags[loop.index - 1] + loop.item.values['founded']"
    ).evaluate_traced(SCOPE)

    assert value == "vip2013 (1888)"
    assert variables == {
        "loop.index": 2,
        "trigger.payload.tags[loop.index - 1]": "vip",
        "loop.item.values['founded']": "2013 (1888)",
    }


def test_a_failed_evaluation_shows_what_it_had_read() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("trigger.payload.amount + trigger.payload.name + loop.index").evaluate_traced(SCOPE)

    assert caught.value.variables == {"trigger.payload.amount": 5, "trigger.payload.name": "Ada"}


def test_a_trace_shows_large_values_by_their_beginning() -> None:
    scope = {
        "list": list(range(9000)),
        "text": "x" * 20_000,
        "object": {f"key{index}": "y" * 100 for index in range(300)},
    }

    _, variables = parse("[LEN(list), LEN(text), LEN(object)]").evaluate_traced(scope)

    assert variables == {
        "list": {"$list": {"count": 9000, "first": list(range(10))}},
        "text": "x" * 1000 + "…",
        "object": {"$object": {"count": 300, "keys": [f"key{index}" for index in range(10)]}},
    }
