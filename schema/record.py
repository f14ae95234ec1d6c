"""Records of the workspace, as they are and as they were."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry

from db.records import RecordRecord
from schema.actor import Actor
from schema.fields import resolved
from schema.info import Info
from schema.node import FromRecord, Node
from schema.scalars import JSON


@strawberry.type(description="A record of an object, such as a company.")
class Record(FromRecord, Node):
    record: strawberry.Private[RecordRecord]
    object: str = strawberry.field(description="The kind of thing that it is, such as companies.")
    values: JSON = strawberry.field(description="Its attributes.")
    created_at: datetime = strawberry.field(description="When it was created.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @resolved("Who created it.")
    def created_by(self) -> Actor:
        return Actor.of(self.record.created_by)

    @resolved("Who last changed it.")
    def updated_by(self) -> Actor:
        return Actor.of(self.record.updated_by)


@strawberry.type(
    description="A record as it was at a moment; no Node, so that caches do not merge it with the record."
)
class RecordSnapshot:
    id: strawberry.ID = strawberry.field(description="The record's id.")
    object: str = strawberry.field(description="The kind of thing that it is.")
    values: JSON = strawberry.field(description="Its attributes, as they were then.")

    @resolved("The record as it is now; null where it is gone.")
    async def current(self, info: Info) -> Record | None:
        return Record.maybe(await info.context.loaders.records.load(self.id))

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "RecordSnapshot":
        """Show a record as outputs hold it."""
        return cls(id=strawberry.ID(data["id"]), object=data["object"], values=data["values"])
