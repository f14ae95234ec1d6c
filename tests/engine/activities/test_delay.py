from datetime import timedelta
from typing import Any

import pytest

from engine.activity import Waiting
from tests.engine.activities.fakes import NOW, attempt, failure


@pytest.mark.parametrize(
    ("amount", "unit", "span"),
    [
        (90, "seconds", timedelta(seconds=90)),
        (1.5, "minutes", timedelta(seconds=90)),
        (2, "hours", timedelta(hours=2)),
        (3, "days", timedelta(days=3)),
        (1, "weeks", timedelta(days=7)),
        (0, "seconds", timedelta()),
    ],
)
def test_it_waits_from_now_on(amount: float, unit: str, span: timedelta) -> None:
    outcome = attempt("delay", {"amount": amount, "unit": unit})
    assert isinstance(outcome, Waiting)
    assert outcome.until == NOW + span


def test_its_output_says_until_when() -> None:
    outcome = attempt("delay", {"amount": 90, "unit": "minutes"})
    assert isinstance(outcome, Waiting)
    assert outcome.outputs == {"until": "2026-11-22T11:00:00.000000Z"}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"amount": -1, "unit": "days"}, "'amount' must be greater than or equal to 0, but is -1."),
        ({"amount": "5", "unit": "days"}, "'amount' must be a number, but is '5'."),
        (
            {"amount": 5, "unit": "months"},
            "'unit' must be 'seconds', 'minutes', 'hours', 'days' or 'weeks', but is 'months'.",
        ),
        ({"amount": 600, "unit": "weeks"}, "This takes a delay of at most 3660 days."),
        ({"amount": 1e300, "unit": "weeks"}, "This takes a delay of at most 3660 days."),
        ({"unit": "days"}, "'amount' is missing; it is required."),
    ],
)
def test_what_cannot_be_waited_for_is_refused(config: dict[str, Any], said: str) -> None:
    error = failure("delay", config)
    assert error.code == "CONFIG_INVALID"
    assert error.message.startswith(said)
