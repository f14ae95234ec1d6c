from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import format_time
from tests.engine.activities.fakes import completed, failure


def adjusted(timestamp: str, amount: float, unit: str, timezone: str = "UTC") -> str:
    config = {"timestamp": timestamp, "amount": amount, "unit": unit, "timezone": timezone}
    outputs = completed("adjust_time", config).outputs
    assert outputs.keys() == {"timestamp"}
    return str(outputs["timestamp"])


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (90, "seconds", "2026-11-22T09:31:30.000000Z"),
        (-90, "minutes", "2026-11-22T08:00:00.000000Z"),
        (1.5, "hours", "2026-11-22T11:00:00.000000Z"),
        (-22, "days", "2026-10-31T09:30:00.000000Z"),
        (2, "weeks", "2026-12-06T09:30:00.000000Z"),
        (3, "months", "2027-02-22T09:30:00.000000Z"),
        (-11, "months", "2025-12-22T09:30:00.000000Z"),
        (-100, "years", "1926-11-22T09:30:00.000000Z"),
        (0, "months", "2026-11-22T09:30:00.000000Z"),
    ],
)
def test_it_counts_forward_and_back(amount: float, unit: str, expected: str) -> None:
    assert adjusted("2026-11-22T09:30:00Z", amount, unit) == expected


@pytest.mark.parametrize(
    ("timestamp", "amount", "unit", "expected"),
    [
        ("2026-01-31", 1, "months", "2026-02-28"),
        ("2028-01-31", 1, "months", "2028-02-29"),
        ("2026-03-31", -1, "months", "2026-02-28"),
        ("2026-08-31", 1, "months", "2026-09-30"),
        ("2028-02-29", 1, "years", "2029-02-28"),
        ("2028-02-29", 4, "years", "2032-02-29"),
        ("2026-12-31", 14, "months", "2028-02-29"),
    ],
)
def test_a_day_that_the_month_does_not_have_becomes_its_last(
    timestamp: str, amount: int, unit: str, expected: str
) -> None:
    assert adjusted(timestamp, amount, unit) == f"{expected}T00:00:00.000000Z"


def test_months_go_by_the_calendar_of_the_zone() -> None:
    late = "2026-01-31T23:30:00Z"  # in Tokyo it is the first of February already
    assert adjusted(late, 1, "months") == "2026-02-28T23:30:00.000000Z"
    assert adjusted(late, 1, "months", "Asia/Tokyo") == "2026-02-28T23:30:00.000000Z"
    assert adjusted(late, 2, "months", "Asia/Tokyo") == "2026-03-31T23:30:00.000000Z"
    assert adjusted("2026-03-31T04:00:00Z", -1, "months", "America/New_York") == "2026-02-28T05:00:00.000000Z"


def test_the_clock_of_the_zone_stays_through_daylight_saving() -> None:
    noon = "2026-02-15T12:00:00+01:00"
    assert adjusted(noon, 6, "months", "Europe/Berlin") == "2026-08-15T10:00:00.000000Z"
    assert adjusted(noon, 1, "years", "Europe/Berlin") == "2027-02-15T11:00:00.000000Z"


def test_an_hour_that_the_clock_leaves_out_is_made_up_for() -> None:
    # On 29 March 2026 the clocks of Berlin go from 02:00 to 03:00.
    assert adjusted("2026-02-28T02:30:00", 1, "months", "Europe/Berlin") == "2026-03-28T01:30:00.000000Z"
    assert adjusted("2026-01-29T02:30:00", 2, "months", "Europe/Berlin") == "2026-03-29T01:30:00.000000Z"
    # The second 02:30 of 25 October 2026, five months later, is as good as the first.
    assert adjusted("2026-10-25T01:30:00Z", 5, "months", "Europe/Berlin") == "2027-03-25T01:30:00.000000Z"


def test_of_an_hour_that_the_clock_shows_twice_the_one_that_is_meant_stays() -> None:
    for second in ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"):  # both are 02:30 in Berlin
        assert adjusted(second, 0, "years", "Europe/Berlin") == second.replace("Z", ".000000Z")


def test_a_day_is_24_hours_whatever_the_clock_does() -> None:
    assert adjusted("2026-03-28T12:00:00", 1, "days", "Europe/Berlin") == "2026-03-29T11:00:00.000000Z"


def test_what_names_no_zone_is_read_in_the_zone() -> None:
    assert adjusted("2026-07-01", 0, "days", "America/New_York") == "2026-07-01T04:00:00.000000Z"
    assert adjusted("2026-07-01T00:00:00Z", 0, "days", "America/New_York") == "2026-07-01T00:00:00.000000Z"


@given(
    st.datetimes(min_value=datetime(1930, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC)),
    st.integers(-600, 600),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_the_month_is_always_so_many_months_away_and_the_clock_shows_the_same(
    moment: datetime, months: int, timezone: str
) -> None:
    zone = ZoneInfo(timezone)
    before = moment.astimezone(zone)
    after = datetime.fromisoformat(adjusted(format_time(moment), months, "months", timezone)).astimezone(zone)
    drift = after.replace(tzinfo=None) - after.replace(
        hour=before.hour,
        minute=before.minute,
        second=before.second,
        microsecond=before.microsecond,
        tzinfo=None,
    )
    assert (after.year - before.year) * 12 + after.month - before.month == months
    assert after.day == before.day or after.day >= 28
    assert timedelta() <= drift <= timedelta(hours=1)


@given(
    st.datetimes(min_value=datetime(1930, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC)),
    st.integers(-(10**9), 10**9),
)
def test_seconds_are_added_exactly(moment: datetime, amount: int) -> None:
    assert adjusted(format_time(moment), amount, "seconds") == format_time(moment + timedelta(seconds=amount))


@pytest.mark.parametrize(
    ("amount", "unit"),
    [(8000, "years"), (-8000, "years"), (1e300, "seconds"), (-1e6, "weeks"), (1e12, "months")],
)
def test_beyond_the_calendar_it_fails(amount: float, unit: str) -> None:
    error = failure("adjust_time", {"timestamp": "2026-11-22", "amount": amount, "unit": unit})
    assert (error.code, error.retryable) == ("VALUE_OUT_OF_RANGE", False)
    assert error.message.endswith(f" {unit} from 2026-11-22 is not in the years 1 to 9999.")


@pytest.mark.parametrize(
    ("timestamp", "timezone"),
    [("0001-01-01", "Pacific/Auckland"), ("0001-01-01T00:00:00Z", "America/New_York"), ("9999-12-31T23:30:00Z", "Asia/Tokyo")],
)  # fmt: skip
def test_a_day_that_the_zone_does_not_have_fails_it(timestamp: str, timezone: str) -> None:
    config = {"timestamp": timestamp, "amount": 0, "unit": "months", "timezone": timezone}
    assert failure("adjust_time", config).code == "VALUE_OUT_OF_RANGE"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"unit": "decades"}, "'unit' must be 'seconds', "),
        ({"amount": "2"}, "'amount' must be a number, but is '2'."),
        ({"amount": 1.5}, "This takes a whole `amount` of months."),
        ({"timestamp": "soon"}, "'timestamp' takes an ISO date or timestamp, such as 2026-11-22 "),
        (
            {"timezone": "Europe/Berln"},
            "'timezone' takes the IANA name of a time zone, such as Europe/Berlin, but is 'Europe/Berln'.",
        ),
        ({"timezone": "Europe"}, "'timezone' takes the IANA name of a time zone, such as "),
        (
            {"timezone": "../../etc/passwd"},
            "'timezone' takes the IANA name of a time zone, such as Europe/Berlin",
        ),
        (
            {"timezone": ""},
            "'timezone' takes the IANA name of a time zone, such as Europe/Berlin, but is ''.",
        ),
    ],
)
def test_what_cannot_be_counted_is_refused(change: dict[str, Any], said: str) -> None:
    config = {"timestamp": "2026-11-22", "amount": 1, "unit": "months", "timezone": "UTC", **change}
    error = failure("adjust_time", config)
    assert error.code == "CONFIG_INVALID"
    assert error.message.startswith(said)
