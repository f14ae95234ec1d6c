"""Who did something."""

from collections.abc import Mapping
from typing import Any

import strawberry

from db import records
from schema.enums import ActorKind


@strawberry.type(description="Who did something.")
class Actor:
    kind: ActorKind = strawberry.field(description="What kind of actor this is.")
    id: strawberry.ID | None = strawberry.field(description="Its id, where it has one.")
    name: str = strawberry.field(description="Its name, for people.")

    @classmethod
    def of(cls, actor: records.Actor) -> "Actor":
        """Show an actor."""
        return cls(
            kind=ActorKind(actor.kind), id=strawberry.ID(actor.id) if actor.id else None, name=actor.name
        )

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Actor":
        """Show an actor as events and tables hold it."""
        return cls.of(records.Actor.from_data(data))
