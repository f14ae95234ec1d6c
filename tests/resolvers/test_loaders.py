"""Batches: one statement for many keys, and a fault of one page that stays its own."""

import asyncio
from collections.abc import Iterator

import pytest

from db.cursors import BadPage
from db.database import Database
from db.filters import ExecutionFilter, RunFilter
from resolvers.context import Context
from resolvers.loaders import PageOf
from resolvers.paging import PageRequest
from tests.db.filling import add_run, add_workflow, add_workspace
from tests.schema.api import Api

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def api(migrated_sqlite_url: str) -> Iterator[Api]:
    database = Database(migrated_sqlite_url)
    yield Api(database)
    database.dispose()


@pytest.fixture
def context(api: Api) -> Context:
    return api.context()


async def test_many_keys_are_one_statement_and_each_gets_its_own(api: Api, context: Context) -> None:
    ids = [add_run(api.database) for _ in range(3)]
    foreign = add_run(api.database, add_workspace(api.database, "other"))
    statements: list[str] = []
    api.watch(statements)
    found = await context.loaders.runs.load_many([ids[2], ids[0], "run_x", foreign, ids[2], ids[1]])
    assert [run and run.id for run in found] == [ids[2], ids[0], None, None, ids[2], ids[1]]
    assert len(statements) == 1


async def test_nothing_is_remembered(api: Api, context: Context) -> None:
    run_id = add_run(api.database)
    statements: list[str] = []
    api.watch(statements)
    for _ in range(2):
        assert await context.loaders.runs.load(run_id) is not None
    assert len(statements) == 2


async def test_pages_that_differ_only_in_their_parents_are_one_statement(api: Api, context: Context) -> None:
    workflows = [add_workflow(api.database) for _ in range(3)]
    runs = [add_run(api.database, workflow_id=workflows[0]) for _ in range(2)]
    statements: list[str] = []
    api.watch(statements)
    pages = context.loaders.runs_of_workflows
    keys = [PageOf(one, PageRequest(1, None), RunFilter()) for one in workflows]
    first, second, third = await pages.load_many(keys)
    assert len(statements) == 1
    assert [run.id for run in first.items] == [runs[1]] and first.has_next
    assert (second.items, third.items, second.has_next) == ([], [], False)


async def test_a_page_that_cannot_be_given_fails_alone(api: Api, context: Context) -> None:
    run_id = add_run(api.database)
    pages = context.loaders.executions_of_runs
    asked = [PageOf(run_id, PageRequest(first, None), ExecutionFilter()) for first in (10, 0, 101)]
    good, small, large = await asyncio.gather(*map(pages.load, asked), return_exceptions=True)
    assert not isinstance(good, BaseException) and good.items == []
    assert [str(one) for one in (small, large)] == [
        "'first' is 0; it takes 1 to 100",
        "'first' is 101; it takes 1 to 100",
    ]
    assert isinstance(small, BadPage) and isinstance(large, BadPage)


async def test_the_latest_run_of_a_workflow_is_the_one_queued_last(api: Api, context: Context) -> None:
    ran, never = add_workflow(api.database), add_workflow(api.database)
    add_run(api.database, workflow_id=ran)
    latest = add_run(api.database, workflow_id=ran)
    found = await context.loaders.latest_runs.load_many([never, ran, "wf_x"])
    assert [run and run.id for run in found] == [None, latest, None]


def test_an_operation_without_a_caller_is_a_fault_of_the_program(api: Api) -> None:
    with pytest.raises(RuntimeError, match="before its caller was admitted"):
        _ = Context(api.services).caller
