"""Trigger evaluations: why a workflow ran, and why it did not."""

from db.evaluation_queries import EvaluationRecord
from db.records import Page
from resolvers.context import Context
from resolvers.loaders import PageOf
from resolvers.paging import PageRequest


async def of_workflow(context: Context, workflow_id: str, request: PageRequest) -> Page[EvaluationRecord]:
    """Give a page of a workflow's evaluations, the newest first."""
    return await context.loaders.evaluations_of_workflows.load(PageOf(workflow_id, request, None))
