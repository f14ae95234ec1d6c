"""Pages: keyset cursors over every list, and one code for every fault of one."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db.database import Database
from tests.schema.api import Api
from tests.schema.workflows import CHAIN, REVIEW, run

pytestmark = pytest.mark.anyio

LISTS = {
    "workflows": "query($first: Int, $after: String) { page: workflows(first: $first, after: $after) { %s } }",
    "runs": "query($first: Int, $after: String) { page: runs(first: $first, after: $after) { %s } }",
    "records": 'query($first: Int, $after: String) { page: records(object: "people", first: $first, after: $after) { %s } }',
    "Workflow.runs": """query($first: Int, $after: String) { workflows(first: 1) { edges { node {
        page: runs(first: $first, after: $after) { %s } } } } }""",
    "Run.activityExecutions": """query($first: Int, $after: String) { runs(first: 1) { edges { node {
        page: activityExecutions(first: $first, after: $after) { %s } } } } }""",
    "ActivityExecution.iterations": """query($first: Int, $after: String) { runs(first: 1) { edges { node {
        activityExecutions(first: 1) { edges { node { page: iterations(first: $first, after: $after) { %s } } } } } } } }""",
    "LoopIteration.activityExecutions": """query($first: Int, $after: String) { runs(first: 1) { edges { node {
        activityExecutions(first: 1) { edges { node { iterationAt(index: 1) {
        page: activityExecutions(first: $first, after: $after) { %s } } } } } } } } }""",
}
PAGE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } }"


def the_page(data: Any) -> Any:
    """The page that lies somewhere in an answer."""
    while "page" not in data:
        data = data["edges"][0]["node"] if "edges" in data else next(iter(data.values()))
    return data["page"]


@pytest.fixture(scope="module")
def api(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The API on two workflows with four runs; the tests of this file only read."""
    path = shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("pages"))
    database = Database(f"sqlite:///{path}")
    filled = Api(database)
    run(filled, CHAIN, {"n": 1})
    workflow_id = filled.worker.publish(REVIEW)
    for _ in range(3):
        filled.worker.begin(workflow_id, {"names": ["ann", "bob", "cleo"]})
        filled.worker.work()
    yield filled
    database.dispose()


@pytest.mark.parametrize("name", LISTS)
async def test_pages_of_one_give_the_same_as_one_page(api: Api, name: str) -> None:
    document = LISTS[name] % PAGE
    whole = the_page(await api.ask(document, first=100))
    assert len(whole["edges"]) >= 2 and whole["pageInfo"]["hasNextPage"] is False
    edges, after = [], None
    while True:
        page = the_page(await api.ask(document, first=1, after=after))
        edges += page["edges"]
        info = page["pageInfo"]
        assert info["hasPreviousPage"] is (after is not None)
        assert info["startCursor"] == info["endCursor"] == page["edges"][0]["cursor"]
        after = info["endCursor"]
        if not info["hasNextPage"]:
            break
    assert edges == whole["edges"]


@pytest.mark.parametrize("first", [0, -1, 101, -503, 2**31 - 1, None])
@pytest.mark.parametrize("name", LISTS)
async def test_a_page_of_a_wrong_size_is_refused(api: Api, name: str, first: int | None) -> None:
    error = await api.refusal(LISTS[name] % PAGE, first=first)
    assert error["extensions"] == {"code": "BAD_PAGE"}
    assert error["message"] == f"'first' is {'null' if first is None else first}; it takes 1 to 100"


@pytest.mark.parametrize("after", ["", "x", "WyJydW5zIl0", "\0", "é", "W10", "bnVsbA", "A" * 10_000])
@pytest.mark.parametrize("name", LISTS)
async def test_a_cursor_that_is_none_is_refused(api: Api, name: str, after: str) -> None:
    error = await api.refusal(LISTS[name] % PAGE, first=1, after=after)
    assert error["extensions"] == {"code": "BAD_PAGE"}
    assert error["message"].startswith("'after' is no cursor of ")


async def test_a_cursor_of_another_list_is_refused(api: Api) -> None:
    other = the_page(await api.ask(LISTS["runs"] % PAGE, first=1))["pageInfo"]["endCursor"]
    error = await api.refusal(LISTS["workflows"] % PAGE, first=1, after=other)
    assert error["extensions"] == {"code": "BAD_PAGE"}


async def test_a_page_that_is_refused_leaves_the_other_lists_of_the_answer(api: Api) -> None:
    result = await api.answer(
        '{ workflow(id: "wf_x") { id } runs(first: 1) { edges { node { id } } } bad: node(id: "x") { id } }'
    )
    assert result.errors is None
    result = await api.answer(
        """{ runs(first: 1) { edges { node { workflow { good: runs(first: 2) { edges { cursor } } name } } } }
             other: workflows(first: 1) { edges { node {
               bad: latestRun { activityExecutions(first: 0) { edges { cursor } } } } } } }"""
    )
    assert [error.extensions for error in result.errors] == [{"code": "BAD_PAGE"}]


async def test_the_newest_runs_come_first_and_filters_narrow_them(api: Api) -> None:
    found = await api.ask(
        """{ all: runs { edges { node { id queuedAt } } }
             done: runs(filter: {statuses: [COMPLETED], triggerTypes: [MANUAL], hasError: false}) { edges { node { id } } }
             failed: runs(filter: {statuses: [FAILED]}) { edges { node { id } } }
             none: runs(filter: {statuses: []}) { edges { node { id } } }
             later: runs(filter: {startedAfter: "2099-01-01T00:00:00Z"}) { edges { node { id } } }
             coded: runs(filter: {errorCode: "TIMEOUT"}) { edges { node { id } } }
             named: workflows(filter: {search: "TES", statuses: [LIVE]}) { edges { node { name } } }
             drafts: workflows(filter: {statuses: [DRAFT, ARCHIVED]}) { edges { node { name } } } }"""
    )
    times = [edge["node"]["queuedAt"] for edge in found["all"]["edges"]]
    assert times == sorted(times, reverse=True) and len(times) == 4
    assert [edge["node"]["id"] for edge in found["all"]["edges"]] == [
        edge["node"]["id"] for edge in found["done"]["edges"]
    ]
    assert [found[name]["edges"] for name in ("failed", "none", "later", "coded", "drafts")] == [[]] * 5
    assert len(found["named"]["edges"]) == 2


async def test_records_are_filtered_by_conditions_oldest_first(api: Api) -> None:
    document = (
        'query($filter: JSON) { records(object: "people", filter: $filter) { edges { node { values } } } }'
    )
    group = {"match": "any", "conditions": [{"left": "name", "operator": "in", "right": ["cleo", "ann"]}]}
    found = await api.ask(document, filter=group)
    assert [edge["node"]["values"]["name"] for edge in found["records"]["edges"]] == ["ann", "cleo"]
    assert len((await api.ask(document, filter=None))["records"]["edges"]) == 3


@pytest.mark.parametrize(
    "group",
    [
        5,
        "x",
        [],
        {},
        {"match": "all"},
        {"match": "all", "conditions": [{"left": "{{ x }}", "operator": "equals"}]},
    ],
)
async def test_a_filter_with_faults_is_refused_with_its_place(api: Api, group: Any) -> None:
    error = await api.refusal(
        'query($filter: JSON) { records(object: "people", filter: $filter) { edges { cursor } } }',
        filter=group,
    )
    assert error["extensions"]["code"] == "VALUE_INVALID"
    assert error["extensions"]["path"][0] == "filter"


async def test_text_that_no_database_holds_finds_nothing(api: Api) -> None:
    document = """query($text: String!, $id: ID!, $filter: JSON) {
      runs(filter: {errorCode: $text, workflowId: $id}) { edges { cursor } }
      workflows(filter: {search: $text}) { edges { cursor } }
      records(object: $text) { edges { cursor } }
      people: records(object: "people", filter: $filter) { edges { cursor } } }"""
    nested = """query($text: String!, $id: ID!) { runs(first: 1) { edges { node {
      activityExecutions(filter: {keys: [$text], iterationId: $id}) { edges { cursor } } } } } }"""
    for text in ("\0", "\ud800", "a\0b"):
        for left in ("name", f"['{text}']"):
            group = {"match": "all", "conditions": [{"left": left, "operator": "equals", "right": text}]}
            result = await api.answer(document, text=text, id=text, filter=group)
            for error in result.errors or ():
                assert error.extensions["code"] == "VALUE_INVALID", error
        found = await api.ask(nested, text=text, id=text)
        assert found["runs"]["edges"][0]["node"]["activityExecutions"] == {"edges": []}
