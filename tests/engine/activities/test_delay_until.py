from datetime import UTC, datetime, timedelta

import pytest

from engine.activity import Completed, Waiting
from engine.values import format_time
from tests.engine.activities.fakes import NOW, attempt, failure


@pytest.mark.parametrize(
    ("timestamp", "until"),
    [
        ("2026-11-22T09:30:01Z", NOW + timedelta(seconds=1)),
        ("2026-12-24", datetime(2026, 12, 24, tzinfo=UTC)),
        ("2026-12-24T18:00", datetime(2026, 12, 24, 18, tzinfo=UTC)),
        ("2026-12-24T18:00:00+01:00", datetime(2026, 12, 24, 17, tzinfo=UTC)),
        ("2036-11-29T09:30:00Z", NOW + timedelta(days=3660)),
    ],
)
def test_it_waits_until_the_moment_and_says_so_in_utc(timestamp: str, until: datetime) -> None:
    assert attempt("delay_until", {"timestamp": timestamp}) == Waiting(
        until=until, outputs={"until": format_time(until)}
    )


@pytest.mark.parametrize("timestamp", ["2026-11-22T09:30:00Z", "2026-11-22", "0001-01-01"])
def test_a_moment_that_has_come_is_not_waited_for(timestamp: str) -> None:
    outcome = attempt("delay_until", {"timestamp": timestamp})
    assert isinstance(outcome, Completed)
    assert outcome.exit == "next"
    assert str(outcome.outputs["until"]).startswith(timestamp[:10])


def test_a_moment_too_far_away_fails_it() -> None:
    error = failure("delay_until", {"timestamp": "9999-12-31"})
    assert (error.code, error.retryable) == ("VALUE_OUT_OF_RANGE", False)
    assert error.message == (
        "9999-12-31T00:00:00.000000Z is more than 3660 days away; a wait may not be longer."
    )


@pytest.mark.parametrize("timestamp", ["tomorrow", "", "2026-02-30", "24.12.2026", 1790000000])
def test_what_is_no_timestamp_is_refused_with_an_example(timestamp: object) -> None:
    error = failure("delay_until", {"timestamp": timestamp})
    assert error.code == "CONFIG_INVALID"
    expected = (
        "must be a text"
        if isinstance(timestamp, int)
        else "takes an ISO date or timestamp, such as 2026-11-22"
    )
    assert error.message.startswith(f"'timestamp' {expected}")
