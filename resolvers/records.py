"""Records of the workspace: lists of them, and their changes."""

from db import record_changes
from db.record_queries import records_page
from db.records import Page, RecordRecord
from resolvers.context import Context
from resolvers.json_input import cleaned
from resolvers.paging import PageRequest


async def oldest(
    context: Context, object_name: str, request: PageRequest, conditions: object
) -> Page[RecordRecord]:
    """Give a page of the records of an object, the oldest first: all, or where conditions hold.

    Raises:
        BadPage: The page cannot be given.
        Refused: The conditions have faults.
    """
    return await context.in_workspace(
        records_page,
        object_name,
        cleaned(conditions, "filter", "VALUE_INVALID"),
        first=request.first,
        after=request.after,
    )


async def create(context: Context, object_name: str, values: object) -> RecordRecord:
    """Create a record, and start the workflows that watch it.

    Raises:
        Refused: VALUE_INVALID.
    """
    made = await context.in_workspace(
        record_changes.create, context.caller.actor, object_name, values, terms=context.services.terms
    )
    return await _told(context, made)


async def update(context: Context, record_id: str, values: object) -> RecordRecord:
    """Change the values of a record that are named, and start the workflows that watch it.

    Raises:
        Refused: NOT_FOUND or VALUE_INVALID.
    """
    made = await context.in_workspace(
        record_changes.update, context.caller.actor, record_id, values, terms=context.services.terms
    )
    return await _told(context, made)


async def _told(context: Context, made: record_changes.Made) -> RecordRecord:
    if made.fired.writes:
        await context.announce(made.fired.events, made.fired.pending)
    return made.record
