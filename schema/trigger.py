"""The trigger of a version: what starts its runs, and where or when."""

from datetime import datetime

import strawberry

from db.records import VersionRecord
from db.roles import Role
from engine.triggers.kinds import TriggerType
from engine.triggers.secrets import masked
from schema.definition import Position
from schema.fields import resolved
from schema.info import Info
from schema.scalars import JSON


@strawberry.type(description="What starts runs of a workflow.")
class Trigger:
    version: strawberry.Private[VersionRecord]
    type: TriggerType = strawberry.field(description="What kind of trigger this is.")
    config: JSON = strawberry.field(
        description="Its configuration; a secret in it shows as •••, which may be sent back for it."
    )
    position: Position | None = strawberry.field(description="Where it stands on the canvas.")

    @resolved(
        "Where a WEBHOOK is called, by POST: the same in all versions. Null for others, and for callers who may not "
        "start runs."
    )
    async def webhook_path(self, info: Info) -> str | None:
        if self.type is not TriggerType.WEBHOOK or not info.context.caller.role.includes(Role.EDITOR):
            return None
        token = await info.context.loaders.hook_tokens.load(self.version.workflow_id)
        return None if token is None else f"/hooks/{token}"

    @resolved("When a SCHEDULE runs next; null for others, and for a version that runs nothing now.")
    async def next_run_at(self, info: Info) -> datetime | None:
        if self.type is not TriggerType.SCHEDULE:
            return None
        return await info.context.loaders.next_times.load(self.version.id)

    @classmethod
    def of(cls, version: VersionRecord) -> "Trigger":
        """Show the trigger of a version."""
        data = version.definition["trigger"]
        return cls(
            version=version,
            type=TriggerType(data["type"]),
            config=JSON(masked(data["config"])),
            position=Position.maybe(data.get("position")),
        )
