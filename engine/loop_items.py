"""A Loop's items are worked out where it starts, by no worker."""

from engine.activity import Failed, Looping
from engine.definition import Activity
from engine.errors import ExecutionError
from engine.preparation import Prepared
from engine.registry import activity_type


def loop_items(activity: Activity, prepared: Prepared) -> Looping | ExecutionError | None:
    """Give the items of a Loop, or why it cannot begin; None for every other type."""
    items_of = activity_type(activity.type).items
    if items_of is None:
        return None
    outcome = items_of(prepared.config)
    return outcome.error if isinstance(outcome, Failed) else outcome
