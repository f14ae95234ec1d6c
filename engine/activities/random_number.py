"""Random number: a number drawn by lot."""

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.activity import ActivityContext, ActivityType, Category, Completed
from engine.config import Config, Outputs

MOST = 2**53
"""Whole numbers up to here are exact wherever JSON is read."""


class RandomNumberConfig(Config):
    """Between what to draw."""

    min: float = Field(ge=-MOST, le=MOST, description="The least number that may be drawn.")
    max: float = Field(ge=-MOST, le=MOST, description="The largest number that may be drawn.")
    integer: bool = Field(
        default=True,
        description="Whether only whole numbers are drawn, each as likely; `min` and `max` are whole then.",
    )

    @model_validator(mode="after")
    def _something_between(self) -> Self:
        if self.min > self.max:
            raise PydanticCustomError("bounds", "takes a `min` that is not larger than `max`")
        if self.integer and not (self.min.is_integer() and self.max.is_integer()):
            raise PydanticCustomError("whole_bounds", "takes a whole `min` and `max`, or `integer` false")
        return self


class RandomNumberOutputs(Outputs):
    """What was drawn."""

    value: float = Field(description="The number; whole where `integer` is true.")


def perform(config: RandomNumberConfig, context: ActivityContext) -> Completed:
    """Draw."""
    random = context.ports.random
    if config.integer:
        return Completed(outputs={"value": random.whole(int(config.min), int(config.max))})
    return Completed(outputs={"value": random.between(config.min, config.max)})


RANDOM_NUMBER = ActivityType(
    type="random_number",
    title="Random number",
    description="Draws a number between two others, both among them.",
    category=Category.DATA,
    config=RandomNumberConfig,
    outputs=RandomNumberOutputs,
    perform=perform,
)
