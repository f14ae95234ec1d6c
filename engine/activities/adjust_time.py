"""Adjust time: a moment some time before or after another."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.activity import ActivityContext, ActivityType, Category, Completed, Failed
from engine.config import Config, Outputs, TimestampText, TimeZoneName
from engine.errors import ExecutionError
from engine.expression.times import parse_time
from engine.time_spans import SECONDS_OF
from engine.time_zones import time_zone
from engine.values import format_time


class AdjustUnit(StrEnum):
    """What an amount counts."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


_MONTHS_OF = {AdjustUnit.MONTHS: 1, AdjustUnit.YEARS: 12}


class AdjustTimeConfig(Config):
    """Which moment, and how far from it."""

    timestamp: TimestampText = Field(
        description="The moment to count from: an ISO date or timestamp, in `timezone` where it names no zone."
    )
    amount: float = Field(
        allow_inf_nan=False,
        description="How many units later, or earlier where it is negative; of months and years whole ones.",
    )
    unit: AdjustUnit = Field(
        strict=False,
        description="What `amount` counts. A day is 24 hours, a week 7 days. Months and years go by the calendar: "
        "the day and the clock stay, a day that the month does not have becomes its last.",
    )
    timezone: TimeZoneName = Field(
        default="UTC",
        description="The IANA name of the time zone whose calendar and clock are meant, such as `Europe/Berlin`.",
    )

    @property
    def zone(self) -> ZoneInfo:
        """Give the time zone."""
        zone = time_zone(self.timezone)
        if zone is None:
            raise ValueError(f"{self.timezone!r} is no time zone")
        return zone

    @model_validator(mode="after")
    def _whole_months(self) -> Self:
        if self.unit in _MONTHS_OF and not self.amount.is_integer():
            raise PydanticCustomError(
                "whole_amount", "takes a whole `amount` of {unit}", {"unit": self.unit.value}
            )
        return self


class AdjustTimeOutputs(Outputs):
    """The moment that came out."""

    timestamp: str = Field(description="The moment, RFC 3339 in UTC.")


def perform(config: AdjustTimeConfig, context: ActivityContext) -> Completed | Failed:
    """Work the moment out."""
    del context
    moment = parse_time(config.timestamp, config.zone)
    if moment is None:  # a day of the calendar in UTC, not in this zone
        return _out_of_range(config)
    try:
        if config.unit in _MONTHS_OF:
            found = _months_later(moment, int(config.amount) * _MONTHS_OF[config.unit], config.zone)
        else:
            found = moment + timedelta(seconds=config.amount * SECONDS_OF[config.unit])
    except (OverflowError, ValueError):  # before the year 1, or after 9999
        return _out_of_range(config)
    return Completed(outputs={"timestamp": format_time(found)})


def _months_later(moment: datetime, months: int, zone: tzinfo) -> datetime:
    """Give the time that the clock of a zone shows as now, so many months later.

    Where the clock leaves out that hour, it is as much later as was left out.
    """
    local = moment.astimezone(zone)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    shown = local.replace(year=year, month=month + 1, day=day)
    found = shown.astimezone(UTC)
    left_out = found.astimezone(zone).replace(tzinfo=None) != shown.replace(tzinfo=None)
    return shown.replace(fold=0).astimezone(UTC) if left_out else found


def _out_of_range(config: AdjustTimeConfig) -> Failed:
    return Failed(
        error=ExecutionError(
            code="VALUE_OUT_OF_RANGE",
            message=f"{config.amount:g} {config.unit} from {config.timestamp} is not in the years 1 to 9999.",
            detail={"timestamp": config.timestamp, "amount": config.amount, "unit": config.unit.value},
        )
    )


ADJUST_TIME = ActivityType(
    type="adjust_time",
    title="Adjust time",
    description="Gives the moment some time before or after another, months and years by the calendar of a time zone.",
    category=Category.DATA,
    config=AdjustTimeConfig,
    outputs=AdjustTimeOutputs,
    perform=perform,
    pure=True,
)
