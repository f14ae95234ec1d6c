"""What an activity did, typed by its kind, for the types whose result is made of their outputs."""

from typing import Any

import pytest

from tests.engine.simulation import activity, edge, workflow
from tests.schema.api import Api
from tests.schema.workflows import make_due, run

pytestmark = pytest.mark.anyio

RESULTS = """query($id: ID!) { run(id: $id) { activityExecutions { edges { node { id key status outputs exit creditsUsed
  result { __typename ... on ValueResult { value } ... on WaitResult { until } } } } } } }"""

UNTIL = "2030-01-31T08:00:00.000000Z"


def only(key: str, kind: str, **config: Any) -> dict[str, Any]:
    return workflow([activity(key, kind, **config)], [edge("trigger", key)])


async def result(api: Api, run_id: str) -> dict[str, Any]:
    """The only execution of a run."""
    ((node,),) = [
        one.values() for one in (await api.ask(RESULTS, id=run_id))["run"]["activityExecutions"]["edges"]
    ]
    found: dict[str, Any] = node
    return found


@pytest.mark.parametrize(
    ("kind", "config", "outputs", "value"),
    [
        (
            "adjust_time",
            {"timestamp": "2026-01-31T09:00", "amount": 1, "unit": "months", "timezone": "Europe/Berlin"},
            {"timestamp": "2026-02-28T08:00:00.000000Z"},
            "2026-02-28T08:00:00.000000Z",
        ),
        ("random_number", {"min": 3, "max": 9}, {"value": 3}, 3),
        ("parse_json", {"text": '{"a": [1, null]}'}, {"value": {"a": [1, None]}}, {"a": [1, None]}),
        ("parse_json", {"text": "null"}, {"value": None}, None),
        (
            "round_robin",
            {"members": ["ann", "bob"]},
            {"member": "ann", "position": 1},
            {"member": "ann", "position": 1},
        ),
    ],
)
async def test_a_value_is_shown_as_it_is_and_several_outputs_as_an_object(
    api: Api, kind: str, config: dict[str, Any], outputs: Any, value: Any
) -> None:
    found = await result(api, run(api, only("it", kind, **config)))
    assert found == {
        "id": found["id"],
        "key": "it",
        "status": "COMPLETED",
        "outputs": outputs,
        "exit": "next",
        "creditsUsed": 1,
        "result": {"__typename": "ValueResult", "value": value},
    }


async def test_a_delay_until_shows_its_moment_while_it_waits_and_afterwards(api: Api) -> None:
    run_id = run(api, only("wait", "delay_until", timestamp="2030-01-31T09:00:00+01:00"))
    waiting = await result(api, run_id)
    assert (waiting["status"], waiting["creditsUsed"]) == ("WAITING", 0)
    make_due(api, run_id)
    api.worker.hints.append((run_id, waiting["id"]))
    api.worker.work()
    done = await result(api, run_id)
    assert (done["status"], done["creditsUsed"]) == ("COMPLETED", 1)
    for found in (waiting, done):
        assert found["outputs"] == {"until": UNTIL}
        assert found["result"] == {"__typename": "WaitResult", "until": UNTIL}


async def test_a_delay_until_a_moment_that_has_come_completes_without_a_wait(api: Api) -> None:
    run_id = run(api, only("wait", "delay_until", timestamp="2020-01-31"))
    done = await result(api, run_id)
    assert (done["status"], done["result"]["until"]) == ("COMPLETED", "2020-01-31T00:00:00.000000Z")
    assert "ActivityExecutionWaiting" not in api.worker.types(run_id)


async def test_a_text_that_is_no_json_fails_the_run_with_the_place(api: Api) -> None:
    run_id = run(api, only("read", "parse_json", text="{'a': 1}"))
    found = await api.ask("query($id: ID!) { run(id: $id) { error { code message detail } } }", id=run_id)
    error = found["run"]["error"]
    assert (error["code"], error["detail"]["line"], error["detail"]["column"]) == ("JSON_INVALID", 1, 2)
