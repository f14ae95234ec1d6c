"""What the API shows of runs that real workers made."""

from datetime import UTC, datetime
from typing import Any

import pytest

from db.rows import LATE_RESULT, LOG_LINE
from engine.activities import ACTIVITY_TYPES
from tests.db.filling import add
from tests.engine.simulation import activity, edge, workflow
from tests.schema.api import Api
from tests.schema.workflows import CALL, CHAIN, REVIEW, WAIT, calling, make_due, queued, run
from tests.workers.harness import Harness

pytestmark = pytest.mark.anyio


async def test_a_run_shows_its_own_fields_its_workflow_and_its_version(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 5})
    found = await api.ask(
        """query($id: ID!) { run(id: $id) {
          id status seq creditsUsed error { code } failedExecution { id } cancellation { prevented }
          trigger { type payload actor { kind id name } }
          workflow { name status latestRun { id } published { number problems { code } } draft { id } }
          version { number trigger { type config position { x } } activities { key type name parent config
            retry { maxAttempts backoffSeconds backoffFactor maxBackoffSeconds timeoutSeconds } position { x y } }
            edges { from exit to } workflow { name } }
        } }""",
        id=run_id,
    )
    retry = {
        "maxAttempts": 1, "backoffSeconds": 1.0, "backoffFactor": 2.0, "maxBackoffSeconds": 60.0, "timeoutSeconds": 60.0,
    }  # fmt: skip
    made = {"type": "formula", "parent": None, "retry": retry, "position": None}
    assert found["run"] == {
        "id": run_id,
        "status": "COMPLETED",
        "seq": 9,
        "creditsUsed": 2,
        "error": None,
        "failedExecution": None,
        "cancellation": None,
        "trigger": {
            "type": "MANUAL", "payload": {"n": 5}, "actor": {"kind": "USER", "id": None, "name": "somebody"},
        },
        "workflow": {
            "name": "Test", "status": "LIVE", "latestRun": {"id": run_id},
            "published": {"number": 1, "problems": []}, "draft": None,
        },
        "version": {
            "number": 1,
            "trigger": {"type": "MANUAL", "config": {}, "position": None},
            "activities": [
                {"key": "a", "name": "A", "config": {"expression": "1 + 1"}, **made},
                {"key": "b", "name": "Add", "config": {"expression": "activities.a.value + trigger.payload.n"}, **made},
            ],
            "edges": [{"from": "trigger", "exit": "next", "to": "a"}, {"from": "a", "exit": "next", "to": "b"}],
            "workflow": {"name": "Test"},
        },
    }  # fmt: skip


async def test_times_are_utc_with_microseconds_and_durations_are_between_them(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    found = await api.ask(
        "query($id: ID!) { run(id: $id) { queuedAt startedAt endedAt durationMs trigger { firedAt } } }",
        id=run_id,
    )
    times = found["run"]
    for name in ("queuedAt", "startedAt", "endedAt"):
        assert times[name].endswith("Z") and len(times[name]) == len("2026-11-22T09:30:00.000000Z")
    assert times["queuedAt"] <= times["startedAt"] < times["endedAt"]
    assert times["trigger"]["firedAt"] == times["queuedAt"]
    seconds = [float(times[name][17:-1]) for name in ("startedAt", "endedAt")]
    assert times["durationMs"] % 60_000 == pytest.approx((seconds[1] - seconds[0]) % 60 * 1000)


EXECUTIONS = """query($id: ID!, $keys: [String!]) { run(id: $id) { activityExecutions(filter: {keys: $keys}) { edges { node {
  key status seq attempt attempts { number endedAt error { code } worker } inputs outputs exit creditsUsed startedAt endedAt
  durationMs error { code message detail hint retryable } run { id } activity { key } iteration { index }
  result { __typename
    ... on FormulaResult { expression value variables }
    ... on BranchResult { exit cases { exit match matched conditions {
      path left operator right leftValue rightValue holds evaluated } } }
    ... on RecordResult { action actor { kind } record { object values current { values } } }
    ... on LoopResult { total completed failed canceled }
    ... on WaitResult { until }
    ... on HttpResult { status headers body bodyTruncated }
    ... on ValueResult { value }
    ... on RecordsResult { total records { values } } }
} } } } }"""


async def executions(api: Api, run_id: str, *keys: str) -> list[Any]:
    found = await api.ask(EXECUTIONS, id=run_id, keys=list(keys) or None)
    return [edge["node"] for edge in found["run"]["activityExecutions"]["edges"]]


async def test_an_execution_that_has_not_started_has_neither_inputs_nor_attempts(api: Api) -> None:
    run_id = queued(api, CHAIN, {"n": 1})
    (first,) = await executions(api, run_id)
    assert (first["key"], first["status"], first["attempt"], first["attempts"]) == ("a", "PENDING", 0, [])
    assert {
        first[name] for name in ("inputs", "outputs", "exit", "startedAt", "endedAt", "durationMs", "result")
    } == {None}
    assert first["run"] == {"id": run_id} and first["activity"] == {"key": "a"}


async def test_a_formula_shows_its_expression_its_variables_and_its_value(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 5})
    (formula,) = await executions(api, run_id, "b")
    assert formula["result"] == {
        "__typename": "FormulaResult",
        "expression": "activities.a.value + trigger.payload.n",
        "value": 7,
        "variables": {"activities.a.value": 2, "trigger.payload.n": 5},
    }
    assert (formula["outputs"], formula["exit"], formula["creditsUsed"]) == ({"value": 7}, "next", 1)
    assert formula["inputs"] == {"expression": "activities.a.value + trigger.payload.n"}
    (attempt,) = formula["attempts"]
    assert attempt == {"number": 1, "endedAt": formula["endedAt"], "error": None, "worker": "test:1:a"}


async def test_a_branch_shows_its_verdicts_as_written_and_as_they_were(api: Api) -> None:
    run_id = run(api, REVIEW, {"names": ["ann", "bob"]})
    first, second = await executions(api, run_id, "late")
    assert first["result"]["exit"] == "false" and second["result"]["exit"] == "true"
    verdict = {
        "path": "conditions.0", "left": "{{ loop.index }}", "operator": "gt", "right": "1",
        "leftValue": 2, "rightValue": 1, "holds": True, "evaluated": True,
    }  # fmt: skip
    assert second["result"]["cases"] == [
        {"exit": "true", "match": "all", "matched": True, "conditions": [verdict]}
    ]
    assert [one["creditsUsed"] for one in (first, second)] == [0, 1]
    assert [one["iteration"] for one in (first, second)] == [{"index": 1}, {"index": 2}]


async def test_a_record_shows_as_it_was_then_and_as_it_is_now(api: Api) -> None:
    run_id = run(api, REVIEW, {"names": ["ann"]})
    people = (await api.ask('{ records(object: "people") { edges { node { id } } } }'))["records"]["edges"]
    await api.ask(
        "mutation($id: ID!) { updateRecord(id: $id, values: {age: 7}) { errors { code } } }",
        id=people[0]["node"]["id"],
    )
    (kept,) = await executions(api, run_id, "keep")
    assert kept["result"] == {
        "__typename": "RecordResult",
        "action": "CREATED",
        "actor": {"kind": "WORKFLOW"},
        "record": {
            "object": "people",
            "values": {"name": "ann"},
            "current": {"values": {"name": "ann", "age": 7}},
        },
    }


async def test_a_loop_shows_its_counts_its_turns_and_what_is_in_them(api: Api) -> None:
    run_id = run(api, REVIEW, {"names": ["ann", "bob", "cleo"]})
    (loop,) = await executions(api, run_id, "each")
    assert loop["result"] == {
        "__typename": "LoopResult",
        "total": 3,
        "completed": 3,
        "failed": 0,
        "canceled": 0,
    }
    found = await api.ask(
        """query($id: ID!) { run(id: $id) { activityExecutions(filter: {keys: ["each"]}) { edges { node {
          iterationStatuses
          iterationAt(index: 2) { index path total item status creditsUsed previous { item } next { item } loop { key }
            activityExecutions { edges { node { key path } } } }
          last: iterationAt(index: 3) { next { index } }
          none: iterationAt(index: 4) { index }
          iterations(first: 2) { pageInfo { hasNextPage hasPreviousPage } edges { node { index item } } }
          failed: iterations(filter: {statuses: [FAILED]}) { edges { node { index } } }
        } } } } }""",
        id=run_id,
    )
    node = found["run"]["activityExecutions"]["edges"][0]["node"]
    assert node["iterationAt"] == {
        "index": 2, "path": "each:2", "total": 3, "item": "bob", "status": "COMPLETED", "creditsUsed": 3,
        "previous": {"item": "ann"}, "next": {"item": "cleo"}, "loop": {"key": "each"},
        "activityExecutions": {"edges": [{"node": {"key": key, "path": "each:2"}} for key in ("keep", "late", "mark")]},
    }  # fmt: skip
    assert node["iterationStatuses"] == ["COMPLETED", "COMPLETED", "COMPLETED"]
    assert node["last"] == {"next": None} and node["none"] is None
    assert node["iterations"]["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False}
    assert [edge["node"]["item"] for edge in node["iterations"]["edges"]] == ["ann", "bob"]
    assert node["failed"] == {"edges": []}


async def test_what_is_no_loop_has_no_turns(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    found = await api.ask(
        """query($id: ID!) { run(id: $id) { activityExecutions(first: 1) { edges { node {
          iterations { edges { cursor } } iterationAt(index: 1) { id } logs { message } iteration { id }
          path iterationStatuses } } } } }""",
        id=run_id,
    )
    node = found["run"]["activityExecutions"]["edges"][0]["node"]
    assert node == {
        "iterations": {"edges": []},
        "iterationAt": None,
        "logs": [],
        "iteration": None,
        "path": "",
        "iterationStatuses": [],
    }


async def test_a_wait_shows_until_when_before_and_after_it_is_over(api: Api) -> None:
    run_id = run(api, WAIT)
    (waiting,) = await executions(api, run_id)
    until = waiting["result"]["until"]
    assert (waiting["status"], waiting["result"]["__typename"]) == ("WAITING", "WaitResult")
    assert waiting["outputs"] == {"until": until} and waiting["exit"] is None
    make_due(api, run_id)
    api.worker.hints.append((run_id, (await ids(api, run_id))[0]))
    api.worker.work()
    done, _after = await executions(api, run_id)
    assert (done["status"], done["result"]["until"], done["exit"]) == ("COMPLETED", until, "next")


async def test_a_wait_that_was_canceled_shows_no_outputs(api: Api) -> None:
    run_id = run(api, WAIT)
    await api.ask("mutation($id: ID!) { cancelRun(id: $id) { errors { code } } }", id=run_id)
    (canceled,) = await executions(api, run_id)
    assert (canceled["status"], canceled["outputs"], canceled["result"]) == ("CANCELED", None, None)


async def test_a_request_shows_the_response(api: Api) -> None:
    worker = calling(api, 200)
    run_id = worker.run(CALL)
    (call,) = await executions(api, run_id)
    assert call["result"] == {
        "__typename": "HttpResult", "status": 200, "headers": {"content-type": "application/json"},
        "body": {"ok": True}, "bodyTruncated": False,
    }  # fmt: skip


async def test_a_failure_that_is_retried_shows_every_attempt(api: Api) -> None:
    worker = calling(api, 503, 404)
    run_id = worker.run(CALL)
    (call,) = await executions(api, run_id)
    assert (call["status"], call["attempt"], call["error"]["code"]) == ("RETRYING", 1, "HTTP_STATUS")
    assert [one["number"] for one in call["attempts"]] == [1]
    make_due(api, run_id)
    worker.hints.append((run_id, (await ids(api, run_id))[0]))
    worker.work()
    (call,) = await executions(api, run_id)
    assert (call["status"], call["attempt"], call["creditsUsed"]) == ("FAILED", 2, 0)
    assert [(one["number"], one["error"]["code"]) for one in call["attempts"]] == [
        (1, "HTTP_STATUS"),
        (2, "HTTP_STATUS"),
    ]
    assert call["error"]["retryable"] is False and call["result"] is None and call["outputs"] is None
    found = await api.ask(
        "query($id: ID!) { run(id: $id) { status error { code } failedExecution { key } } }", id=run_id
    )
    assert found["run"] == {
        "status": "FAILED",
        "error": {"code": "HTTP_STATUS"},
        "failedExecution": {"key": "call"},
    }


async def ids(api: Api, run_id: str) -> list[str]:
    found = await api.ask(
        "query($id: ID!) { run(id: $id) { activityExecutions { edges { node { id } } } } }", id=run_id
    )
    return [edge["node"]["id"] for edge in found["run"]["activityExecutions"]["edges"]]


async def test_the_canvas_of_a_run_is_its_version_with_the_run_laid_over_it(api: Api) -> None:
    run_id = run(api, REVIEW, {"names": ["ann"]})
    found = await api.ask(
        """query($id: ID!) { run(id: $id) { graph {
          activities { activity { key } state executionCount failureCount creditsUsed skippedBecause latestExecution { key } }
          edges { edge { from to } taken count } } } }""",
        id=run_id,
    )
    graph = found["run"]["graph"]
    assert {
        one["activity"]["key"]: (one["state"], one["executionCount"], one["creditsUsed"])
        for one in graph["activities"]
    } == {
        "each": ("COMPLETED", 1, 1),
        "keep": ("COMPLETED", 1, 1),
        "late": ("COMPLETED", 1, 0),
        "mark": ("SKIPPED", 0, 0),
        "count": ("COMPLETED", 1, 1),
    }
    mark = graph["activities"][3]
    assert (mark["skippedBecause"], mark["latestExecution"]) == ("'Late' took 'false'", None)
    assert [(one["taken"], one["count"]) for one in graph["edges"]] == [
        (True, 1),
        (True, 1),
        (True, 1),
        (False, 0),
        (True, 1),
    ]


async def test_the_receipt_of_a_cancel_names_what_was_in_flight(api: Api) -> None:
    run_id = queued(api, CHAIN, {"n": 1})
    found = await api.ask(
        """mutation($id: ID!) { cancelRun(id: $id) { errors { code } run { status cancellation {
          requestedAt completedAt requestedBy { kind id name } inFlight { key } creditsAfterRequest prevented } } } }""",
        id=run_id,
    )
    run_after = found["cancelRun"]["run"]
    receipt = run_after["cancellation"]
    assert run_after["status"] == "CANCELED" and receipt["requestedAt"] == receipt["completedAt"]
    assert receipt["requestedBy"] == {"kind": "API_KEY", "id": "key_1", "name": "ann"}
    assert (receipt["inFlight"], receipt["creditsAfterRequest"], receipt["prevented"]) == ([], 0, 1)


class TwoPeople:
    """Records that anything finds two of."""

    def find(self, object_name: str, conditions: Any, sort: Any, limit: int) -> Any:
        actor = {"kind": "SYSTEM", "id": None, "name": "test"}
        at = "2026-11-22T09:00:00.000000Z"
        made = {"createdAt": at, "createdBy": actor, "updatedAt": at, "updatedBy": actor}
        return [
            {"id": f"rec_{name}", "object": object_name, "values": {"name": name}, **made}
            for name in ("ann", "bob")
        ]


async def test_found_records_and_other_values_are_shown(api: Api) -> None:
    definition = workflow(
        [
            activity("find", "find_records", object="people"),
            activity("sum", "aggregate", items="{{ activities.find.records }}", operation="count"),
        ],
        [edge("trigger", "find"), edge("find", "sum")],
    )
    run_id = Harness(api.database, records=TwoPeople()).run(definition)
    found, total = await executions(api, run_id)
    shown = [{"object": "people", "values": {"name": name}, "current": None} for name in ("ann", "bob")]
    assert found["result"] == {"__typename": "RecordsResult", "total": 2, "records": [
        {"values": one["values"]} for one in shown
    ]}  # fmt: skip
    assert total["result"] == {"__typename": "ValueResult", "value": 2}


async def test_what_an_attempt_reported_is_shown_in_order(api: Api) -> None:
    run_id = run(api, WAIT)
    (execution_id,) = await ids(api, run_id)
    for seq, message in enumerate(["first", "second"], start=100):
        at = datetime(2026, 11, 22, tzinfo=UTC)
        add(
            api.database,
            LOG_LINE,
            execution_id=execution_id,
            seq=seq,
            run_id=run_id,
            at=at,
            level="info",
            message=message,
        )
    document = "query($id: ID!) { node(id: $id) { ... on ActivityExecution { logs { at level message } } } }"
    shown = (await api.ask(document, id=execution_id))["node"]["logs"]
    assert [one["message"] for one in shown] == ["first", "second"]
    assert shown[0] == {"at": "2026-11-22T00:00:00.000000Z", "level": "info", "message": "first"}


async def test_what_came_too_late_is_shown_now_and_not_in_the_past(api: Api) -> None:
    run_id = run(api, WAIT)
    (execution_id,) = await ids(api, run_id)
    error = {
        "code": "TIMEOUT",
        "message": "It took too long",
        "detail": None,
        "hint": None,
        "retryable": True,
    }
    at = datetime(2026, 11, 22, tzinfo=UTC)
    row = {"execution_id": execution_id, "run_id": run_id, "at": at}
    add(api.database, LATE_RESULT, **row, attempt=2, worker="b", status="FAILED", error=error)
    add(
        api.database,
        LATE_RESULT,
        **row,
        attempt=1,
        worker="a",
        status="COMPLETED",
        exit="next",
        outputs={"n": 7},
    )
    document = """query($id: ID!, $run: ID!) {
      node(id: $id) { ... on ActivityExecution {
        lateResults { attempt worker at status exit outputs error { code } } } }
      run(id: $run, atSeq: 3) { activityExecutions { edges { node { lateResults { attempt } } } } } }"""

    found = await api.ask(document, id=execution_id, run=run_id)

    shown = {"at": "2026-11-22T00:00:00.000000Z"}
    assert found["node"]["lateResults"] == [
        {
            **shown,
            "attempt": 1,
            "worker": "a",
            "status": "COMPLETED",
            "exit": "next",
            "outputs": {"n": 7},
            "error": None,
        },
        {
            **shown,
            "attempt": 2,
            "worker": "b",
            "status": "FAILED",
            "exit": None,
            "outputs": None,
            "error": {"code": "TIMEOUT"},
        },
    ]
    past = [edge["node"]["lateResults"] for edge in found["run"]["activityExecutions"]["edges"]]
    assert past == [[]]


async def test_the_block_library_lists_every_type_with_its_schemas(api: Api) -> None:
    document = "{ activityTypes { type title description category exits credits configSchema outputSchema } }"
    library = {one["type"]: one for one in (await api.ask(document))["activityTypes"]}
    assert library.keys() == set(ACTIVITY_TYPES)
    branch = library["if_else"]
    assert (branch["category"], branch["exits"], branch["credits"]) == (
        "LOGIC",
        ["true", "false", "error"],
        1,
    )
    for one in library.values():
        assert one["title"] and one["description"]
        assert one["configSchema"]["type"] == one["outputSchema"]["type"] == "object"
