"""API keys: lists of them, making and revoking them. Which role these need is for `permissions`."""

from datetime import datetime

from db.api_keys import ApiKeyRecord, create_key, keys_page, revoke_key
from db.records import Page
from db.roles import Role
from engine.errors import Problem, Refused
from resolvers.context import Context
from resolvers.paging import PageRequest


async def newest(context: Context, request: PageRequest) -> Page[ApiKeyRecord]:
    """Give a page of the workspace's keys, the newest first."""
    return await context.in_workspace(keys_page, first=request.first, after=request.after)


async def create(
    context: Context, *, name: str, role: Role, expires_at: datetime | None
) -> tuple[ApiKeyRecord, str]:
    """Make a key; gives its record and the key itself, which nothing gives again.

    Raises:
        Refused: VALUE_INVALID.
    """
    return await context.in_workspace(create_key, name, role=role, expires_at=expires_at)


async def revoke(context: Context, key_id: str) -> ApiKeyRecord:
    """Make a key worthless at once.

    Raises:
        Refused: NOT_FOUND.
    """
    key = await context.in_workspace(revoke_key, key_id)
    if key is None:
        raise Refused(Problem("NOT_FOUND", f"There is no API key {key_id!r}.", ("id",)))
    return key
