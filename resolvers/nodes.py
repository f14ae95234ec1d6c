"""Whatever has an id, by its prefix."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from db.api_keys import ApiKeyRecord
from db.evaluation_queries import EvaluationRecord
from db.ids import prefix_of
from db.records import (
    ExecutionRecord,
    IterationRecord,
    RecordRecord,
    RunRecord,
    VersionRecord,
    WorkflowRecord,
)
from resolvers import permissions
from resolvers.context import Context
from resolvers.marks import mark_of
from resolvers.past import Past, past_of
from resolvers.run_loaders import Loads

NodeRecord: TypeAlias = (
    WorkflowRecord
    | VersionRecord
    | RunRecord
    | ExecutionRecord
    | IterationRecord
    | RecordRecord
    | EvaluationRecord
    | ApiKeyRecord
)


@dataclass(frozen=True, slots=True)
class Was:
    """What something in a run was, and the run then."""

    record: RunRecord | ExecutionRecord | IterationRecord
    past: Past


async def find(context: Context, an_id: str) -> NodeRecord | Was | None:
    """Give what has this id in the caller's workspace, or None."""
    mark = mark_of(an_id)
    if mark is not None:
        return await _find_past(context, an_id, *mark)
    loaders = context.loaders
    by_prefix: Mapping[str | None, Callable[[str], Awaitable[Any]]] = {
        "wf": loaders.workflows.load,
        "wfv": loaders.versions.load,
        "run": loaders.runs.load,
        "exe": loaders.executions.load,
        "itr": loaders.iterations.load,
        "rec": loaders.records.load,
        "tev": loaders.evaluations.load,
    }
    if permissions.allows(context.caller, "apiKeys"):
        by_prefix = {**by_prefix, "key": loaders.api_keys.load}
    load = by_prefix.get(prefix_of(an_id))
    found: NodeRecord | None = await load(an_id) if load is not None else None
    return found


async def _find_past(context: Context, an_id: str, plain: str, seq: int) -> Was | None:
    prefix, now = prefix_of(plain), context.loaders
    stored: ExecutionRecord | IterationRecord | None
    match prefix:
        case "run":
            run_id = plain
        case "exe" | "itr":
            stored = await (now.executions if prefix == "exe" else now.iterations).load(plain)
            run_id = stored.run_id if stored is not None else ""
        case _:
            return None
    past = await past_of(context, run_id, seq)
    if past is None:
        return None
    by_prefix: Mapping[str, Loads[str, Any]] = {
        "run": past.runs,
        "exe": past.executions,
        "itr": past.iterations,
    }
    record = await by_prefix[prefix].load(an_id)
    return None if record is None else Was(record, past)
