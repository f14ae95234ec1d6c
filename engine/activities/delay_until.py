"""Delay until: waits for a moment."""

from datetime import datetime

from pydantic import Field

from engine.activity import ActivityContext, ActivityType, Category, Completed, Failed, Waiting
from engine.config import Config, Outputs, TimestampText
from engine.errors import ExecutionError
from engine.expression.times import parse_time
from engine.time_spans import LONGEST_WAIT
from engine.values import format_time


class DelayUntilConfig(Config):
    """Until when to wait."""

    timestamp: TimestampText = Field(
        description="When to go on: an ISO date or timestamp, in UTC where it names no zone; a date is its "
        "midnight. One that has passed is not waited for."
    )

    @property
    def moment(self) -> datetime:
        """Give the timestamp as a time in UTC."""
        moment = parse_time(self.timestamp)
        if moment is None:
            raise ValueError(f"{self.timestamp!r} is no timestamp")
        return moment


class DelayUntilOutputs(Outputs):
    """When it went on."""

    until: str = Field(description="The moment, RFC 3339 in UTC; there already while it waits.")


def perform(config: DelayUntilConfig, context: ActivityContext) -> Waiting | Completed | Failed:
    """Wait, unless the moment has passed."""
    now, until = context.ports.clock.now(), config.moment
    if until - now > LONGEST_WAIT:
        return _too_late(until)
    outputs = {"until": format_time(until)}
    return Waiting(until=until, outputs=outputs) if until > now else Completed(outputs=outputs)


def _too_late(until: datetime) -> Failed:
    return Failed(
        error=ExecutionError(
            code="VALUE_OUT_OF_RANGE",
            message=f"{format_time(until)} is more than {LONGEST_WAIT.days} days away; a wait may not be longer.",
            detail={"until": format_time(until), "days": LONGEST_WAIT.days},
            hint="Look at the year of the timestamp.",
        )
    )


DELAY_UNTIL = ActivityType(
    type="delay_until",
    title="Delay until",
    description="Waits until a moment, then goes on. While it waits it holds no worker, and a restart loses nothing.",
    category=Category.LOGIC,
    config=DelayUntilConfig,
    outputs=DelayUntilOutputs,
    perform=perform,
)
