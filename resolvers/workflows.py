"""Workflows: lists of them, and their changes."""

from collections.abc import Mapping
from typing import Any

from db.filters import WorkflowFilter
from db.records import Page, VersionRecord, WorkflowRecord
from db.workflow_queries import workflows_page
from db.workflows import (
    WorkflowChanges,
    archive_workflow,
    create_workflow,
    pause_workflow,
    publish_workflow,
    resume_workflow,
    update_workflow,
)
from resolvers.context import Context
from resolvers.loaders import PageOf
from resolvers.paging import PageRequest


async def newest(context: Context, request: PageRequest, which: WorkflowFilter) -> Page[WorkflowRecord]:
    """Give a page of the workspace's workflows, the newest first."""
    return await context.in_workspace(workflows_page, which, first=request.first, after=request.after)


async def create(
    context: Context, *, name: str, description: str | None, definition: Mapping[str, Any], publish: bool
) -> WorkflowRecord:
    """Create a workflow; with `publish` it goes live at once.

    Raises:
        Refused: Nothing was created; every fault.
    """
    return await context.in_workspace(
        create_workflow,
        context.caller.actor,
        name=name,
        description=description,
        definition=definition,
        publish=publish,
    )


async def update(context: Context, workflow_id: str, changes: WorkflowChanges) -> WorkflowRecord:
    """Change what a workflow is called, and save its draft.

    Raises:
        Refused: Nothing was changed; every fault.
    """
    return await context.in_workspace(update_workflow, workflow_id, changes)


async def publish(context: Context, workflow_id: str) -> WorkflowRecord:
    """Publish a workflow's draft.

    Raises:
        Refused: Nothing was published; every fault.
    """
    return await context.in_workspace(publish_workflow, workflow_id)


async def pause(context: Context, workflow_id: str) -> WorkflowRecord:
    """Keep a workflow from starting runs.

    Raises:
        Refused: NOT_FOUND, NOT_LIVE or ARCHIVED.
    """
    return await context.in_workspace(pause_workflow, workflow_id)


async def resume(context: Context, workflow_id: str) -> WorkflowRecord:
    """Let a workflow start runs again.

    Raises:
        Refused: NOT_FOUND, NOT_LIVE or ARCHIVED.
    """
    return await context.in_workspace(resume_workflow, workflow_id)


async def archive(context: Context, workflow_id: str) -> WorkflowRecord:
    """Take a workflow out of use for good.

    Raises:
        Refused: NOT_FOUND.
    """
    return await context.in_workspace(archive_workflow, workflow_id)


async def versions(context: Context, workflow_id: str, request: PageRequest) -> Page[VersionRecord]:
    """Give a page of a workflow's versions, the newest first."""
    return await context.loaders.versions_of_workflows.load(PageOf(workflow_id, request, None))
