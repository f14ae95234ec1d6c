"""Watching a list of runs: which runs enter it, change in it and leave it, as a filter says."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from db.filters import RunFilter
from db.grains import window
from db.records import JsonObject, RunRecord
from live.run_list import ListChange
from resolvers.changes import with_header
from resolvers.context import Context
from resolvers.faults import NotFound
from resolvers.loaders import StatsOf

STATS_PAUSE = 1.0
"""Seconds between two readings of a workflow's statistics."""


@dataclass(frozen=True, slots=True)
class ListUpdate:
    """One message to a watcher: the run, its own fields as they were right after the event that moved it."""

    change: ListChange
    run: RunRecord


async def watch(context: Context, which: RunFilter) -> AsyncGenerator[ListUpdate, None]:
    """Give the changes of the list of the workspace's runs that pass a filter, from this moment on.

    Raises:
        Lagging: More changes waited for the watcher than are kept.
        HubClosed: This process goes down.
    """
    moves = context.services.lists.watch(context.caller.workspace_id, which, partial(passes, which))
    async with aclosing(moves) as batches:
        async for batch in batches:
            for move in batch:
                yield ListUpdate(move.change, with_header(move.run, move.seq, move.header))


def passes(which: RunFilter, run: RunRecord, header: JsonObject) -> bool:
    """Say whether a run passes a filter with a header, as `db.runs` asks the database."""
    error = header["error"]
    return (
        (which.workflow_id is None or run.workflow_id == which.workflow_id)
        and (which.statuses is None or header["status"] in which.statuses)
        and (which.trigger_types is None or run.trigger["type"] in which.trigger_types)
        and (which.started_after is None or run.queued_at > which.started_after)
        and (which.started_before is None or run.queued_at < which.started_before)
        and (which.has_error is None or which.has_error == (error is not None))
        and (which.error_code is None or (error is not None and error["code"] == which.error_code))
    )


async def stats_of(context: Context, workflow_id: str) -> AsyncGenerator[StatsOf, None]:
    """Begin to watch the statistics of a workflow.

    Returns:
        What to load, once now, and again when a run of the workflow has changed, no sooner than a second later.

    Raises:
        NotFound: The workspace has no such workflow.
    """
    if await context.loaders.workflows.load(workflow_id) is None:
        raise NotFound("workflow", workflow_id)
    return _paced(context, workflow_id)


async def _paced(context: Context, workflow_id: str) -> AsyncGenerator[StatsOf, None]:
    which = RunFilter(workflow_id=workflow_id)
    asked = StatsOf(workflow_id, window(None, None))
    moves = context.services.lists.watch(context.caller.workspace_id, which, partial(passes, which))
    async with aclosing(moves):
        changed = asyncio.ensure_future(anext(moves))
        try:
            await asyncio.sleep(0)  # the watching begins before the first numbers are read
            while True:
                yield asked
                await asyncio.sleep(STATS_PAUSE)
                await changed
                changed = asyncio.ensure_future(anext(moves))
        finally:
            changed.cancel()
            await asyncio.gather(changed, return_exceptions=True)
