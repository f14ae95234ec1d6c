"""Runs: lists of them, their canvas, starting and canceling them."""

from typing import Any

from db import crash_points
from db.cancel import Canceled, cancel_run
from db.filters import RunFilter
from db.records import Page, RunRecord
from db.runs import runs_page
from db.start import Start, start_run
from db.texts import is_storable
from engine.errors import Problem, Refused
from resolvers.context import Context
from resolvers.graph import GraphOverlay, overlay
from resolvers.json_input import cleaned
from resolvers.loaders import PageOf
from resolvers.paging import PageRequest
from resolvers.run_loaders import RunLoaders


async def newest(context: Context, request: PageRequest, which: RunFilter) -> Page[RunRecord]:
    """Give a page of the workspace's runs, the newest first."""
    return await context.in_workspace(runs_page, which, first=request.first, after=request.after)


async def of_workflow(
    context: Context, workflow_id: str, request: PageRequest, which: RunFilter
) -> Page[RunRecord]:
    """Give a page of a workflow's runs, the newest first."""
    return await context.loaders.runs_of_workflows.load(PageOf(workflow_id, request, which))


async def graph(context: Context, loaders: RunLoaders, run: RunRecord) -> GraphOverlay:
    """Give the canvas of a run."""
    known = run if run.state else await loaders.runs.load(run.id)
    version = await context.loaders.versions.load(run.version_id)
    if known is None or version is None:
        raise LookupError(f"run {run.id} is gone")
    return overlay(version.definition, known)


async def start(
    context: Context, workflow_id: str, payload: Any, *, record_id: str | None, idempotency_key: str | None
) -> RunRecord:
    """Start a run, once for an idempotency key, and tell whoever waits for it.

    Raises:
        Refused: It was not started; every fault.
    """
    if not is_storable(workflow_id):
        raise Refused(Problem("NOT_FOUND", f"There is no workflow {workflow_id!r}.", ("workflowId",)))
    if idempotency_key is not None and not is_storable(idempotency_key):
        message = "An idempotency key is text without NUL characters and halves of surrogate pairs."
        raise Refused(Problem("VALUE_INVALID", message, ("idempotencyKey",)))
    wish = Start(
        workflow_id=workflow_id,
        payload=cleaned(payload, "payload", "PAYLOAD_INVALID"),
        actor=context.caller.actor,
        terms=context.services.terms,
        record_id=record_id,
        idempotency_key=idempotency_key,
    )
    started = await context.in_workspace(start_run, wish)
    crash_points.reach("A2")
    await context.announce(started.events, started.pending)
    return started.run


async def cancel(context: Context, run_id: str) -> Canceled:
    """Ask a run to stop, and tell its followers.

    Raises:
        Refused: NOT_FOUND.
    """
    canceled = None
    if is_storable(run_id):
        canceled = await context.in_workspace(cancel_run, run_id, context.caller.actor)
    if canceled is None:
        raise Refused(Problem("NOT_FOUND", f"There is no run {run_id!r}.", ("id",)))
    crash_points.reach("X2")
    await context.announce(canceled.events)
    return canceled
