"""SCHEDULE: the times of a cron expression, on the clock of a time zone, start the workflow."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from croniter import CroniterError, croniter
from pydantic import Field

from engine.config import Config, TimeZoneName
from engine.triggers.config_check import TriggerFaults, model_faults

CRON = "cron"
_ALIASES = ("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually")
_EXAMPLE = "five fields (minute, hour, day of the month, month, day of the week), such as 0 9 * * mon-fri"
_BY_CHANCE = re.compile(r"(^|\s)[RH]", re.IGNORECASE)
"""A field that the library would fill in by chance: another time in each process."""

_FIELDS, _HOURS = 5, 1
_SECOND = timedelta(seconds=1)


class ScheduleConfig(Config):
    """When the workflow runs."""

    cron: str = Field(
        max_length=200,
        description="A cron expression: minute, hour, day of the month, month and day of the week, such as "
        "`0 9 * * mon-fri`; or @hourly, @daily, @weekly, @monthly, @yearly.",
    )
    timezone: TimeZoneName = Field(
        description="The IANA name of the time zone whose clock counts, such as Europe/Berlin."
    )


def faults(config: Mapping[str, Any]) -> TriggerFaults:
    """Find what is wrong with a configuration."""
    told: set[tuple[str, ...]] = set()
    for path, message in model_faults(ScheduleConfig, config):
        told.add(path)
        yield path, message
    cron = config.get(CRON)
    if isinstance(cron, str) and (CRON,) not in told:
        yield from _cron_faults(cron)


def _cron_faults(cron: str) -> TriggerFaults:
    fields = len(cron.split())
    if cron.strip().lower() not in _ALIASES and (fields != _FIELDS or _BY_CHANCE.search(cron)):
        yield (CRON,), f"'{CRON}' takes {_EXAMPLE}; '{cron}' is none."
        return
    try:
        next(_matches(cron, datetime(2026, 1, 1)))
    except CroniterError:
        yield (CRON,), f"'{CRON}' takes {_EXAMPLE}; '{cron}' is none, or a time that never comes."


def next_time(cron: str, timezone: str, after: datetime) -> datetime:
    """Give the next time of a schedule, in UTC.

    A schedule with hours of its own runs once for each time of the clock: one that the clock leaves out when it is
    put forward comes when it is put forward, one that it shows twice when it is put back comes the first time.
    A schedule for every hour goes by hours as they pass, through both.

    Args:
        cron: The expression of a published trigger.
        timezone: The name of its zone.
        after: The time that the next one is later than.

    Raises:
        CroniterError: There is none within fifty years.
    """
    zone, after = ZoneInfo(timezone), after.astimezone(UTC)
    every_hour = croniter.expand(cron)[0][_HOURS] == ["*"]
    return (_next_passing if every_hour else _next_shown)(cron, zone, after)


def _matches(cron: str, after: datetime) -> Iterator[datetime]:
    """Give the times of the clock that match, each later than the one before, from after a time of the clock."""
    found = croniter(cron, after.replace(tzinfo=None), ret_type=datetime)
    while True:
        yield found.get_next(datetime)


def _next_shown(cron: str, zone: ZoneInfo, after: datetime) -> datetime:
    for shown in _matches(cron, after.astimezone(zone)):
        moment = _first_moment(shown, zone)
        if moment > after:
            return moment
    raise AssertionError("a clock never ends")


def _first_moment(shown: datetime, zone: ZoneInfo) -> datetime:
    """Give when a clock first shows a time, or, where it never does, when it is put forward past it."""
    moment = shown.replace(tzinfo=zone).astimezone(UTC)
    left_out = moment.astimezone(zone).replace(tzinfo=None) - shown
    return _change(zone, moment - left_out, moment) if left_out else moment


def _next_passing(cron: str, zone: ZoneInfo, after: datetime) -> datetime:
    since, ahead = after, _ahead(zone, after)
    shown = after + ahead
    while True:
        moment = next(_matches(cron, shown)).replace(tzinfo=UTC) - ahead
        if _ahead(zone, moment) == ahead:
            return moment
        since = _change(zone, since, moment)
        ahead = _ahead(zone, since)
        shown = since + ahead - _SECOND


def _change(zone: ZoneInfo, start: datetime, end: datetime) -> datetime:
    """Give when a clock is put forward or back between two moments that it differs at."""
    ahead, low, high = _ahead(zone, start), start, end
    while high - low > _SECOND:
        middle = low + (high - low) / 2
        low, high = (middle, high) if _ahead(zone, middle) == ahead else (low, middle)
    return high.replace(microsecond=0)


def _ahead(zone: ZoneInfo, moment: datetime) -> timedelta:
    """Give how far a zone's clock is ahead of UTC."""
    return moment.astimezone(zone).utcoffset() or timedelta()
