"""API keys, and what those who manage them say and are told."""

from datetime import datetime

import strawberry

from db.api_keys import ApiKeyRecord
from db.roles import Role
from schema.input_error import InputError
from schema.node import FromRecord, Node


@strawberry.type(description="An API key, without the key: nothing gives that again.")
class ApiKey(FromRecord, Node):
    record: strawberry.Private[ApiKeyRecord]
    name: str = strawberry.field(description="What it is for; people see it as the actor.")
    role: Role = strawberry.field(description="What its holder may do.")
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime | None = strawberry.field(description="From when it is worthless; null for never.")
    revoked_at: datetime | None = strawberry.field(
        description="When it was revoked, and worthless since; null where it was not."
    )
    last_used_at: datetime | None = strawberry.field(
        description="When it was last used, to the minute; null for never."
    )


@strawberry.input(description="An API key to make.")
class CreateApiKeyInput:
    name: str = strawberry.field(description="What it is for, 1 to 200 characters.")
    role: Role = strawberry.field(description="What its holder may do.")
    expires_at: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="From when it is worthless; left out, never."
    )


@strawberry.type(description="What became of a request to make an API key.")
class CreateApiKeyPayload:
    api_key: ApiKey | None = strawberry.field(
        description="The key's record; null where the request was refused."
    )
    secret: str | None = strawberry.field(
        description="The key itself, pk_…: keep it, nothing gives it again; null where the request was refused."
    )
    errors: list[InputError] = strawberry.field(
        description="What is wrong with the request; empty on success."
    )


@strawberry.type(description="What became of a request to change an API key.")
class ApiKeyPayload:
    api_key: ApiKey | None = strawberry.field(
        description="The key's record; null where the request was refused."
    )
    errors: list[InputError] = strawberry.field(
        description="What is wrong with the request; empty on success."
    )
