"""No query per row: how many statements an answer takes depends on what is asked, not on how much there is."""

from collections.abc import Callable
from typing import Any

import pytest

from db.ids import DEFAULT_WORKSPACE
from db.roles import Role
from resolvers.context import Caller, Context
from schema.root import schema
from tests.schema.api import ANN, Api
from tests.schema.workflows import CHAIN, REVIEW

pytestmark = pytest.mark.anyio

DEEPEST = """{ workflows(first: 6) { edges { node { id createdBy { name } draft { number } published { number activities { key } }
  latestRun { id status }
  runs(first: 3) { edges { node { id status workflow { name } version { number problems { code } } failedExecution { id }
    cancellation { inFlight { id } }
    graph { activities { state latestExecution { id } } edges { count } }
    activityExecutions { edges { node { id key inputs attempts { number } result { __typename
        ... on RecordResult { record { current { values } } } }
      run { id workflow { name } } activity { name } iteration { index loop { key } } logs { message }
      iterationAt(index: 1) { id } iterationStatuses
      iterations(first: 6) { edges { node { index item previous { index } next { index } loop { run { id } }
        activityExecutions { edges { node { key } } } } } } } } } } } } } } } }"""

IN_LOOPS = """{ runs(first: 4) { edges { node { activityExecutions { edges { node { iterations(first: 4) { edges { node {
  activityExecutions { edges { node { key activity { name } run { status } iteration { index }
    result { ... on RecordResult { record { current { values } } } }
    logs { message } } } } } } } } } } } } } }"""

FLAT = {
    "runs": "{ runs { edges { node { status workflow { name published { number } } version { number } } } } }",
    "records": '{ records(object: "people") { edges { node { values createdBy { name } updatedBy { name } } } } }',
    "nodes": "{ workflows { edges { node { name latestRun { status } runs(first: 1) { edges { node { seq } } } } } } }",
    "statistics": "{ workflows { edges { node { name stats { runs creditsUsed durationMsP95 perActivity { key durationMsP50 } "
    "overTime { start completed } hours: overTime(bucket: HOUR) { start } } } } } }",
    "workflows": "{ workflows { edges { node { stats { runs completed durationMsP95 } latestRun { status } } } } }",
    "credits": "{ credits { used perWorkflow { used workflow { name } } } }",
    "versions": "{ workflows { edges { node { versions(first: 2) { edges { node { number workflow { name } } } } } } } }",
    "by filter": """{ runs(filter: {statuses: [COMPLETED]}) { edges { node {
        activityExecutions(filter: {keys: ["each"]}) { edges { node { key } } } } } } }""",
}


def fill(api: Api, workflows: int, runs: int, names: int) -> None:
    for number in range(workflows):
        workflow_id = api.worker.publish(REVIEW if number % 2 == 0 else CHAIN, f"Number {number}")
        for _ in range(runs):
            api.worker.begin(workflow_id, {"names": [f"name {one}" for one in range(names)], "n": 1})
            api.worker.work()


class Inline(Context):
    """A context that asks the database at once: when threads answer, and so what still joins a batch, is chance."""

    async def in_workspace(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return function(self.services.database, self.caller.workspace_id, *args, **kwargs)


async def count(api: Api, document: str, kind: type[Context]) -> int:
    statements: list[str] = []
    api.watch(statements)
    context = kind(api.services, Caller(workspace_id=DEFAULT_WORKSPACE, actor=ANN, role=Role.VIEWER))
    result = await schema.execute(document, context_value=context)
    assert result.errors is None
    return len(statements)


@pytest.fixture
def small(api: Api) -> Api:
    fill(api, workflows=2, runs=1, names=1)
    return api


@pytest.mark.parametrize("document", [DEEPEST, IN_LOOPS, *FLAT.values()], ids=["deepest", "in loops", *FLAT])
async def test_the_number_of_statements_does_not_grow_with_the_rows(small: Api, document: str) -> None:
    few = await count(small, document, Inline)
    fill(small, workflows=4, runs=3, names=6)
    assert await count(small, document, Inline) == few
    most = {DEEPEST: 40, FLAT["statistics"]: 18}.get(document, 9)
    assert await count(small, document, Context) <= most


async def test_each_page_of_a_large_run_takes_as_many_statements(api: Api) -> None:
    run_id = api.worker.run(REVIEW, {"names": [f"name {number}" for number in range(25)]})
    document = """query($id: ID!, $after: String) { run(id: $id) { activityExecutions(first: 10, after: $after) {
      pageInfo { hasNextPage endCursor } edges { node { key inputs activity { name } iteration { index } } } } } }"""
    statements: list[str] = []
    api.watch(statements)
    counts, keys, page = [], [], {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        before = len(statements)
        found = (await api.ask(document, id=run_id, after=page["endCursor"]))["run"]["activityExecutions"]
        counts.append(len(statements) - before)
        keys += [edge["node"]["key"] for edge in found["edges"]]
        page = found["pageInfo"]
    assert len(keys) > 50 and len(counts) == -(-len(keys) // 10)
    assert set(counts) == {counts[0]} and counts[0] <= 6


async def test_the_deepest_list_shows_all_there_is(small: Api) -> None:
    fill(small, workflows=2, runs=2, names=3)
    found = await small.ask(DEEPEST)
    turns = [
        turn["node"]["item"]
        for workflow in found["workflows"]["edges"]
        for run in workflow["node"]["runs"]["edges"]
        for execution in run["node"]["activityExecutions"]["edges"]
        for turn in execution["node"]["iterations"]["edges"]
    ]
    assert sorted(turns) == sorted(["name 0"] + ["name 0", "name 1", "name 2"] * 2)
