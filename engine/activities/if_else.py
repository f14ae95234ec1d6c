"""If / else: one of two ways."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from engine.activity import ActivityContext, ActivityType, Category, Completed
from engine.branching import Cases, ConditionGroup, check_conditions, config_problems
from engine.config import Outputs
from engine.errors import Problem


class IfElseOutputs(Outputs):
    """Which way it went."""

    exit: str = Field(description="The exit taken: `true` or `false`.")


def perform(config: ConditionGroup, context: ActivityContext) -> Completed:
    """Decide by the conditions."""
    cases = Cases(context.scope)
    exit_name = "true" if cases.holds("true", config.group()) else "false"
    return Completed(outputs={"exit": exit_name}, exit=exit_name, result=cases.result())


def check(config: Mapping[str, Any]) -> list[Problem]:
    """Find faults inside the conditions."""
    return config_problems(check_conditions(config))


IF_ELSE = ActivityType(
    type="if_else",
    title="If / else",
    description="Goes on by `true` where its conditions hold, else by `false`.",
    category=Category.LOGIC,
    config=ConditionGroup,
    outputs=IfElseOutputs,
    perform=perform,
    pure=True,
    exits=("true", "false", "error"),
    unrendered=frozenset({"conditions"}),
    check=check,
    conditional=True,
)
