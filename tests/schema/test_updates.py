"""Following a run: the snapshot, then each event with the run and what it changed as they were right after."""

from contextlib import aclosing
from typing import Any

import pytest

from engine.status import FINAL_RUNS
from tests.schema.api import Api
from tests.schema.workflows import CALL, CHAIN, REVIEW, WAIT, calling, make_due, queued, run

pytestmark = pytest.mark.anyio

UPDATES = """subscription($id: ID!, $after: Int) { runUpdates(runId: $id, after: $after) {
  seq snapshot at type data
  run { id seq status creditsUsed startedAt endedAt error { code } failedExecution { key } cancellation { prevented }
    workflow { name } graph { activities { state } } }
  change { __typename
    ... on Run { seq status creditsUsed }
    ... on ActivityExecution { id key seq executionStatus: status attempt inputs outputs exit creditsUsed startedAt endedAt
      durationMs error { code } attempts { number startedAt endedAt worker error { code } } result { __typename } run { id } }
    ... on LoopIteration { seq index total item iterationStatus: status creditsUsed startedAt endedAt loop { key } } } } }"""


async def test_a_run_that_has_ended_gives_its_snapshot_and_completes(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    (snapshot,) = await api.messages(UPDATES, id=run_id)
    assert (snapshot["seq"], snapshot["snapshot"], snapshot["type"]) == (9, True, None)
    assert (snapshot["data"], snapshot["change"]) == (None, None)
    assert (snapshot["run"]["seq"], snapshot["run"]["status"], snapshot["run"]["creditsUsed"]) == (
        9,
        "COMPLETED",
        2,
    )
    assert snapshot["at"] >= snapshot["run"]["endedAt"]
    assert api.follower.asked == [(run_id, 9)]


async def test_with_zero_every_event_comes_once_in_order_and_no_snapshot(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 5})
    messages = await api.messages(UPDATES, id=run_id, after=0)
    assert [one["seq"] for one in messages] == list(range(1, 10))
    assert [one["run"]["seq"] for one in messages] == list(range(1, 10))
    assert not any(one["snapshot"] for one in messages)
    assert [one["type"] for one in messages] == [
        "RunQueued",
        "ActivityExecutionPending",
        "ActivityExecutionStarted",
        "RunStarted",
        "ActivityExecutionCompleted",
        "ActivityExecutionPending",
        "ActivityExecutionStarted",
        "ActivityExecutionCompleted",
        "RunCompleted",
    ]
    assert [one["run"]["status"] for one in messages] == ["QUEUED"] * 3 + ["RUNNING"] * 5 + ["COMPLETED"]
    assert [one["run"]["creditsUsed"] for one in messages] == [0, 0, 0, 0, 1, 1, 1, 2, 2]
    assert [one["run"]["startedAt"] is None for one in messages] == [True] * 2 + [False] * 7
    assert {one["run"]["workflow"]["name"] for one in messages} == {"Test"}


async def test_with_a_seq_what_follows_it_comes(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    assert [one["seq"] for one in await api.messages(UPDATES, id=run_id, after=6)] == [7, 8, 9]
    assert await api.messages(UPDATES, id=run_id, after=9) == []


async def test_a_change_of_an_execution_is_the_execution_right_after_the_event(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 5})
    changes = {one["seq"]: one["change"] for one in await api.messages(UPDATES, id=run_id, after=0)}
    pending, started, completed = changes[2], changes[3], changes[5]
    assert [one["executionStatus"] for one in (pending, started, completed)] == [
        "PENDING",
        "RUNNING",
        "COMPLETED",
    ]
    assert [one["seq"] for one in (pending, started, completed)] == [2, 3, 5]
    assert [one["attempt"] for one in (pending, started, completed)] == [0, 1, 1]
    assert pending["attempts"] == [] and pending["inputs"] is None and pending["startedAt"] is None
    assert started["inputs"] == completed["inputs"] == {"expression": "1 + 1"}
    assert started["startedAt"] == completed["startedAt"] is not None
    assert (started["outputs"], started["result"], started["endedAt"], started["durationMs"]) == (
        None,
        None,
        None,
        None,
    )
    assert completed["outputs"] == {"value": 2} and completed["result"] == {"__typename": "FormulaResult"}
    assert started["attempts"] == [
        {"number": 1, "startedAt": started["startedAt"], "endedAt": None, "worker": "test:1:a", "error": None}
    ]
    assert completed["attempts"] == [{**started["attempts"][0], "endedAt": completed["endedAt"]}]
    assert completed["durationMs"] > 0 and completed["run"] == {"id": run_id}


async def test_the_changes_of_a_run_end_as_what_a_query_shows(api: Api) -> None:
    worker = calling(api, 503, 404)
    run_id = worker.run(CALL)
    make_due(api, run_id)
    document = """query($id: ID!) { run(id: $id) { activityExecutions { edges { node {
      __typename id key seq executionStatus: status attempt inputs outputs exit creditsUsed startedAt endedAt durationMs
      error { code } attempts { number startedAt endedAt worker error { code } } result { __typename } run { id }
    } } } } }"""
    found = await api.ask(document, id=run_id)
    execution_id = found["run"]["activityExecutions"]["edges"][0]["node"]["id"]
    worker.hints.append((run_id, execution_id))
    worker.work()
    found = await api.ask(document, id=run_id)
    messages = await api.messages(UPDATES, id=run_id, after=0)
    changes = [one["change"] for one in messages if one["change"]["__typename"] == "ActivityExecution"]
    assert [edge["node"] for edge in found["run"]["activityExecutions"]["edges"]] == changes[-1:]
    by_status = {one["executionStatus"]: one for one in changes}
    retrying = by_status["RETRYING"]
    assert [(one["number"], one["error"]["code"]) for one in retrying["attempts"]] == [(1, "HTTP_STATUS")]
    assert retrying["error"] == {"code": "HTTP_STATUS"} and retrying["inputs"] is not None
    first_start = next(one for one in changes if one["executionStatus"] == "RUNNING")
    assert [(one["number"], one["endedAt"]) for one in first_start["attempts"]] == [(1, None)]
    assert first_start["error"] is None


async def test_a_wait_shows_until_when(api: Api) -> None:
    run_id = run(api, WAIT)
    messages = await api.messages(UPDATES, id=run_id, after=0)
    waiting = next(one for one in messages if one["type"] == "ActivityExecutionWaiting")
    assert waiting["change"]["result"] == {"__typename": "WaitResult"}
    assert waiting["data"]["until"] == waiting["change"]["outputs"]["until"]
    assert messages[-1]["type"] == "RunWaiting" and messages[-1]["run"]["status"] == "WAITING"


async def test_a_change_of_an_iteration_is_the_iteration_right_after_the_event(api: Api) -> None:
    run_id = run(api, REVIEW, {"names": ["ann", "bob"]})
    messages = await api.messages(UPDATES, id=run_id, after=0)
    changes = [one["change"] for one in messages if one["change"]["__typename"] == "LoopIteration"]
    shown = [(one["index"], one["item"], one["iterationStatus"], one["creditsUsed"]) for one in changes]
    assert shown == [
        (1, "ann", "PENDING", 0), (1, "ann", "COMPLETED", 1), (2, "bob", "PENDING", 0), (2, "bob", "COMPLETED", 3),
    ]  # fmt: skip
    assert [(one["startedAt"] is None, one["endedAt"] is None) for one in changes] == [
        (True, True),
        (False, False),
    ] * 2
    assert {one["loop"]["key"] for one in changes} == {"each"} and {one["total"] for one in changes} == {2}


async def test_skips_and_the_cancel_change_the_run_and_the_data_says_how(api: Api) -> None:
    run_id = run(api, REVIEW, {"names": ["ann"]})
    messages = await api.messages(UPDATES, id=run_id, after=0)
    skipped = next(one for one in messages if one["type"] == "ActivitiesSkipped")
    assert skipped["data"] == {
        "scope": "each:1",
        "activities": [{"key": "mark", "because": "'Late' took 'false'"}],
    }
    assert skipped["change"]["__typename"] == "Run" and skipped["change"]["seq"] == skipped["seq"]
    canceled = queued(api, CHAIN, {"n": 1})
    await api.ask("mutation($id: ID!) { cancelRun(id: $id) { errors { code } } }", id=canceled)
    messages = await api.messages(UPDATES, id=canceled, after=2)
    assert [one["type"] for one in messages] == [
        "RunCancelRequested",
        "ActivityExecutionCanceled",
        "RunCanceled",
    ]
    assert {one["run"]["cancellation"]["prevented"] for one in messages} == {1}


async def test_a_failed_run_shows_its_error_from_the_failure_on(api: Api) -> None:
    run_id = calling(api, 404).run(CALL)
    messages = await api.messages(UPDATES, id=run_id, after=0)
    errors = {one["type"]: (one["run"]["error"], one["run"]["failedExecution"]) for one in messages}
    assert errors["ActivityExecutionStarted"] == (None, None)
    assert errors["RunFailed"] == ({"code": "HTTP_STATUS"}, {"key": "call"})


async def test_the_canvas_of_a_message_is_never_older_than_the_message(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    messages = await api.messages(UPDATES, id=run_id, after=0)
    assert messages[0]["run"]["graph"] == {"activities": [{"state": "COMPLETED"}] * 2}


async def test_the_last_message_is_the_runs_end(api: Api) -> None:
    for definition, payload in ((CHAIN, {"n": 1}), (REVIEW, {"names": []})):
        last = (await api.messages(UPDATES, id=run(api, definition, payload), after=0))[-1]
        assert last["run"]["status"] in FINAL_RUNS and last["run"]["endedAt"] == last["at"]


async def refusal(api: Api, **variables: Any) -> Any:
    (result,) = [one async for one in api.stream(UPDATES, **variables)]
    assert result.errors is not None
    (error,) = result.errors
    return error.formatted


@pytest.mark.parametrize("after", [-1, 10, 2**31 - 1, -(2**31)])
async def test_a_seq_that_the_run_does_not_have_is_refused(api: Api, after: int) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    error = await refusal(api, id=run_id, after=after)
    assert error["extensions"] == {"code": "SEQ_UNKNOWN"}
    assert error["message"] == f"run {run_id} has no event {after}"
    assert api.follower.asked == []


async def test_an_unknown_run_is_not_found(api: Api) -> None:
    error = await refusal(api, id="run_x")
    assert (error["message"], error["extensions"]) == ("there is no run 'run_x'", {"code": "NOT_FOUND"})


async def test_a_subscriber_who_leaves_leaves_nothing_behind(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    async with aclosing(api.stream(UPDATES, id=run_id, after=0)) as messages:
        async for _ in messages:
            assert api.follower.open == 1
            break
    assert api.follower.open == 0


async def test_what_is_not_asked_for_is_not_read(api: Api) -> None:
    run_id = run(api, REVIEW, {"names": ["ann", "bob"]})
    statements: list[str] = []
    api.watch(statements)
    light = """subscription($id: ID!) { runUpdates(runId: $id, after: 0) { seq type data run { status creditsUsed }
      change { __typename ... on ActivityExecution { key outputs exit } ... on LoopIteration { index } } } }"""
    messages = await api.messages(light, id=run_id)
    assert len(messages) > 20
    assert len(statements) == 2, "one for the run, and one for its log"
