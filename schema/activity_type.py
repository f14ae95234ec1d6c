"""The block library: every type of activity."""

from functools import cache

import strawberry

from engine.activities import ACTIVITY_TYPES
from engine.activity import ActivityType as RegisteredType
from engine.activity import Category
from engine.credits import TARIFFS, price
from schema.scalars import JSON


@strawberry.type(description="A type of activity: one block of the library.")
class ActivityType:
    type: str = strawberry.field(description="Its name in definitions, such as if_else or create_record.")
    title: str = strawberry.field(description="Its name for people.")
    description: str = strawberry.field(description="What it does.")
    category: Category = strawberry.field(description="Its shelf in the library.")
    exits: list[str] = strawberry.field(description="Its fixed exits; a Switch's come from its cases.")
    credits: int = strawberry.field(
        description="What one successful execution costs in the workspace's tariff."
    )
    config_schema: JSON = strawberry.field(description="The JSON Schema of its configuration.")
    output_schema: JSON = strawberry.field(description="The JSON Schema of its outputs.")


@cache
def library(tariff: str) -> list[ActivityType]:
    """Give every type, in the order of the library, priced by a tariff."""
    return [_show(one, tariff) for one in ACTIVITY_TYPES.values()]


def _show(one: RegisteredType, tariff: str) -> ActivityType:
    return ActivityType(
        type=one.type,
        title=one.title,
        description=one.description,
        category=one.category,
        exits=list(one.exits),
        credits=price(TARIFFS[tariff], one),
        config_schema=JSON(one.config.model_json_schema()),
        output_schema=JSON(one.outputs.model_json_schema()),
    )
