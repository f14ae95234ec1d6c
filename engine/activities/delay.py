"""Delay: waits for a span of time."""

from datetime import timedelta
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.activity import ActivityContext, ActivityType, Category, Waiting
from engine.config import Config, Outputs
from engine.time_spans import LONGEST_WAIT, SECONDS_OF
from engine.values import format_time


class DelayUnit(StrEnum):
    """What an amount counts."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"


class DelayConfig(Config):
    """How long to wait."""

    amount: float = Field(
        ge=0, allow_inf_nan=False, description="How many units to wait; fractions are fine."
    )
    unit: DelayUnit = Field(strict=False, description="What `amount` counts.")

    @model_validator(mode="after")
    def _not_for_ever(self) -> Self:
        if self.seconds > LONGEST_WAIT.total_seconds():
            raise PydanticCustomError(
                "delay_too_long", "takes a delay of at most {days} days", {"days": LONGEST_WAIT.days}
            )
        return self

    @property
    def seconds(self) -> float:
        """Give the span in seconds."""
        return self.amount * SECONDS_OF[self.unit]


class DelayOutputs(Outputs):
    """When it went on."""

    until: str = Field(description="When the run goes on, RFC 3339 in UTC; there already while it waits.")


def perform(config: DelayConfig, context: ActivityContext) -> Waiting:
    """Wait from now on."""
    until = context.ports.clock.now() + timedelta(seconds=config.seconds)
    return Waiting(until=until, outputs={"until": format_time(until)})


DELAY = ActivityType(
    type="delay",
    title="Delay",
    description="Waits for a span of time, then goes on. While it waits it holds no worker, and a "
    "restart loses nothing.",
    category=Category.LOGIC,
    config=DelayConfig,
    outputs=DelayOutputs,
    perform=perform,
)
