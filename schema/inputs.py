"""What mutations take."""

from typing import Any

import strawberry

from db.workflows import WorkflowChanges
from engine.triggers.kinds import TriggerType
from schema.given import given
from schema.scalars import JSON


@strawberry.input(description="Where something stands on the canvas.")
class PositionInput:
    x: float = strawberry.field(description="From the left.")
    y: float = strawberry.field(description="From the top.")

    def data(self) -> dict[str, Any]:
        """Give the position as definitions hold it."""
        return {"x": self.x, "y": self.y}


@strawberry.input(description="What starts runs of the workflow.")
class TriggerInput:
    type: TriggerType = strawberry.field(description="What kind of trigger it is.")
    config: JSON | None = strawberry.field(default_factory=dict, description="Its configuration.")
    position: PositionInput | None = strawberry.field(
        default=strawberry.UNSET, description="Where it stands on the canvas."
    )

    def data(self) -> dict[str, Any]:
        """Give the trigger as definitions hold it."""
        return {
            "type": self.type.value,
            "config": self.config,
            "position": self.position.data() if self.position else None,
        }


@strawberry.input(
    description="How often and how patiently to try; what is left out takes the type's default."
)
class RetryPolicyInput:
    max_attempts: int | None = strawberry.field(
        default=strawberry.UNSET, description="How many attempts are made at most: 1 to 20."
    )
    backoff_seconds: float | None = strawberry.field(
        default=strawberry.UNSET, description="The wait before the second attempt."
    )
    backoff_factor: float | None = strawberry.field(
        default=strawberry.UNSET, description="By how much each further wait is longer."
    )
    max_backoff_seconds: float | None = strawberry.field(
        default=strawberry.UNSET, description="The longest wait."
    )
    timeout_seconds: float | None = strawberry.field(
        default=strawberry.UNSET, description="How long an attempt may take."
    )

    def data(self) -> dict[str, Any]:
        """Give the policy as definitions hold it."""
        return {
            "maxAttempts": given(self.max_attempts),
            "backoffSeconds": given(self.backoff_seconds),
            "backoffFactor": given(self.backoff_factor),
            "maxBackoffSeconds": given(self.max_backoff_seconds),
            "timeoutSeconds": given(self.timeout_seconds),
        }


@strawberry.input(description="An activity.")
class ActivityInput:
    key: str = strawberry.field(
        description="Its name in the workflow: letters, digits, underscore; unique there."
    )
    type: str = strawberry.field(description="The type of activity, an `ActivityType.type`.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its name, for people; left out, its key."
    )
    config: JSON | None = strawberry.field(
        default_factory=dict, description="Its configuration; any text in it may hold templates."
    )
    parent: str | None = strawberry.field(
        default=strawberry.UNSET, description="The key of the Loop whose body holds it."
    )
    retry: RetryPolicyInput | None = strawberry.field(
        default=strawberry.UNSET, description="Its retry policy."
    )
    position: PositionInput | None = strawberry.field(
        default=strawberry.UNSET, description="Where it stands on the canvas."
    )

    def data(self) -> dict[str, Any]:
        """Give the activity as definitions hold it."""
        return {
            "key": self.key,
            "type": self.type,
            "name": given(self.name),
            "config": self.config,
            "parent": given(self.parent),
            "retry": self.retry.data() if self.retry else None,
            "position": self.position.data() if self.position else None,
        }


@strawberry.input(description="A way from an exit of an activity, or from the trigger, to an activity.")
class EdgeInput:
    source: str = strawberry.field(name="from", description='The key of an activity, or "trigger".')
    exit: str | None = strawberry.field(default="next", description="The exit that it leaves by.")
    to: str = strawberry.field(description="The key of the activity that it leads to.")

    def data(self) -> dict[str, Any]:
        """Give the edge as definitions hold it."""
        return {"from": self.source, "exit": self.exit, "to": self.to}


@strawberry.input(description="A definition, as workflow files hold it.")
class WorkflowDefinitionInput:
    trigger: TriggerInput = strawberry.field(description="What starts runs.")
    activities: list[ActivityInput] = strawberry.field(description="The activities.")
    edges: list[EdgeInput] = strawberry.field(description="The edges.")

    def data(self) -> dict[str, Any]:
        """Give the definition as workflow files hold it."""
        return {
            "trigger": self.trigger.data(),
            "activities": [activity.data() for activity in self.activities],
            "edges": [edge.data() for edge in self.edges],
        }


@strawberry.input(description="What to change of a workflow; what is left out stays.")
class UpdateWorkflowInput:
    id: strawberry.ID = strawberry.field(description="The workflow.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its new name, 1 to 200 characters; null leaves it."
    )
    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it is for; null empties it."
    )
    definition: WorkflowDefinitionInput | None = strawberry.field(
        default=strawberry.UNSET,
        description="The draft, whole: it replaces the one that there is, or becomes the next version.",
    )

    def changes(self) -> WorkflowChanges:
        """Give what was not left out."""
        found = WorkflowChanges()
        if self.name is not strawberry.UNSET and self.name is not None:
            found["name"] = self.name
        if self.description is not strawberry.UNSET:
            found["description"] = self.description
        if self.definition:
            found["definition"] = self.definition.data()
        return found


@strawberry.input(description="A workflow to create.")
class CreateWorkflowInput:
    name: str = strawberry.field(description="Its name, 1 to 200 characters.")
    description: str | None = strawberry.field(default=strawberry.UNSET, description="What it is for.")
    definition: WorkflowDefinitionInput = strawberry.field(description="Its definition.")
    publish: bool | None = strawberry.field(
        default=False,
        description="Whether to publish it at once; then a fault of the definition creates nothing.",
    )


@strawberry.input(description="A run to start.")
class StartRunInput:
    workflow_id: strawberry.ID = strawberry.field(description="The workflow; it must be LIVE.")
    payload: JSON | None = strawberry.field(
        default_factory=dict,
        description="What the run is given: an object, checked against the trigger's inputs.",
    )
    record_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="The record that the run is about; a MANUAL workflow takes none.",
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The same key gives the run that it started first, 1 to 200 characters; kept 30 days.",
    )
