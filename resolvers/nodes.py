"""Whatever has an id, by its prefix."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from db.ids import prefix_of
from db.records import (
    ExecutionRecord,
    IterationRecord,
    RecordRecord,
    RunRecord,
    VersionRecord,
    WorkflowRecord,
)
from resolvers.context import Context

NodeRecord: TypeAlias = (
    WorkflowRecord | VersionRecord | RunRecord | ExecutionRecord | IterationRecord | RecordRecord
)


async def find(context: Context, an_id: str) -> NodeRecord | None:
    """Give what has this id in the caller's workspace, or None."""
    loaders = context.loaders
    by_prefix: Mapping[str | None, Callable[[str], Awaitable[Any]]] = {
        "wf": loaders.workflows.load,
        "wfv": loaders.versions.load,
        "run": loaders.runs.load,
        "exe": loaders.executions.load,
        "itr": loaders.iterations.load,
        "rec": loaders.records.load,
    }
    load = by_prefix.get(prefix_of(an_id))
    found: NodeRecord | None = await load(an_id) if load is not None else None
    return found
