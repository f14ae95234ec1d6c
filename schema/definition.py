"""What a version's definition is made of, but for the trigger: activities, edges."""

from collections.abc import Mapping
from typing import Any

import strawberry

from schema.scalars import JSON


@strawberry.type(description="Where something stands on the canvas.")
class Position:
    x: float = strawberry.field(description="From the left.")
    y: float = strawberry.field(description="From the top.")

    @classmethod
    def maybe(cls, data: Mapping[str, float] | None) -> "Position | None":
        """Show a position, where there is one."""
        return None if data is None else cls(x=data["x"], y=data["y"])


@strawberry.type(description="How often and how patiently an activity is tried; the policy in force.")
class RetryPolicy:
    max_attempts: int = strawberry.field(
        description="How many attempts are made at most, lost ones not counted."
    )
    backoff_seconds: float = strawberry.field(description="The wait before the second attempt.")
    backoff_factor: float = strawberry.field(description="By how much each further wait is longer.")
    max_backoff_seconds: float = strawberry.field(description="The longest wait.")
    timeout_seconds: float = strawberry.field(description="How long an attempt may take.")

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "RetryPolicy":
        """Show the policy of an activity in a definition."""
        return cls(
            max_attempts=data["maxAttempts"],
            backoff_seconds=data["backoffSeconds"],
            backoff_factor=data["backoffFactor"],
            max_backoff_seconds=data["maxBackoffSeconds"],
            timeout_seconds=data["timeoutSeconds"],
        )


@strawberry.type(description="An activity of a workflow version.")
class Activity:
    key: str = strawberry.field(
        description="Its name in the workflow: letters, digits, underscore; unique there."
    )
    type: str = strawberry.field(description="The type of activity, an `ActivityType.type`.")
    name: str = strawberry.field(description="Its name, for people.")
    config: JSON = strawberry.field(description="Its configuration as written: templates not yet rendered.")
    parent: str | None = strawberry.field(description="The key of the Loop whose body holds it.")
    retry: RetryPolicy | None = strawberry.field(description="The retry policy in force.")
    position: Position | None = strawberry.field(description="Where it stands on the canvas.")

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Activity":
        """Show an activity of a definition."""
        retry = data.get("retry")
        return cls(
            key=data["key"],
            type=data["type"],
            name=data["name"],
            config=data["config"],
            parent=data.get("parent"),
            retry=RetryPolicy.of(retry) if retry is not None else None,
            position=Position.maybe(data.get("position")),
        )


@strawberry.type(
    name="Edge", description="A way from an exit of an activity, or from the trigger, to an activity."
)
class GraphEdge:
    source: str = strawberry.field(name="from", description='The key of an activity, or "trigger".')
    exit: str = strawberry.field(description='The exit that it leaves by: "next" unless the type has others.')
    to: str = strawberry.field(description="The key of the activity that it leads to.")

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "GraphEdge":
        """Show an edge of a definition."""
        return cls(source=data["from"], exit=data["exit"], to=data["to"])
