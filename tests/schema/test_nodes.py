"""Whatever has an id can be asked for by it, in its own workspace alone."""

from typing import Any

import pytest

from tests.db.filling import add_workspace
from tests.schema.api import Api
from tests.schema.workflows import CHAIN, REVIEW, queued, run

pytestmark = pytest.mark.anyio

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
ABSENT = "0" * 32


async def every_id(api: Api) -> dict[str, str]:
    """The id of one of each type that has ids, by the type's name."""
    run_id = run(api, REVIEW, {"names": ["ann"]})
    found = await api.ask(
        """query($id: ID!) { run(id: $id) { id workflow { id } version { id }
          activityExecutions { edges { node { id iterationAt(index: 1) { id } } } } }
          records(object: "people") { edges { node { id } } } }""",
        id=run_id,
    )
    loop = found["run"]["activityExecutions"]["edges"][0]["node"]
    return {
        "Run": run_id,
        "Workflow": found["run"]["workflow"]["id"],
        "WorkflowVersion": found["run"]["version"]["id"],
        "ActivityExecution": loop["id"],
        "LoopIteration": loop["iterationAt"]["id"],
        "Record": found["records"]["edges"][0]["node"]["id"],
    }


async def test_each_type_of_node_is_found_by_its_id(api: Api) -> None:
    for name, an_id in (await every_id(api)).items():
        assert await api.ask(NODE, id=an_id) == {"node": {"__typename": name, "id": an_id}}


MALFORMED = [
    "", "x", "run_", "_", f"run_{ABSENT}", f"wf_{ABSENT}", "ws_default", "key_1", "exe_\0", "itr_\ud800",
    "rec_' OR 1=1", "run_" + "9" * 5000,
]  # fmt: skip


async def test_an_unknown_or_malformed_id_is_null(api: Api) -> None:
    document = "query($id: ID!) { node(id: $id) { id } run(id: $id) { id } workflow(id: $id) { id } }"
    for an_id in MALFORMED:
        assert await api.ask(document, id=an_id) == {"node": None, "run": None, "workflow": None}, an_id


async def test_a_change_of_an_unknown_or_malformed_id_is_not_found(api: Api) -> None:
    for way, document in BY_ID.items():
        if not document.startswith("mutation"):
            continue
        for an_id in MALFORMED:
            (payload,) = (await api.ask(document, id=an_id)).values()
            (error,) = payload.pop("errors")
            assert error["code"] == "NOT_FOUND" and set(payload.values()) == {None}, (way, an_id)


BY_ID: dict[str, str] = {
    "Query.node": "query($id: ID!) { node(id: $id) { id } }",
    "Query.workflow": "query($id: ID!) { workflow(id: $id) { id } }",
    "Query.run": "query($id: ID!) { run(id: $id) { id } }",
    "RunFilter.workflowId": "query($id: ID!) { runs(filter: {workflowId: $id}) { edges { node { id } } } }",
    "ActivityExecutionFilter.iterationId": """query($id: ID!) { runs { edges { node {
        activityExecutions(filter: {iterationId: $id}) { edges { node { id } } } } } } }""",
    "Mutation.publishWorkflow": "mutation($id: ID!) { publishWorkflow(id: $id) { workflow { id } errors { code path } } }",
    "Mutation.pauseWorkflow": "mutation($id: ID!) { pauseWorkflow(id: $id) { workflow { id } errors { code path } } }",
    "Mutation.resumeWorkflow": "mutation($id: ID!) { resumeWorkflow(id: $id) { workflow { id } errors { code path } } }",
    "StartRunInput.workflowId": """mutation($id: ID!) {
        startRun(input: {workflowId: $id}) { run { id } errors { code path } } }""",
    "Mutation.cancelRun": "mutation($id: ID!) { cancelRun(id: $id) { run { id } errors { code path } } }",
    "Mutation.updateRecord": """mutation($id: ID!) {
        updateRecord(id: $id, values: {name: "theirs"}) { record { id } errors { code path } } }""",
    "Subscription.runUpdates": "subscription($id: ID!) { runUpdates(runId: $id) { seq } }",
}
"""Every way to name something by its id, but for StartRunInput.recordId, which no trigger takes yet."""


def test_the_list_of_ways_to_name_something_by_its_id_is_whole() -> None:
    from schema.root import schema

    ways = set()
    for name, named in schema._schema.type_map.items():
        for field_name, field in getattr(named, "fields", {}).items():
            if "ID" in str(field.type).strip("[]!") and name.endswith(("Input", "Filter")):
                ways.add(f"{name}.{field_name}")
            if any(str(argument.type).strip("!") == "ID" for argument in getattr(field, "args", {}).values()):
                ways.add(f"{name}.{field_name}")
    assert ways == {*BY_ID, "StartRunInput.recordId"}


async def outcome(api: Api, document: str, an_id: str) -> Any:
    """What a caller is told, with the id that they gave taken out."""
    if document.startswith("subscription"):
        (result,) = [one async for one in api.stream(document, id=an_id)]
    else:
        result = await api.answer(document, id=an_id)
    shown = repr([result.data, [error.formatted for error in result.errors or ()]])
    return shown.replace(an_id, "ID")


async def test_what_belongs_to_another_workspace_answers_as_what_is_absent(api: Api) -> None:
    theirs = {**await every_id(api), "queued": queued(api, CHAIN, {"n": 1})}
    before = snapshot(api)
    mine = api.elsewhere(add_workspace(api.database, "mine"))
    for way, document in BY_ID.items():
        for an_id in theirs.values():
            absent = an_id.partition("_")[0] + "_" + ABSENT
            assert await outcome(mine, document, an_id) == await outcome(mine, document, absent), (way, an_id)
    assert snapshot(api) == before and mine.told.events == []


def snapshot(api: Api) -> list[Any]:
    """All that another workspace could have changed."""
    return [
        api.worker.query(f"SELECT * FROM {table} ORDER BY 1, 2")
        for table in ("workflow", "workflow_version", "run", "run_event", "activity_execution", "record")
    ]


async def test_lists_hold_nothing_of_another_workspace(api: Api) -> None:
    await every_id(api)
    mine = api.elsewhere(add_workspace(api.database, "mine"))
    found = await mine.ask(
        """{ workflows { edges { cursor } } runs { edges { cursor } } records(object: "people") { edges { cursor } } }"""
    )
    assert found == {"workflows": {"edges": []}, "runs": {"edges": []}, "records": {"edges": []}}
