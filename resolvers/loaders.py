"""Nested data in batches: what many rows of an answer need is one statement, and nothing is remembered."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Concatenate, Generic, ParamSpec, Protocol, TypeVar

from strawberry.dataloader import DataLoader

from db.cursors import BadPage
from db.database import Database
from db.executions import (
    executions_by_ids,
    executions_of_iterations,
    executions_pages,
    log_lines_by_execution_ids,
)
from db.iterations import iterations_by_ids, iterations_by_index, iterations_pages
from db.record_queries import records_by_ids
from db.records import ExecutionRecord, Page, RunRecord
from db.runs import latest_run_ids, runs_by_ids, runs_pages
from db.workflow_queries import versions_by_ids, workflows_by_ids
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


class Loaders:
    """The loaders of one context. An unknown id loads as None, an unknown parent as a page without rows."""

    def __init__(self, in_workspace: InWorkspace) -> None:
        self.workflows = _by_key(in_workspace, workflows_by_ids)
        self.versions = _by_key(in_workspace, versions_by_ids)
        self.runs = _by_key(in_workspace, runs_by_ids)
        self.executions = _by_key(in_workspace, executions_by_ids)
        self.iterations = _by_key(in_workspace, iterations_by_ids)
        self.turns = _by_key(in_workspace, iterations_by_index)
        self.records = _by_key(in_workspace, records_by_ids)
        self.latest_runs = _by_key(in_workspace, _latest_runs)
        self.logs = _by_key(in_workspace, log_lines_by_execution_ids)
        self.runs_of_workflows = _pages(in_workspace, runs_pages)
        self.executions_of_runs = _pages(in_workspace, executions_pages)
        self.executions_of_iterations = _pages(in_workspace, _executions_of_iterations)
        self.turns_of_loops = _pages(in_workspace, iterations_pages)


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
