from typing import Any

import pytest

from tests.engine.activities.fakes import World, completed, failure


def test_whole_numbers_are_drawn_unless_said_otherwise() -> None:
    world = World()
    outcome = completed("random_number", {"min": 1, "max": 6.0}, world=world)
    assert outcome.outputs == {"value": 6}
    assert isinstance(outcome.outputs["value"], int)
    assert world.draws == [(1, 6)]


def test_any_number_between_the_bounds_is_drawn_on_demand() -> None:
    world = World()
    outcome = completed("random_number", {"min": 0, "max": 0.5, "integer": False}, world=world)
    assert outcome.outputs == {"value": 0.25}
    assert world.draws == [(0, 0.5)]


def test_the_bounds_may_be_the_same() -> None:
    assert completed("random_number", {"min": -3, "max": -3}).outputs == {"value": -3}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"min": 6, "max": 1}, "This takes a `min` that is not larger than `max`."),
        ({"min": 0.5, "max": 1}, "This takes a whole `min` and `max`, or `integer` false."),
        ({"min": 0, "max": 2**53 + 2}, "'max' must be less than or equal to 9007199254740992"),
        ({"min": "1", "max": 2}, "'min' must be a number, but is '1'."),
        ({"min": 1}, "'max' is missing; it is required."),
        ({"min": 1, "max": 2, "integer": 1}, "'integer' must be true or false, but is 1."),
    ],
)
def test_bounds_between_which_nothing_can_be_drawn_are_refused(config: dict[str, Any], said: str) -> None:
    error = failure("random_number", config)
    assert error.code == "CONFIG_INVALID"
    assert error.message.startswith(said)
