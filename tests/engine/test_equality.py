from copy import deepcopy

from hypothesis import assume, given

from engine.equality import same
from tests.engine.json_values import json_values


@given(json_values())
def test_a_value_is_the_same_as_a_copy_of_it(value: object) -> None:
    assume("nan" not in repr(value))  # which is no JSON, and not even itself
    assert same(value, deepcopy(value))


def test_values_that_python_takes_for_equal_are_told_apart() -> None:
    assert (
        not same(True, 1)
        and not same(0, False)
        and not same([1], [True])
        and not same({"a": 0}, {"a": False})
    )
    assert same(1, 1.0) and same({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]})
    assert not same({"a": None}, {}) and not same([1], [1, 2]) and not same("1", 1)
