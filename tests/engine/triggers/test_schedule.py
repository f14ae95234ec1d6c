"""The times of schedules, through daylight saving above all."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.triggers.schedule import faults, next_time

BERLIN, NEW_YORK, LORD_HOWE, SAO_PAULO = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
)


def times(cron: str, timezone: str, after: str, count: int) -> list[datetime]:
    moment, found = datetime.fromisoformat(after), []
    for _ in range(count):
        moment = next_time(cron, timezone, moment)
        found.append(moment)
    return found


def shown(moments: list[datetime]) -> list[str]:
    return [moment.strftime("%m-%d %H:%M") for moment in moments]


@pytest.mark.parametrize(
    ("cron", "timezone", "after", "expected"),
    [
        # An ordinary day, and a clock that is ahead of UTC.
        ("0 9 * * mon-fri", "UTC", "2026-11-20T10:00Z", ["11-23 09:00", "11-24 09:00"]),
        ("0 9 * * *", BERLIN, "2026-11-20T10:00Z", ["11-21 08:00", "11-22 08:00"]),
        ("0 9 * * *", BERLIN, "2026-07-20T10:00Z", ["07-21 07:00", "07-22 07:00"]),
        ("@daily", NEW_YORK, "2026-11-20T10:00Z", ["11-21 05:00", "11-22 05:00"]),
        # On 29 March the clock goes from 02:00 to 03:00: 02:30 comes when it is put forward, once, and not twice with 03:00.
        ("30 2 * * *", BERLIN, "2026-03-27T12:00Z", ["03-28 01:30", "03-29 01:00", "03-30 00:30"]),
        ("0,15,30 2 * * *", BERLIN, "2026-03-28T12:00Z", ["03-29 01:00", "03-30 00:00", "03-30 00:15"]),
        ("30 2,3 * * *", BERLIN, "2026-03-28T12:00Z", ["03-29 01:00", "03-29 01:30", "03-30 00:30"]),
        ("0 2,3 * * *", BERLIN, "2026-03-28T12:00Z", ["03-29 01:00", "03-30 00:00", "03-30 01:00"]),
        ("30 2 * * *", NEW_YORK, "2026-03-07T12:00Z", ["03-08 07:00", "03-09 06:30"]),
        # On 25 October the clock goes from 03:00 to 02:00: 02:30 comes the first time that it is shown.
        ("30 2 * * *", BERLIN, "2026-10-23T12:00Z", ["10-24 00:30", "10-25 00:30", "10-26 01:30"]),
        ("0 3 * * *", BERLIN, "2026-10-24T12:00Z", ["10-25 02:00", "10-26 02:00"]),
        ("30 1 * * *", NEW_YORK, "2026-10-31T12:00Z", ["11-01 05:30", "11-02 06:30"]),
        ("*/20 2 * * *", BERLIN, "2026-10-25T00:25Z", ["10-25 00:40", "10-26 01:00"]),
        # Looked at while the hour is shown the second time: all of it has been.
        ("*/20 2 * * *", BERLIN, "2026-10-25T01:10Z", ["10-26 01:00"]),
        # A schedule for every hour goes on through both as time passes.
        ("*/30 * * * *", BERLIN, "2026-10-25T00:10Z", ["10-25 00:30", "10-25 01:00", "10-25 01:30", "10-25 02:00"]),
        ("*/30 * * * *", BERLIN, "2026-03-29T00:10Z", ["03-29 00:30", "03-29 01:00", "03-29 01:30"]),
        ("@hourly", NEW_YORK, "2026-11-01T04:30Z", ["11-01 05:00", "11-01 06:00", "11-01 07:00"]),
        # Half an hour's change, on 5 April from 02:00 to 01:30, and on 4 October from 02:00 to 02:30.
        ("45 1 * * *", LORD_HOWE, "2026-04-03T20:00Z", ["04-04 14:45", "04-05 15:15"]),
        ("15 2 * * *", LORD_HOWE, "2026-10-02T20:00Z", ["10-03 15:30", "10-04 15:15"]),
        ("*/15 * * * *", LORD_HOWE, "2026-04-04T14:35Z", ["04-04 14:45", "04-04 15:00", "04-04 15:15", "04-04 15:30"]),
        # Midnight left out.
        ("0 0 * * *", SAO_PAULO, "2018-11-03T12:00Z", ["11-04 03:00", "11-05 02:00"]),
        # A day of the month and a day of the week: either, as cron has it; and a day that few years have.
        ("0 0 1 * mon", "UTC", "2026-11-28T00:00Z", ["11-30 00:00", "12-01 00:00", "12-07 00:00"]),
        ("0 0 29 2 *", "UTC", "2026-11-28T00:00Z", ["02-29 00:00"]),
    ],
)  # fmt: skip
def test_the_times_of_a_schedule(cron: str, timezone: str, after: str, expected: list[str]) -> None:
    assert shown(times(cron, timezone, after, len(expected))) == expected


FIXED = st.builds(
    "{} {} * * *".format, st.integers(0, 59), st.lists(st.integers(0, 23), min_size=1, max_size=3).map(
        lambda hours: ",".join(map(str, hours))
    )
)  # fmt: skip
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))
ZONES = st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, "Asia/Kolkata", "UTC", "Africa/Casablanca"])


@given(FIXED, ZONES, MOMENTS)
def test_fixed_hours_come_once_a_day_each_in_order(cron: str, timezone: str, after: datetime) -> None:
    zone, moment = ZoneInfo(timezone), after
    found: list[datetime] = []
    while moment < after + timedelta(days=3):
        moment = next_time(cron, timezone, moment)
        found.append(moment)
    assert all(one < other for one, other in pairwise([after, *found]))
    clock = Counter(one.astimezone(zone).replace(tzinfo=None) for one in found)
    assert max(clock.values()) == 1
    minute, hours, *_ = cron.split()
    for one in clock:
        put_forward = (one - timedelta(hours=3)).replace(tzinfo=zone).utcoffset() != one.replace(
            tzinfo=zone
        ).utcoffset()
        assert put_forward or (str(one.hour) in hours.split(",") and one.minute == int(minute))


@given(st.integers(1, 30), ZONES, MOMENTS)
def test_every_hour_of_a_schedule_is_as_long_as_an_hour(step: int, timezone: str, after: datetime) -> None:
    found = [after]
    for _ in range(5):
        found.append(next_time(f"*/{step} * * * *", timezone, found[-1]))
    zone = ZoneInfo(timezone)
    assert all(
        timedelta(0) < other - one <= timedelta(minutes=max(step, 60 % step or step))
        for one, other in pairwise(found)
    )
    assert all(one.astimezone(zone).minute % step == 0 for one in found[1:])


def test_the_next_time_is_later_than_the_one_it_is_asked_after() -> None:
    assert shown(times("* * * * *", "UTC", "2026-11-22T09:30:00.500Z", 2)) == ["11-22 09:31", "11-22 09:32"]
    assert shown(times("30 9 * * *", "UTC", "2026-11-22T09:30Z", 1)) == ["11-23 09:30"]


@pytest.mark.parametrize(
    "cron",
    ["* * * * *", "0 9 * * mon-fri", "*/5 8-18 1,15 jan,jul *", "@weekly", "0 0 l * *", "0 9 * * fri#1"],
)
def test_what_cron_can_say_is_taken(cron: str) -> None:
    assert list(faults({"cron": cron, "timezone": BERLIN})) == []


@pytest.mark.parametrize(
    "cron",
    ["", "* * * *", "* * * * * *", "60 * * * *", "0 24 * * *", "a b c d e", "0 0 30 2 *", "@reboot", "R * * * *",
     "H * * * *", "0 r(1-3) * * *", "5/0 * * * *", "0 0 * * mon\n* * * * *", "{{ trigger.payload.cron }}"],
)  # fmt: skip
def test_what_is_no_time_of_a_clock_is_refused(cron: str) -> None:
    ((path, message),) = faults({"cron": cron, "timezone": BERLIN})
    assert path == ("cron",)
    assert message.startswith(
        "'cron' takes five fields (minute, hour, day of the month, month, day of the week)"
    )


@pytest.mark.parametrize("timezone", ["Europe/Berln", "", "America", "../../etc/passwd", 7, None])
def test_what_is_no_time_zone_is_refused(timezone: object) -> None:
    (fault,) = faults({"cron": "@daily", "timezone": timezone})
    assert fault[0] == ("timezone",)


def test_both_are_required_and_nothing_else_is_taken() -> None:
    found = [path for path, _ in faults({"every": "day"})]
    assert found == [("cron",), ("timezone",), ("every",)]
