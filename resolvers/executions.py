"""Executions, iterations and what belongs to them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar, overload

from db.filters import ExecutionFilter, IterationFilter
from db.records import ExecutionRecord, IterationRecord, Page
from engine.status import IterationStatus
from resolvers.loaders import PageOf
from resolvers.paging import PageRequest
from resolvers.run_loaders import RunLoaders

Found = TypeVar("Found")


async def of_run(
    loaders: RunLoaders, run_id: str, request: PageRequest, which: ExecutionFilter
) -> Page[ExecutionRecord]:
    """Give a page of a run's executions."""
    return await loaders.executions_of_runs.load(PageOf(run_id, request, which))


async def of_iteration(loaders: RunLoaders, iteration_id: str, request: PageRequest) -> Page[ExecutionRecord]:
    """Give a page of the executions directly in an iteration."""
    return await loaders.executions_of_iterations.load(PageOf(iteration_id, request, None))


async def turns(
    loaders: RunLoaders, loop_id: str, request: PageRequest, which: IterationFilter
) -> Page[IterationRecord]:
    """Give a page of the iterations of a Loop's execution."""
    return await loaders.turns_of_loops.load(PageOf(loop_id, request, which))


async def turn_statuses(loaders: RunLoaders, loop_id: str) -> Sequence[IterationStatus]:
    """Give where the iterations of a Loop's execution stand, by index from 1; none of any other execution."""
    return await loaders.turn_statuses.load(loop_id) or ()


async def several(loaders: RunLoaders, ids: Sequence[str]) -> list[ExecutionRecord]:
    """Give executions in the order of their ids."""
    found = await loaders.executions.load_many(ids)
    return [execution for execution in found if execution is not None]


@overload
async def filled(loaders: RunLoaders, changed: ExecutionRecord) -> ExecutionRecord: ...


@overload
async def filled(loaders: RunLoaders, changed: IterationRecord) -> IterationRecord: ...


async def filled(
    loaders: RunLoaders, changed: ExecutionRecord | IterationRecord
) -> ExecutionRecord | IterationRecord:
    """Give what an event describes with what the event leaves out because it does not change.

    Of an iteration that is its item; of an execution what it was given, when its first attempt began, and
    when and where its present one did.
    """
    if isinstance(changed, IterationRecord):
        turn = _there(await loaders.iterations.load(changed.id), changed.id)
        return replace(changed, item=turn.item)
    if changed.attempt == 0:
        return changed
    stored = _there(await loaders.executions.load(changed.id), changed.id)
    began, worker = _attempt(stored, changed.attempt)
    return replace(
        changed, inputs=stored.inputs, started_at=stored.started_at, attempt_started_at=began, worker=worker
    )


def _there(found: Found | None, an_id: str) -> Found:
    if found is None:
        raise LookupError(f"{an_id} is gone")
    return found


def _attempt(stored: ExecutionRecord, number: int) -> tuple[datetime | None, str | None]:
    for past in stored.attempts:
        if past["number"] == number:
            return datetime.fromisoformat(past["startedAt"]), past["worker"]
    return stored.attempt_started_at, stored.worker
