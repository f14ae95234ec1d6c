"""Round robin: one member of a list after the other, from run to run."""

from typing import Any

from pydantic import Field

from engine.activity import ActivityContext, ActivityType, Category, TakeTurn
from engine.config import Config, Outputs


class RoundRobinConfig(Config):
    """Who takes turns."""

    members: list[Any] = Field(
        min_length=1,
        description="Those who take turns, in their order. Each execution gives the next one, in whichever run it "
        "is; after the last comes the first.",
    )


class RoundRobinOutputs(Outputs):
    """Whose turn it is."""

    member: Any = Field(description="The member whose turn it is.")
    position: int = Field(description="Its place in the list, from 1.")


def perform(config: RoundRobinConfig, context: ActivityContext) -> TakeTurn:
    """Have the turn taken in the transaction that completes this."""
    del context
    return TakeTurn(members=config.members)


ROUND_ROBIN = ActivityType(
    type="round_robin",
    title="Round robin",
    description="Gives one member of a list after the other, across all runs of the workflow: each execution takes "
    "one turn, once, whatever crashes.",
    category=Category.LOGIC,
    config=RoundRobinConfig,
    outputs=RoundRobinOutputs,
    perform=perform,
)
