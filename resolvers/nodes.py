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
    QuestionRecord,
    RecordRecord,
    RunRecord,
    StepRecord,
    VersionRecord,
    WorkflowRecord,
)
from resolvers import permissions
from resolvers.context import Context
from resolvers.marks import mark_of
from resolvers.past import Past, past_of
from resolvers.run_loaders import Loads, RunLoaders

NodeRecord: TypeAlias = (
    WorkflowRecord
    | VersionRecord
    | RunRecord
    | ExecutionRecord
    | IterationRecord
    | QuestionRecord
    | StepRecord
    | RecordRecord
    | EvaluationRecord
    | ApiKeyRecord
)


InRunRecord: TypeAlias = RunRecord | ExecutionRecord | IterationRecord | QuestionRecord | StepRecord


@dataclass(frozen=True, slots=True)
class Was:
    """What something in a run was, and the run then."""

    record: InRunRecord
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
        "rsq": loaders.questions.load,
        "rss": loaders.steps.load,
        "rec": loaders.records.load,
        "tev": loaders.evaluations.load,
    }
    if permissions.allows(context.caller, "apiKeys"):
        by_prefix = {**by_prefix, "key": loaders.api_keys.load}
    load = by_prefix.get(prefix_of(an_id))
    found: NodeRecord | None = await load(an_id) if load is not None else None
    return found


async def _find_past(context: Context, an_id: str, plain: str, seq: int) -> Was | None:
    prefix = prefix_of(plain)
    run_id = await _run_of(context.loaders, prefix, plain)
    past = await past_of(context, run_id, seq) if run_id is not None else None
    if past is None:
        return None
    record = await _in_run(past)[prefix].load(an_id)
    return None if record is None else Was(record, past)


async def _run_of(loaders: RunLoaders, prefix: str | None, an_id: str) -> str | None:
    """Give the run that something is in, or None where that is nothing that a run holds."""
    if prefix == "run":
        return an_id
    load = _in_run(loaders).get(prefix)
    stored = await load.load(an_id) if load is not None else None
    return None if stored is None else str(stored.run_id)


def _in_run(loaders: RunLoaders) -> Mapping[str | None, Loads[str, Any]]:
    return {
        "run": loaders.runs,
        "exe": loaders.executions,
        "itr": loaders.iterations,
        "rsq": loaders.questions,
        "rss": loaders.steps,
    }
