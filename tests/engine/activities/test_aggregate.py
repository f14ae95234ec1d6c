from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.activities.aggregate import AggregateConfig
from engine.config_faults import check_written
from tests.engine.activities.fakes import World, completed, failure


def value(items: list[Any], operation: str, field: str | None = None) -> Any:
    config = {"items": items, "operation": operation, **({"field": field} if field else {})}
    return completed("aggregate", config).outputs["value"]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [("sum", 10), ("average", 2.5), ("min", 1), ("max", 4), ("count", 4), ("median", 2.5)],
)
def test_it_works_out_each_operation(operation: str, expected: float) -> None:
    assert value([4, 1, 3, 2], operation) == expected


def test_a_sum_of_whole_numbers_is_whole_and_of_fractions_exact() -> None:
    total = value([1, 2], "sum")
    assert (total, type(total)) == (3, int)
    assert value([0.1] * 10, "sum") == 1.0


@pytest.mark.parametrize("operation", ["sum", "average", "min", "max", "count", "median"])
def test_entries_that_are_null_count_for_nothing(operation: str) -> None:
    assert value([None, 5, None], operation) == (1 if operation == "count" else 5)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [("sum", 0), ("count", 0), ("average", None), ("min", None), ("max", None), ("median", None)],
)
def test_over_nothing_sum_and_count_give_zero_and_the_others_null(
    operation: str, expected: int | None
) -> None:
    assert value([], operation) == expected
    assert value([None], operation) == expected


def test_a_field_is_a_path_inside_each_entry() -> None:
    records = [{"values": {"score": 3}}, {"values": {"score": 5}}, {"values": {}}]
    assert value(records, "average", "values.score") == 4
    assert value(records, "count", "values.score") == 2
    assert value([[1, 2], [3, 4]], "sum", "[1]") == 6


def test_the_smallest_and_largest_of_texts_are_by_their_letters() -> None:
    assert value(["2026-11-22", "2025-01-01"], "min") == "2025-01-01"
    assert value(["2026-11-22", "2025-01-01"], "max") == "2026-11-22"


def test_count_takes_anything() -> None:
    assert value([1, "a", {}, [], True, None], "count") == 5


@pytest.mark.parametrize(
    ("items", "operation", "said"),
    [
        ([1, "2"], "sum", "sum takes numbers, but entry 1 (counted from 0) is the text '2'."),
        ([1, True], "average", "average takes numbers, but entry 1 (counted from 0) is a boolean."),
        ([[1]], "median", "median takes numbers, but entry 0 (counted from 0) is a list."),
        (
            [1, "a"],
            "max",
            "max takes numbers or texts, not both, but entry 1 (counted from 0) is the text 'a'.",
        ),
        (
            ["a", 1],
            "min",
            "min takes numbers or texts, not both, but entry 1 (counted from 0) is the number 1.",
        ),
        ([True], "min", "min takes numbers or texts, not both, but entry 0 (counted from 0) is a boolean."),
    ],
)
def test_an_entry_of_the_wrong_type_fails_it_and_is_named(
    items: list[Any], operation: str, said: str
) -> None:
    error = failure("aggregate", {"items": items, "operation": operation})
    assert (error.code, error.message, error.retryable) == ("VALUE_TYPES", said, False)


def test_records_without_a_field_fail_with_a_hint_at_the_field() -> None:
    error = failure("aggregate", {"items": [{"values": {"score": 1}}], "operation": "sum"})
    assert error.detail == {"index": 0, "field": None, "value": {"values": {"score": 1}}, "operation": "sum"}
    assert error.hint == "Name the part of each entry in `field`, such as values.score."


def test_a_field_that_no_entry_has_is_said_in_the_log() -> None:
    world = World()
    config = {"items": [{"id": "rec_1", "values": {"score": 1}}], "operation": "sum", "field": "score"}
    assert completed("aggregate", config, world=world).outputs == {"value": 0}
    assert world.lines == [("warning", "No entry has 'score': the first one has id, values.")]


def test_a_field_that_some_entry_has_says_nothing() -> None:
    world = World()
    completed("aggregate", {"items": [{"a": None}, {}], "operation": "sum", "field": "a"}, world=world)
    assert world.lines == []


def test_a_sum_beyond_all_numbers_fails() -> None:
    assert failure("aggregate", {"items": [1.7e308, 1.7e308], "operation": "sum"}).code == "VALUE_TOO_LARGE"
    assert failure("aggregate", {"items": [2**62] * 4, "operation": "sum"}).code == "VALUE_TOO_LARGE"


def test_a_field_that_is_no_path_is_refused_as_it_is_written() -> None:
    (fault,) = check_written(AggregateConfig, {"items": [], "operation": "sum", "field": "a..b"})
    assert fault.path == ("field",)
    assert fault.message.startswith("'field' takes a path, such as score")


def test_an_operation_that_there_is_not_is_refused() -> None:
    error = failure("aggregate", {"items": [], "operation": "total"})
    assert error.code == "CONFIG_INVALID"
    assert error.message.startswith(
        "'operation' must be 'sum', 'average', 'min', 'max', 'count' or 'median', but is 'total'."
    )


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1))
def test_the_smallest_the_average_and_the_largest_are_in_order(numbers: list[int]) -> None:
    least, middle, most = (value(numbers, operation) for operation in ("min", "average", "max"))
    assert least <= middle <= most
    assert least <= value(numbers, "median") <= most
    assert value(numbers, "sum") == sum(numbers)
