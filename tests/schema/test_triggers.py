"""Triggers as a client meets them: set up, fired, and asked why."""

from collections.abc import Mapping
from typing import Any

import pytest

from db.roles import Role
from tests.engine.simulation import activity, edge, workflow
from tests.schema.api import Api
from tests.schema.test_statements import count

pytestmark = pytest.mark.anyio

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CREATE = """mutation($input: CreateWorkflowInput!) { createWorkflow(input: $input) {
  workflow { id } errors { code path } } }"""
UPDATE = """mutation($input: UpdateWorkflowInput!) { updateWorkflow(input: $input) {
  workflow { draft { trigger { config } problems { code path } } } errors { code } } }"""
PUBLISH = "mutation($id: ID!) { publishWorkflow(id: $id) { errors { code path message } } }"
LOOK = """query($id: ID!) { workflow(id: $id) {
  draft { trigger { type config webhookPath nextRunAt } }
  published { trigger { type config webhookPath nextRunAt } } } }"""
EVALUATIONS = """query($id: ID!, $first: Int = 50, $after: String) { workflow(id: $id) {
  triggerEvaluations(first: $first, after: $after) {
    edges { cursor node { id at type started reason detail run { id } } }
    pageInfo { hasNextPage endCursor } } } }"""
RECORD = """mutation($values: JSON!) { createRecord(object: "deals", values: $values) { record { id } errors { code } } }"""
CHANGE = "mutation($id: ID!, $values: JSON!) { updateRecord(id: $id, values: $values) { record { id } errors { code } } }"
START = """mutation($input: StartRunInput!) { startRun(input: $input) {
  run { id trigger { type payload } } errors { code path } } }"""


def definition(kind: str, **config: Any) -> dict[str, Any]:
    graph = workflow([activity("a")], [edge("trigger", "a")])
    return {**graph, "trigger": {"type": kind, "config": config}}


async def created(api: Api, kind: str, *, publish: bool = True, **config: Any) -> str:
    asked = {"name": "Watch", "definition": definition(kind, **config), "publish": publish}
    payload = (await api.ask(CREATE, input=asked))["createWorkflow"]
    assert payload["errors"] == []
    return str(payload["workflow"]["id"])


async def trigger(api: Api, workflow_id: str, of: str = "published") -> Any:
    return (await api.ask(LOOK, id=workflow_id))["workflow"][of]["trigger"]


async def evaluations(api: Api, workflow_id: str) -> list[Mapping[str, Any]]:
    found = (await api.ask(EVALUATIONS, id=workflow_id))["workflow"]["triggerEvaluations"]["edges"]
    return [one["node"] for one in found]


async def test_a_webhook_shows_its_path_and_never_its_secret(api: Api) -> None:
    workflow_id = await created(api, "WEBHOOK", publish=False, secret=SECRET)
    draft = await trigger(api, workflow_id, "draft")
    assert (draft["type"], draft["config"], draft["nextRunAt"]) == ("WEBHOOK", {"secret": "•••"}, None)
    assert draft["webhookPath"].startswith("/hooks/") and len(draft["webhookPath"]) > 30
    await api.ask(PUBLISH, id=workflow_id)
    assert await trigger(api, workflow_id) == draft
    for role, shown in ((Role.EDITOR, draft["webhookPath"]), (Role.VIEWER, None)):
        assert (await trigger(Api(api.database, role=role), workflow_id))["webhookPath"] == shown


async def test_a_draft_that_is_saved_with_the_mark_keeps_the_secret(api: Api) -> None:
    workflow_id = await created(api, "WEBHOOK", secret=SECRET)
    asked = {"id": workflow_id, "definition": definition("WEBHOOK", secret="•••", schema={"type": "object"})}
    saved = (await api.ask(UPDATE, input=asked))["updateWorkflow"]
    assert saved["errors"] == []
    assert saved["workflow"]["draft"] == {
        "trigger": {"config": {"secret": "•••", "schema": {"type": "object"}}},
        "problems": [],
    }
    assert (await api.ask(PUBLISH, id=workflow_id))["publishWorkflow"]["errors"] == []


async def test_a_wrong_secret_is_told_of_without_being_shown(api: Api) -> None:
    workflow_id = await created(api, "WEBHOOK", publish=False, secret="topsecret")
    (error,) = (await api.ask(PUBLISH, id=workflow_id))["publishWorkflow"]["errors"]
    assert (error["code"], error["path"]) == ("CONFIG_INVALID", ["definition", "trigger", "config", "secret"])
    assert "topsecret" not in str(await api.ask(LOOK, id=workflow_id)) + error["message"]


async def test_a_schedule_shows_when_it_runs_next(api: Api) -> None:
    workflow_id = await created(api, "SCHEDULE", cron="*/5 * * * *", timezone="Asia/Tokyo")
    found = await trigger(api, workflow_id)
    assert found["config"] == {"cron": "*/5 * * * *", "timezone": "Asia/Tokyo"}
    assert found["nextRunAt"].endswith(":00.000000Z") and int(found["nextRunAt"][14:16]) % 5 == 0
    assert found["webhookPath"] is None
    document = (
        "mutation($id: ID!) { pauseWorkflow(id: $id) { workflow { published { trigger { nextRunAt } } } } }"
    )
    paused = (await api.ask(document, id=workflow_id))["pauseWorkflow"]["workflow"]
    assert paused["published"]["trigger"]["nextRunAt"] is None


async def test_a_change_of_a_record_starts_what_watches_it_and_tells_of_it(api: Api) -> None:
    watching = await created(api, "RECORD_UPDATED", object="deals", attributes=["stage"])
    record_id = (await api.ask(RECORD, values={"stage": "new"}))["createRecord"]["record"]["id"]
    assert (api.told.events, api.told.woken) == ([], [])
    await api.ask(CHANGE, id=record_id, values={"stage": "won"})
    run_id = api.told.events[0][1].run_id
    assert [event.type for _, event in api.told.events] == ["RunQueued", "ActivityExecutionPending"]
    assert [one for one, _ in api.told.woken] == [run_id]
    document = (
        "query($id: ID!) { run(id: $id) { trigger { type payload actor { kind name } } workflow { id } } }"
    )
    run = (await api.ask(document, id=run_id))["run"]
    assert run["workflow"] == {"id": watching}
    assert (run["trigger"]["type"], run["trigger"]["actor"]) == (
        "RECORD_UPDATED",
        {"kind": "API_KEY", "name": "ann"},
    )
    payload = run["trigger"]["payload"]
    assert payload.keys() == {"record", "previous"}
    assert (payload["record"]["id"], payload["record"]["values"]) == (record_id, {"stage": "won"})
    assert payload["previous"]["values"] == {"stage": "new"}


async def test_a_record_command_is_started_for_its_record(api: Api) -> None:
    workflow_id = await created(api, "RECORD_COMMAND", object="deals")
    record_id = (await api.ask(RECORD, values={"n": 1}))["createRecord"]["record"]["id"]
    started = (await api.ask(START, input={"workflowId": workflow_id, "recordId": record_id}))["startRun"]
    assert (started["errors"], started["run"]["trigger"]["type"]) == ([], "RECORD_COMMAND")
    assert started["run"]["trigger"]["payload"]["record"]["id"] == record_id
    without = (await api.ask(START, input={"workflowId": workflow_id}))["startRun"]
    assert without == {"run": None, "errors": [{"code": "VALUE_INVALID", "path": ["recordId"]}]}


async def test_what_fires_by_itself_is_not_started(api: Api) -> None:
    workflow_id = await created(api, "SCHEDULE", cron="@daily", timezone="UTC")
    refused = (await api.ask(START, input={"workflowId": workflow_id}))["startRun"]
    assert refused == {"run": None, "errors": [{"code": "TRIGGER_TYPE", "path": ["workflowId"]}]}


async def test_a_workflow_says_why_it_ran_and_why_it_did_not(api: Api) -> None:
    large = {"left": "{{ trigger.record.values.n }}", "operator": "gt", "right": 10}
    workflow_id = await created(api, "RECORD_CREATED", object="deals", conditions=[large])
    for n in (5, 50):
        await api.ask(RECORD, values={"n": n})
    await api.ask("mutation($id: ID!) { pauseWorkflow(id: $id) { errors { code } } }", id=workflow_id)
    await api.ask(RECORD, values={"n": 500})
    paused, started, small = await evaluations(api, workflow_id)
    assert (paused["reason"], paused["started"], paused["run"]) == ("NOT_LIVE", False, None)
    assert (started["reason"], started["started"]) == (None, True)
    assert started["run"]["id"].startswith("run_")
    assert (small["reason"], small["started"], small["run"]) == ("CONDITIONS", False, None)
    assert [one["holds"] for one in small["detail"]["conditions"]] == [False]
    assert [one["holds"] for one in started["detail"]["conditions"]] == [True]
    assert {one["type"] for one in (paused, started, small)} == {"RECORD_CREATED"}
    assert paused["at"] > started["at"] > small["at"]


async def test_evaluations_come_in_pages_and_each_by_its_id(api: Api) -> None:
    workflow_id = await created(api, "MANUAL")
    for number in range(3):
        await api.ask(
            START,
            input={"workflowId": workflow_id, "payload": {"n": number}, "idempotencyKey": f"{number % 2}"},
        )
    found, after = [], None
    while True:
        page = (await api.ask(EVALUATIONS, id=workflow_id, first=1, after=after))["workflow"][
            "triggerEvaluations"
        ]
        found += [one["node"] for one in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == await evaluations(api, workflow_id)
    assert len(found) == 2
    document = "query($id: ID!) { node(id: $id) { __typename id ... on TriggerEvaluation { started } } }"
    for one in found:
        shown = {"__typename": "TriggerEvaluation", "id": one["id"], "started": one["started"]}
        assert await api.ask(document, id=one["id"]) == {"node": shown}
        assert await api.elsewhere("ws_other").ask(document, id=one["id"]) == {"node": None}
    assert (await api.refusal(EVALUATIONS, id=workflow_id, first=0))["extensions"]["code"] == "BAD_PAGE"


EVERYTHING = """{ workflows { edges { node {
  draft { trigger { webhookPath nextRunAt } } published { trigger { webhookPath nextRunAt } }
  triggerEvaluations(first: 5) { edges { node { reason detail run { id status } } } } } } } }"""


async def test_the_number_of_statements_does_not_grow_with_the_triggers(api: Api) -> None:
    from tests.schema.test_statements import Inline

    async def fill(times: int) -> None:
        for _ in range(times):
            await created(api, "WEBHOOK")
            await created(api, "SCHEDULE", cron="@daily", timezone="UTC")
            watching = await created(api, "RECORD_CREATED", object="deals")
            await api.ask(RECORD, values={})
            await api.ask("mutation($id: ID!) { pauseWorkflow(id: $id) { errors { code } } }", id=watching)

    await fill(1)
    few = await count(api, EVERYTHING, Inline)
    await fill(3)
    assert await count(api, EVERYTHING, Inline) == few <= 9
