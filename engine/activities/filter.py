"""Filter: goes on only where its conditions hold."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from engine.activity import ActivityContext, ActivityType, Category, Completed
from engine.branching import Cases, ConditionGroup, check_conditions, config_problems
from engine.config import Outputs
from engine.errors import Problem


class FilterOutputs(Outputs):
    """Whether it went on."""

    passed: bool = Field(description="Whether the conditions held; where they did not, nothing follows.")


def perform(config: ConditionGroup, context: ActivityContext) -> Completed:
    """Decide by the conditions."""
    cases = Cases(context.scope)
    passed = cases.holds("next", config.group())
    return Completed(outputs={"passed": passed}, exit="next" if passed else None, result=cases.result())


def check(config: Mapping[str, Any]) -> list[Problem]:
    """Find faults inside the conditions."""
    return config_problems(check_conditions(config))


FILTER = ActivityType(
    type="filter",
    title="Filter",
    description="Goes on where its conditions hold. Where they do not, its path ends there, in a Loop "
    "that of the "
    "iteration, and nothing fails.",
    category=Category.LOGIC,
    config=ConditionGroup,
    outputs=FilterOutputs,
    perform=perform,
    pure=True,
    unrendered=frozenset({"conditions"}),
    check=check,
    conditional=True,
)
