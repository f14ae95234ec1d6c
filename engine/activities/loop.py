"""Loop: goes through a list, one iteration of its body an item."""

from typing import Any, Literal

from pydantic import Field

from engine.activity import ActivityType, Category, Failed, Looping
from engine.config import Config, Outputs, WholeNumber
from engine.errors import ExecutionError


class LoopConfig(Config):
    """What to go through, and how."""

    items: list[Any] = Field(
        description="The list to go through; each iteration sees its entry as `loop.item`."
    )
    limit: WholeNumber = Field(
        default=1000,
        ge=1,
        le=10_000,
        description="The most items there may be; more fail the Loop with `LOOP_TOO_LONG`, and none begins.",
    )
    mode: Literal["sequential", "parallel"] = Field(
        default="sequential", description="One iteration after the other, or several at once."
    )
    concurrency: WholeNumber = Field(
        default=10, ge=1, le=50, description="How many iterations are under way at once; `parallel` only."
    )
    on_failure: Literal["stop", "continue"] = Field(
        default="stop",
        description="When an iteration fails: begin no further one and fail the Loop, or go on and count it.",
    )
    collect: Any = Field(
        default=None,
        description="A template evaluated at the end of each iteration, where it may refer to the "
        "activities of the "
        "body; its values are the output `collected`. A missing value gives null.",
    )


class LoopOutputs(Outputs):
    """How the iterations ended, and what they collected."""

    total: int = Field(description="How many items there were.")
    completed: int = Field(description="How many iterations completed.")
    failed: int = Field(description="How many iterations failed.")
    collected: list[Any] = Field(
        description="What `collect` gave, one entry an item in the order of items; null for an iteration "
        "that failed."
    )


def items_of(config: LoopConfig) -> Looping | Failed:
    """Give the items to go through, or fail where there are more than the limit."""
    count = len(config.items)
    if count > config.limit:
        return Failed(
            error=ExecutionError(
                code="LOOP_TOO_LONG",
                message=f"There are {count} items, and this Loop takes at most {config.limit}.",
                detail={"count": count, "limit": config.limit},
                hint="Raise `limit` (up to 10000), or give the Loop fewer items.",
            )
        )
    return Looping(
        items=config.items,
        concurrency=config.concurrency if config.mode == "parallel" else 1,
        continues=config.on_failure == "continue",
    )


LOOP = ActivityType(
    type="loop",
    title="Loop",
    description="Runs the activities of its body once for each item of a list. Its exit `each` leads "
    "into the body, "
    "`next` goes on once after the last iteration.",
    category=Category.LOGIC,
    config=LoopConfig,
    outputs=LoopOutputs,
    items=items_of,
    exits=("each", "next", "error"),
    unrendered=frozenset({"collect"}),
)
