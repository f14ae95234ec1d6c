"""Changes: what they do, what they tell, and what a refused one leaves as it was."""

import json
from typing import Any

import pytest

from tests.engine.simulation import activity, edge, workflow
from tests.schema.api import Api
from tests.schema.test_tenancy import rows
from tests.schema.workflows import CHAIN, WAIT, queued, run

pytestmark = pytest.mark.anyio

CREATE = """mutation($input: CreateWorkflowInput!) { createWorkflow(input: $input) {
  workflow { id name description status createdBy { kind id name }
    draft { number publishedAt problems { code message path } } published { number publishedAt problems { code } } }
  errors { code message path } } }"""
START = """mutation($input: StartRunInput!) { startRun(input: $input) {
  run { id status seq trigger { payload actor { name } } } errors { code message path } } }"""
CANCEL = "mutation($id: ID!) { cancelRun(id: $id) { run { status cancellation { requestedAt } } errors { code path } } }"


def move(name: str) -> str:
    return (
        f"mutation($id: ID!) {{ {name}(id: $id) {{ workflow {{ status }} errors {{ code message path }} }} }}"
    )


def definition(written: dict[str, Any]) -> dict[str, Any]:
    """A definition as CreateWorkflowInput takes it."""
    return {**written, "edges": [{**one, "exit": one.get("exit", "next")} for one in written["edges"]]}


async def created(api: Api, **more: Any) -> Any:
    asked = {"name": "Add", "definition": definition(CHAIN), **more}
    return (await api.ask(CREATE, input=asked))["createWorkflow"]


async def test_a_workflow_is_created_as_a_draft_and_published_later(api: Api) -> None:
    payload = await created(api, description="Adds numbers.")
    found = payload["workflow"]
    workflow_id = found.pop("id")
    assert payload["errors"] == [] and workflow_id.startswith("wf_")
    assert found == {
        "name": "Add",
        "description": "Adds numbers.",
        "status": "DRAFT",
        "createdBy": {"kind": "API_KEY", "id": "key_1", "name": "ann"},
        "draft": {"number": 1, "publishedAt": None, "problems": []},
        "published": None,
    }
    published = await api.ask(move("publishWorkflow"), id=workflow_id)
    assert published["publishWorkflow"] == {"workflow": {"status": "LIVE"}, "errors": []}
    again = await api.ask(move("publishWorkflow"), id=workflow_id)
    assert again["publishWorkflow"]["workflow"] is None
    assert [error["code"] for error in again["publishWorkflow"]["errors"]] == ["NOTHING_TO_PUBLISH"]


async def test_a_workflow_that_is_published_at_once_is_live(api: Api) -> None:
    found = (await created(api, publish=True))["workflow"]
    assert (found["status"], found["draft"], found["published"]["number"]) == ("LIVE", None, 1)
    assert found["published"]["publishedAt"].endswith("Z") and found["published"]["problems"] == []


FAULTY = workflow(
    [activity("a b"), activity("x", "no_such_type", one=1), activity("y", expression="1 +")],
    [edge("trigger", "nowhere")],
)


async def test_a_draft_may_have_faults_and_lists_them(api: Api) -> None:
    draft = (await created(api, definition=definition(FAULTY)))["workflow"]["draft"]
    assert {problem["code"] for problem in draft["problems"]} >= {
        "KEY_INVALID",
        "TYPE_UNKNOWN",
        "TEMPLATE_SYNTAX",
        "EDGE_UNKNOWN",
    }
    assert {problem["path"][0] for problem in draft["problems"]} == {"definition"}


async def test_publishing_with_faults_tells_them_all_and_creates_nothing(api: Api) -> None:
    payload = await created(api, definition=definition(FAULTY), publish=True)
    assert payload["workflow"] is None
    assert {error["code"] for error in payload["errors"]} >= {
        "KEY_INVALID",
        "TYPE_UNKNOWN",
        "TEMPLATE_SYNTAX",
        "EDGE_UNKNOWN",
    }
    assert (await api.ask("{ workflows { edges { cursor } } }"))["workflows"]["edges"] == []


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"name": "a\0b"}, ["name"]),
        ({"description": "\ud800"}, ["description"]),
        (
            {"definition": {"trigger": {"type": "MANUAL", "config": 5}, "activities": [], "edges": []}},
            ["definition", "trigger", "config"],
        ),
    ],
)
async def test_a_faulty_workflow_is_refused_with_its_place(
    api: Api, asked: dict[str, Any], path: list[str]
) -> None:
    payload = await created(api, **asked)
    assert payload["workflow"] is None
    assert [(error["code"], error["path"]) for error in payload["errors"]] == [("VALUE_INVALID", path)]
    assert (await api.ask("{ workflows { edges { cursor } } }"))["workflows"]["edges"] == []


async def test_everything_an_activity_may_have_is_kept_as_it_was_given(api: Api) -> None:
    retry = {
        "maxAttempts": 3,
        "backoffSeconds": 0.5,
        "backoffFactor": 1.5,
        "maxBackoffSeconds": 9.0,
        "timeoutSeconds": 8.0,
    }
    given: dict[str, Any] = {
        "trigger": {
            "type": "MANUAL",
            "config": {"inputs": {"n": {"type": "number"}}},
            "position": {"x": 1.5, "y": -2.0},
        },
        "activities": [
            {
                "key": "each",
                "type": "loop",
                "name": "Each",
                "config": {"items": [1]},
                "position": {"x": 0.0, "y": 0.0},
            },
            {
                "key": "in_it",
                "type": "formula",
                "config": {"expression": "1"},
                "parent": "each",
                "retry": retry,
            },
        ],
        "edges": [{"from": "trigger", "to": "each"}, {"from": "each", "exit": "each", "to": "in_it"}],
    }
    document = CREATE.replace(
        "published {",
        """published { trigger { type config position { x y } } edges { from exit to } activities { key type name config parent
           position { x y } retry { maxAttempts backoffSeconds backoffFactor maxBackoffSeconds timeoutSeconds } }""",
    )
    found = await api.ask(document, input={"name": "Whole", "definition": given, "publish": True})
    version = found["createWorkflow"]["workflow"]["published"]
    assert version["trigger"] == given["trigger"]
    first, second = version["activities"]
    assert first | {"retry": None} == given["activities"][0] | {"parent": None, "retry": None}
    assert second == {**given["activities"][1], "name": "in_it", "position": None}
    assert version["edges"] == [{"exit": "next", **given["edges"][0]}, given["edges"][1]]


async def test_a_live_workflow_is_paused_and_resumed_as_often_as_one_likes(api: Api) -> None:
    workflow_id = (await created(api, publish=True))["workflow"]["id"]
    for name, status in [("pauseWorkflow", "PAUSED")] * 2 + [("resumeWorkflow", "LIVE")] * 2:
        found = await api.ask(move(name), id=workflow_id)
        assert found[name] == {"workflow": {"status": status}, "errors": []}


async def test_a_draft_is_neither_paused_nor_started(api: Api) -> None:
    workflow_id = (await created(api))["workflow"]["id"]
    before = rows(api)
    for name in ("pauseWorkflow", "resumeWorkflow"):
        found = (await api.ask(move(name), id=workflow_id))[name]
        assert found["workflow"] is None and [error["code"] for error in found["errors"]] == ["NOT_LIVE"]
    started = (await api.ask(START, input={"workflowId": workflow_id}))["startRun"]
    assert started["run"] is None
    assert [(error["code"], error["path"]) for error in started["errors"]] == [("NOT_LIVE", ["workflowId"])]
    assert rows(api) == before and api.told.events == [] and api.told.woken == []


async def test_a_started_run_is_announced_and_its_first_execution_hinted_at(api: Api) -> None:
    workflow_id = (await created(api, publish=True))["workflow"]["id"]
    started = (await api.ask(START, input={"workflowId": workflow_id, "payload": {"n": 1}}))["startRun"]
    found = started["run"]
    assert started["errors"] == []
    assert found == {
        "id": found["id"],
        "status": "QUEUED",
        "seq": 2,
        "trigger": {"payload": {"n": 1}, "actor": {"name": "ann"}},
    }
    assert [(workspace, event.run_id, event.seq) for workspace, event in api.told.events] == [
        ("ws_default", found["id"], 1),
        ("ws_default", found["id"], 2),
    ]
    ((run_id, execution_id),) = api.told.woken
    assert run_id == found["id"] and execution_id.startswith("exe_")


async def test_an_idempotency_key_starts_one_run(api: Api) -> None:
    workflow_id = (await created(api, publish=True))["workflow"]["id"]
    asked = {"workflowId": workflow_id, "payload": {"n": 1}, "idempotencyKey": "once"}
    first, second = [(await api.ask(START, input=asked))["startRun"] for _ in range(2)]
    assert first["run"]["id"] == second["run"]["id"] and second["errors"] == []
    assert len(api.told.events) == 2 and len(api.told.woken) == 1
    other = (await api.ask(START, input={**asked, "payload": {"n": 2}}))["startRun"]
    assert other["run"] is None
    assert [(error["code"], error["path"]) for error in other["errors"]] == [
        ("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])
    ]


DEEP: Any = 1
for _ in range(200):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("asked", "code", "path"),
    [
        ({"payload": None}, "PAYLOAD_INVALID", ["payload"]),
        ({"payload": []}, "PAYLOAD_INVALID", ["payload"]),
        ({"payload": {"n": float("inf")}}, "PAYLOAD_INVALID", ["payload", "n"]),
        ({"payload": {"n": 2**70}}, "PAYLOAD_INVALID", ["payload", "n"]),
        ({"payload": {"n": "x" * 1024 * 1024}}, "PAYLOAD_INVALID", ["payload"]),
        ({"payload": {"n": "one"}}, "PAYLOAD_INVALID", ["payload", "n"]),
        ({"payload": {}}, "PAYLOAD_INVALID", ["payload", "n"]),
        ({"payload": {"n": 1}, "recordId": "rec_1"}, "TRIGGER_TYPE", ["recordId"]),
        ({"payload": {"n": 1}, "idempotencyKey": ""}, "VALUE_INVALID", ["idempotencyKey"]),
        ({"payload": {"n": 1}, "idempotencyKey": "k" * 201}, "VALUE_INVALID", ["idempotencyKey"]),
        ({"payload": {"n": 1}, "idempotencyKey": "\0"}, "VALUE_INVALID", ["idempotencyKey"]),
        ({"payload": {"n": 1}, "idempotencyKey": "\udc00"}, "VALUE_INVALID", ["idempotencyKey"]),
    ],
    ids=lambda value: json.dumps(value)[:40],
)
async def test_a_start_with_a_fault_is_refused_with_its_place(
    api: Api, asked: dict[str, Any], code: str, path: list[str]
) -> None:
    trigger = {"type": "MANUAL", "config": {"inputs": {"n": {"type": "number", "required": True}}}}
    workflow_id = (await created(api, publish=True, definition={**definition(CHAIN), "trigger": trigger}))[
        "workflow"
    ]["id"]
    before = rows(api)
    started = (await api.ask(START, input={"workflowId": workflow_id, **asked}))["startRun"]
    assert started["run"] is None
    assert [(error["code"], error["path"]) for error in started["errors"]] == [(code, path)]
    assert rows(api) == before and api.told.events == [] and api.told.woken == []


async def test_a_payload_that_is_nested_too_deep_is_refused_where_it_is(api: Api) -> None:
    workflow_id = (await created(api, publish=True))["workflow"]["id"]
    started = (await api.ask(START, input={"workflowId": workflow_id, "payload": {"deep": DEEP}}))["startRun"]
    (error,) = started["errors"]
    assert (error["code"], error["path"][:2]) == ("PAYLOAD_INVALID", ["payload", "deep"])


async def test_a_cancel_is_announced_once_and_asking_again_changes_nothing(api: Api) -> None:
    run_id = run(api, WAIT)
    first = (await api.ask(CANCEL, id=run_id))["cancelRun"]
    assert first["errors"] == [] and first["run"]["status"] == "CANCELED"
    told = [event.type for _, event in api.told.events]
    assert told == ["RunCancelRequested", "ActivityExecutionCanceled", "RunCanceled"]
    assert (await api.ask(CANCEL, id=run_id))["cancelRun"] == first
    assert len(api.told.events) == 3 and api.told.woken == []


async def test_a_run_that_has_completed_is_given_back_as_it_is_with_an_error(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    before = rows(api)
    found = (await api.ask(CANCEL, id=run_id))["cancelRun"]
    assert found["run"] == {"status": "COMPLETED", "cancellation": None}
    assert found["errors"] == [{"code": "RUN_ALREADY_ENDED", "path": ["id"]}]
    assert rows(api) == before and api.told.events == []


RECORD = "record { id object values createdBy { name } updatedBy { name } createdAt updatedAt } errors { code path }"


async def test_a_record_is_created_and_the_named_values_of_it_changed(api: Api) -> None:
    document = (
        f'mutation($values: JSON!) {{ createRecord(object: "people", values: $values) {{ {RECORD} }} }}'
    )
    made = (await api.ask(document, values={"name": "ann", "age": 7}))["createRecord"]["record"]
    assert made["object"] == "people" and made["values"] == {"name": "ann", "age": 7}
    assert made["createdBy"] == made["updatedBy"] == {"name": "ann"}
    document = (
        f"mutation($id: ID!, $values: JSON!) {{ updateRecord(id: $id, values: $values) {{ {RECORD} }} }}"
    )
    changed = (await api.ask(document, id=made["id"], values={"age": None, "city": "Rome"}))["updateRecord"]
    assert changed["errors"] == [] and changed["record"]["id"] == made["id"]
    assert changed["record"]["values"] == {"name": "ann", "age": None, "city": "Rome"}
    assert changed["record"]["createdAt"] == made["createdAt"] < changed["record"]["updatedAt"]


@pytest.mark.parametrize(
    "values", [5, [], "x", {"": 1}, {"a": float("inf")}, {"a": 2**64}, {"a": DEEP}], ids=str
)
async def test_values_of_a_record_with_a_fault_are_refused(api: Api, values: Any) -> None:
    document = (
        f'mutation($values: JSON!) {{ createRecord(object: "people", values: $values) {{ {RECORD} }} }}'
    )
    payload = (await api.ask(document, values=values))["createRecord"]
    assert payload["record"] is None
    (error,) = payload["errors"]
    assert (error["code"], error["path"][0]) == ("VALUE_INVALID", "values")
    assert (await api.ask('{ records(object: "people") { edges { cursor } } }'))["records"]["edges"] == []


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "\0", "\ud800"])
async def test_an_object_has_a_name(api: Api, name: str) -> None:
    document = f"mutation($object: String!) {{ createRecord(object: $object, values: {{}}) {{ {RECORD} }} }}"
    payload = (await api.ask(document, object=name))["createRecord"]
    assert payload == {"record": None, "errors": [{"code": "VALUE_INVALID", "path": ["object"]}]}
    assert await api.ask(
        "query($object: String!) { records(object: $object) { edges { cursor } } }", object=name
    ) == {"records": {"edges": []}}


async def test_two_changes_in_one_request_see_each_other(api: Api) -> None:
    run_id = queued(api, CHAIN, {"n": 1})
    found = await api.ask(
        """mutation($id: ID!) {
          a: cancelRun(id: $id) { run { workflow { latestRun { status } } } }
          b: createRecord(object: "people", values: {}) { record { id } }
          c: cancelRun(id: $id) { run { status workflow { runs { edges { node { status } } } } } } }""",
        id=run_id,
    )
    assert found["a"]["run"]["workflow"]["latestRun"]["status"] == "CANCELED"
    assert found["c"]["run"] == {
        "status": "CANCELED",
        "workflow": {"runs": {"edges": [{"node": {"status": "CANCELED"}}]}},
    }
