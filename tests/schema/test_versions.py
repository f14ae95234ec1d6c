"""Drafts, versions and states, as a client meets them."""

from typing import Any

import pytest

from tests.engine.simulation import activity, edge, workflow
from tests.schema.api import Api
from tests.schema.workflows import WAIT, make_due

pytestmark = pytest.mark.anyio

UPDATE = """mutation($input: UpdateWorkflowInput!) { updateWorkflow(input: $input) {
  workflow { name description status draft { id number problems { code path } } published { number } }
  errors { code message path } } }"""
LOOK = """query($id: ID!, $first: Int = 20, $after: String) { workflow(id: $id) { name status
  draft { number } published { number }
  versions(first: $first, after: $after) {
    edges { cursor node { number publishedAt workflow { id } activities { key config } } }
    pageInfo { hasNextPage hasPreviousPage endCursor } } } }"""
CREATE = """mutation($input: CreateWorkflowInput!) { createWorkflow(input: $input) { workflow { id } errors { code } } }"""


def formula(expression: str) -> dict[str, Any]:
    return workflow([activity("sum", expression=expression)], [edge("trigger", "sum")])


async def created(api: Api, definition: dict[str, Any], *, publish: bool = True) -> str:
    asked = {"name": "Sums", "description": "Adds up.", "definition": definition, "publish": publish}
    return str((await api.ask(CREATE, input=asked))["createWorkflow"]["workflow"]["id"])


async def updated(api: Api, workflow_id: str, **changes: Any) -> Any:
    return (await api.ask(UPDATE, input={"id": workflow_id, **changes}))["updateWorkflow"]


async def moved(api: Api, name: str, workflow_id: str) -> Any:
    document = f"""mutation($id: ID!) {{ {name}(id: $id) {{
      workflow {{ status draft {{ number }} published {{ number }} }} errors {{ code message path }} }} }}"""
    return (await api.ask(document, id=workflow_id))[name]


async def listed(api: Api, workflow_id: str) -> list[tuple[int, bool, str]]:
    found = (await api.ask(LOOK, id=workflow_id))["workflow"]["versions"]
    return [
        (
            one["node"]["number"],
            one["node"]["publishedAt"] is not None,
            one["node"]["activities"][0]["config"]["expression"],
        )
        for one in found["edges"]
    ]


async def test_a_draft_is_saved_replaced_and_published_while_the_workflow_stays_live(api: Api) -> None:
    workflow_id = await created(api, formula("1"))
    first = await updated(api, workflow_id, definition=formula("2"))
    assert first["errors"] == []
    assert first["workflow"] == {
        "name": "Sums",
        "description": "Adds up.",
        "status": "LIVE",
        "draft": {"id": first["workflow"]["draft"]["id"], "number": 2, "problems": []},
        "published": {"number": 1},
    }
    second = await updated(api, workflow_id, definition=formula("3"))
    assert second["workflow"]["draft"] == first["workflow"]["draft"]
    assert await listed(api, workflow_id) == [(2, False, "3"), (1, True, "1")]
    assert await moved(api, "publishWorkflow", workflow_id) == {
        "workflow": {"status": "LIVE", "draft": None, "published": {"number": 2}},
        "errors": [],
    }
    assert await listed(api, workflow_id) == [(2, True, "3"), (1, True, "1")]
    assert [error["code"] for error in (await moved(api, "publishWorkflow", workflow_id))["errors"]] == [
        "NOTHING_TO_PUBLISH"
    ]


async def test_a_draft_with_faults_is_saved_and_keeps_the_workflow_from_being_published(api: Api) -> None:
    workflow_id = await created(api, formula("1"))
    saved = await updated(api, workflow_id, definition=formula("1 +"))
    path = ["definition", "activities", "0", "config", "expression"]
    assert saved["workflow"]["draft"]["problems"] == [{"code": "TEMPLATE_SYNTAX", "path": path}]
    refused = await moved(api, "publishWorkflow", workflow_id)
    assert refused["workflow"] is None
    assert [(error["code"], error["path"]) for error in refused["errors"]] == [("TEMPLATE_SYNTAX", path)]
    assert await listed(api, workflow_id) == [(2, False, "1 +"), (1, True, "1")]


async def test_what_is_left_out_stays_and_null_empties_the_description_alone(api: Api) -> None:
    workflow_id = await created(api, formula("1"), publish=False)
    found = (await updated(api, workflow_id, name="Totals"))["workflow"]
    assert (found["name"], found["description"], found["status"]) == ("Totals", "Adds up.", "DRAFT")
    found = (await updated(api, workflow_id, name=None, description=None, definition=None))["workflow"]
    assert (found["name"], found["description"], found["draft"]["number"]) == ("Totals", None, 1)
    assert await listed(api, workflow_id) == [(1, False, "1")]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": ""}, ["name"]),
        ({"description": "a\0"}, ["description"]),
        (
            {"definition": {"trigger": {"type": "MANUAL", "config": 5}, "activities": [], "edges": []}},
            ["definition", "trigger", "config"],
        ),
    ],
)
async def test_a_faulty_change_is_refused_with_its_place(api: Api, changes: Any, path: list[str]) -> None:
    workflow_id = await created(api, formula("1"))
    before = await api.ask(LOOK, id=workflow_id)
    refused = await updated(api, workflow_id, **changes)
    assert refused["workflow"] is None
    assert [(error["code"], error["path"]) for error in refused["errors"]] == [("VALUE_INVALID", path)]
    assert await api.ask(LOOK, id=workflow_id) == before


async def test_an_unknown_workflow_and_one_of_another_workspace_are_not_found(api: Api) -> None:
    workflow_id = await created(api, formula("1"))
    elsewhere = api.elsewhere("ws_other")
    for asked, one in ((api, "wf_none"), (elsewhere, workflow_id)):
        for found in (
            await updated(asked, one, name="Mine"),
            await moved(asked, "archiveWorkflow", one),
        ):
            assert found["workflow"] is None
            assert [(error["code"], error["path"]) for error in found["errors"]] == [("NOT_FOUND", ["id"])]


async def test_an_archived_workflow_is_kept_starts_nothing_and_takes_no_changes(api: Api) -> None:
    workflow_id = await created(api, formula("1"))
    for _ in range(2):
        assert await moved(api, "archiveWorkflow", workflow_id) == {
            "workflow": {"status": "ARCHIVED", "draft": None, "published": {"number": 1}},
            "errors": [],
        }
    refusals = [
        await updated(api, workflow_id, name="New"),
        *[await moved(api, f"{name}Workflow", workflow_id) for name in ("publish", "pause", "resume")],
    ]
    for refused in refusals:
        assert refused["workflow"] is None
        assert refused["errors"] == [
            {"code": "ARCHIVED", "message": "'Sums' is archived: it takes no changes.", "path": ["id"]}
        ]
    started = await api.ask(
        "mutation($id: ID!) { startRun(input: {workflowId: $id}) { run { id } errors { code message } } }",
        id=workflow_id,
    )
    assert started["startRun"] == {
        "run": None,
        "errors": [{"code": "NOT_LIVE", "message": "'Sums' is ARCHIVED; only a LIVE workflow starts runs."}],
    }
    assert (await api.ask(LOOK, id=workflow_id))["workflow"]["name"] == "Sums"


async def test_versions_come_in_pages_newest_first(api: Api) -> None:
    workflow_id = await created(api, formula("1"))
    for number in range(2, 6):
        await updated(api, workflow_id, definition=formula(str(number)))
        await moved(api, "publishWorkflow", workflow_id)
    seen, after = [], None
    while True:
        page = (await api.ask(LOOK, id=workflow_id, first=2, after=after))["workflow"]["versions"]
        seen += [one["node"]["number"] for one in page["edges"]]
        assert {one["node"]["workflow"]["id"] for one in page["edges"]} == {workflow_id}
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert seen == [5, 4, 3, 2, 1]
    refused = await api.refusal(LOOK, id=workflow_id, first=101)
    assert refused["extensions"]["code"] == "BAD_PAGE"


async def test_a_run_shows_and_finishes_the_version_that_it_started_on(api: Api) -> None:
    workflow_id = await created(api, WAIT)
    run_id = api.worker.begin(workflow_id).run.id
    api.worker.work()
    other = workflow([activity("other", expression="2")], [edge("trigger", "other")])
    await updated(api, workflow_id, definition=other)
    await moved(api, "publishWorkflow", workflow_id)
    await moved(api, "archiveWorkflow", workflow_id)
    make_due(api, run_id)
    (execution,) = api.worker.query("SELECT id FROM activity_execution WHERE run_id = :id", id=run_id)
    api.worker.hints.append((run_id, execution.id))
    api.worker.work()
    found = await api.ask(
        """query($id: ID!) { run(id: $id) { status version { number activities { key } }
             graph { activities { activity { key } state } } activityExecutions { edges { node { key activity { type } } } }
             workflow { status published { number } } } }""",
        id=run_id,
    )
    assert found["run"] == {
        "status": "COMPLETED",
        "version": {"number": 1, "activities": [{"key": "wait"}, {"key": "after"}]},
        "graph": {
            "activities": [
                {"activity": {"key": "wait"}, "state": "COMPLETED"},
                {"activity": {"key": "after"}, "state": "COMPLETED"},
            ]
        },
        "activityExecutions": {
            "edges": [
                {"node": {"key": "wait", "activity": {"type": "delay"}}},
                {"node": {"key": "after", "activity": {"type": "formula"}}},
            ]
        },
        "workflow": {"status": "ARCHIVED", "published": {"number": 2}},
    }
