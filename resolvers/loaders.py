"""Nested data in batches: what many rows of an answer need is one statement, and nothing is remembered."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Concatenate, Generic, ParamSpec, Protocol, TypeVar

from strawberry.dataloader import DataLoader

from db.api_keys import keys_by_ids
from db.cursors import BadPage
from db.database import Database
from db.evaluation_queries import evaluations_by_ids, evaluations_pages
from db.executions import (
    executions_by_ids,
    executions_of_iterations,
    executions_pages,
    log_lines_by_execution_ids,
)
from db.grains import Grain, Window
from db.history import events_pages, past_runs
from db.iterations import iteration_statuses, iterations_by_ids, iterations_by_index, iterations_pages
from db.late_results import late_results_by_execution_ids
from db.published_triggers import hook_tokens, next_times
from db.record_queries import records_by_ids
from db.records import ExecutionRecord, Page, RunRecord, VersionRecord
from db.research import questions_by_attempts, questions_by_ids, steps_by_ids, steps_by_questions
from db.runs import latest_run_ids, runs_by_ids, runs_pages
from db.stats import activity_stats, stats_over_time, workflow_stats
from db.workflow_queries import versions_by_ids, versions_pages, workflows_by_ids
from engine.event_record import EventRecord
from resolvers.paging import PageRequest

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
Key = TypeVar("Key", bound=Hashable)
Which = TypeVar("Which", bound=Hashable)
Which_contra = TypeVar("Which_contra", contravariant=True)
Row = TypeVar("Row")

MAX_BATCH = 1_000
"""The most keys of one statement: databases bound the parameters that it may have."""


class InWorkspace(Protocol):
    """Calls a function of `db/` within the caller's workspace."""

    def __call__(
        self,
        function: Callable[Concatenate[Database, str, Given], Answer],
        /,
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Awaitable[Answer]:
        """Call it."""
        ...


class ReadPages(Protocol[Which_contra, Row]):
    """Reads a page for each of several parents."""

    def __call__(
        self,
        database: Database,
        workspace_id: str,
        parent_ids: Collection[str],
        which: Which_contra,
        /,
        *,
        first: int,
        after: str | None,
    ) -> Mapping[str, Page[Row]]:
        """Read them; BadPage for a page that cannot be given."""
        ...


@dataclass(frozen=True, slots=True)
class PageOf(Generic[Which]):
    """Asks for a page of what belongs to a parent and passes a filter."""

    parent_id: str
    request: PageRequest
    which: Which


@dataclass(frozen=True, slots=True)
class StatsOf:
    """Asks for statistics of a workflow: of its runs that were queued in a window."""

    workflow_id: str
    within: Window


@dataclass(frozen=True, slots=True)
class EventsOf:
    """Asks for the events of a run from `after` + 1 on, `first` at most."""

    run_id: str
    first: int
    after: int


class Loaders:
    """The loaders of one context. An unknown id loads as None, an unknown parent as a page without rows."""

    def __init__(self, in_workspace: InWorkspace, in_past: InWorkspace) -> None:
        self.workflows = _by_key(in_workspace, workflows_by_ids)
        self.versions = _by_key(in_workspace, versions_by_ids)
        self.runs = _by_key(in_workspace, runs_by_ids)
        self.executions = _by_key(in_workspace, executions_by_ids)
        self.iterations = _by_key(in_workspace, iterations_by_ids)
        self.turns = _by_key(in_workspace, iterations_by_index)
        self.turn_statuses = _by_key(in_workspace, iteration_statuses)
        self.records = _by_key(in_workspace, records_by_ids)
        self.api_keys = _by_key(in_workspace, keys_by_ids)
        self.evaluations = _by_key(in_workspace, evaluations_by_ids)
        self.hook_tokens = _by_key(in_workspace, hook_tokens)
        self.next_times = _by_key(in_workspace, next_times)
        self.latest_runs = _by_key(in_workspace, _latest_runs)
        self.pasts = _by_key(in_past, past_runs)
        self.events = _events(in_workspace)
        self.logs = _by_key(in_workspace, log_lines_by_execution_ids)
        self.questions = _by_key(in_workspace, questions_by_ids)
        self.steps = _by_key(in_workspace, steps_by_ids)
        self.questions_of_attempts = _by_key(in_workspace, questions_by_attempts)
        self.steps_of_questions = _by_key(in_workspace, steps_by_questions)
        self.late_results = _by_key(in_workspace, late_results_by_execution_ids)
        self.runs_of_workflows = _pages(in_workspace, runs_pages)
        self.versions_of_workflows = _pages(in_workspace, _versions_of_workflows)
        self.executions_of_runs = _pages(in_workspace, executions_pages)
        self.executions_of_iterations = _pages(in_workspace, _executions_of_iterations)
        self.turns_of_loops = _pages(in_workspace, iterations_pages)
        self.evaluations_of_workflows = _pages(in_workspace, evaluations_pages)
        self.stats = _stats(in_workspace, workflow_stats)
        self.activity_stats = _stats(in_workspace, activity_stats)
        self.stats_by_hour = _stats(in_workspace, partial(stats_over_time, grain=Grain.HOUR))
        self.stats_by_day = _stats(in_workspace, partial(stats_over_time, grain=Grain.DAY))


def _by_key(
    in_workspace: InWorkspace,
    read: Callable[[Database, str, Collection[Key]], Mapping[Key, Row]],
) -> DataLoader[Key, Row | None]:
    async def load(keys: list[Key]) -> list[Row | None]:
        found = await in_workspace(read, list(dict.fromkeys(keys)))
        return [found.get(key) for key in keys]

    return DataLoader(load, max_batch_size=MAX_BATCH, cache=False)


def _pages(in_workspace: InWorkspace, read: ReadPages[Which, Row]) -> DataLoader[PageOf[Which], Page[Row]]:
    async def load(keys: list[PageOf[Which]]) -> list[Page[Row] | BaseException]:
        asked: dict[tuple[PageRequest, Which], dict[str, None]] = {}
        for key in keys:
            asked.setdefault((key.request, key.which), {})[key.parent_id] = None
        found: dict[tuple[PageRequest, Which], Mapping[str, Page[Row] | BaseException]] = {}
        for (request, which), parents in asked.items():
            found[request, which] = await _ask(list(parents), request, which)
        return [found[key.request, key.which][key.parent_id] for key in keys]

    async def _ask(
        parents: Sequence[str], request: PageRequest, which: Which
    ) -> Mapping[str, Page[Row] | BaseException]:
        try:
            return await in_workspace(read, parents, which, first=request.first, after=request.after)
        except BadPage as refusal:  # of these parents alone: what else the answer needs is not at fault
            return dict.fromkeys(parents, refusal)

    return DataLoader(load, max_batch_size=MAX_BATCH, cache=False)


def _stats(
    in_workspace: InWorkspace,
    read: Callable[[Database, str, Collection[str], Window], Mapping[str, Row]],
) -> DataLoader[StatsOf, Row]:
    async def load(keys: list[StatsOf]) -> list[Row]:
        asked: dict[Window, dict[str, None]] = {}
        for key in keys:
            asked.setdefault(key.within, {})[key.workflow_id] = None
        found = {within: await in_workspace(read, list(ids), within) for within, ids in asked.items()}
        return [found[key.within][key.workflow_id] for key in keys]

    return DataLoader(load, max_batch_size=MAX_BATCH, cache=False)


def _events(in_workspace: InWorkspace) -> DataLoader[EventsOf, Sequence[EventRecord]]:
    async def load(keys: list[EventsOf]) -> list[Sequence[EventRecord] | BaseException]:
        asked: dict[tuple[int, int], dict[str, None]] = {}
        for key in keys:
            asked.setdefault((key.first, key.after), {})[key.run_id] = None
        found: dict[tuple[int, int], Mapping[str, Sequence[EventRecord] | BaseException]] = {}
        for (first, after), run_ids in asked.items():
            try:
                found[first, after] = await in_workspace(
                    events_pages, list(run_ids), first=first, after=after
                )
            except BadPage as refusal:
                found[first, after] = dict.fromkeys(run_ids, refusal)
        return [found[key.first, key.after][key.run_id] for key in keys]

    return DataLoader(load, max_batch_size=MAX_BATCH, cache=False)


def _latest_runs(
    database: Database, workspace_id: str, workflow_ids: Collection[str]
) -> Mapping[str, RunRecord]:
    latest = latest_run_ids(database, workspace_id, workflow_ids)
    found = runs_by_ids(database, workspace_id, list(latest.values()))
    return {workflow_id: found[run_id] for workflow_id, run_id in latest.items() if run_id in found}


def _executions_of_iterations(
    database: Database,
    workspace_id: str,
    ids: Collection[str],
    _which: None,
    /,
    *,
    first: int,
    after: str | None,
) -> Mapping[str, Page[ExecutionRecord]]:
    return executions_of_iterations(database, workspace_id, ids, first=first, after=after)


def _versions_of_workflows(
    database: Database,
    workspace_id: str,
    ids: Collection[str],
    _which: None,
    /,
    *,
    first: int,
    after: str | None,
) -> Mapping[str, Page[VersionRecord]]:
    return versions_pages(database, workspace_id, ids, first=first, after=after)
