"""The log of a run as a query: for those who poll, and for those who look back."""

from typing import Any

import pytest

from tests.schema.api import Api
from tests.schema.workflows import CHAIN, REVIEW, run

pytestmark = pytest.mark.anyio

CHANGE = """__typename ... on Run { id seq status creditsUsed endedAt }
  ... on ActivityExecution { id seq key executionStatus: status attempt inputs outputs startedAt endedAt exit creditsUsed
    attempts { number startedAt endedAt worker } run { id } iteration { id index } }
  ... on LoopIteration { id seq index item iterationStatus: status creditsUsed startedAt endedAt loop { id } }"""
EVENTS = f"""query($id: ID!, $first: Int = 100, $after: Int, $seq: Int) {{ run(id: $id, atSeq: $seq) {{
  seq events(first: $first, after: $after) {{ seq at type data change {{ {CHANGE} }} }} }} }}"""
UPDATES = f"""subscription($id: ID!) {{ runUpdates(runId: $id, after: 0) {{ seq at type data change {{ {CHANGE} }} }} }}"""


async def asked(api: Api, run_id: str, **variables: Any) -> list[Any]:
    found = await api.ask(EVENTS, id=run_id, **variables)
    events: list[Any] = found["run"]["events"]
    return events


@pytest.mark.parametrize(("definition", "payload"), [(CHAIN, {"n": 1}), (REVIEW, {"names": ["ann", "bob"]})])
async def test_the_log_is_what_subscribers_are_sent(api: Api, definition: Any, payload: Any) -> None:
    run_id = run(api, definition, payload)
    assert await asked(api, run_id) == await api.messages(UPDATES, id=run_id)


async def test_who_polls_with_the_last_seq_misses_nothing(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    seqs: list[int] = []
    while page := await asked(api, run_id, first=4, after=seqs[-1] if seqs else None):
        assert len(page) <= 4
        seqs += [one["seq"] for one in page]
    assert seqs == list(range(1, 10))
    assert await asked(api, run_id, after=9) == await asked(api, run_id, after=2**31 - 1) == []


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"first": 0}, "'first' is 0; it takes 1 to 100"),
        ({"first": 101}, "'first' is 101; it takes 1 to 100"),
        ({"first": None}, "'first' is null; it takes 1 to 100"),
        ({"after": -1}, "'after' is -1; it takes the seq of an event, or 0 to begin with the first"),
    ],
)
async def test_a_part_of_the_log_that_cannot_be_given_is_refused(
    api: Api, variables: Any, message: str
) -> None:
    error = await api.refusal(EVENTS, id=run(api, CHAIN, {"n": 1}), **variables)
    assert (error["message"], error["extensions"]) == (message, {"code": "BAD_PAGE"})


async def test_the_log_of_a_run_as_it_was_ends_there_and_bears_its_mark(api: Api) -> None:
    run_id = run(api, REVIEW, {"names": ["ann"]})
    now, then = await asked(api, run_id), await asked(api, run_id, seq=9)
    assert [one["seq"] for one in then] == list(range(1, 10))
    for event, was in zip(now, then, strict=False):
        assert (event["type"], event["data"]) == (was["type"], was["data"])
        assert was["change"]["id"] == f"{event['change']['id']}@9"
        assert was["change"]["seq"] == event["seq"]
    assert {one["change"]["run"]["id"] for one in then if "key" in one["change"]} == {f"{run_id}@9"}
    assert {one["change"]["loop"]["id"][-2:] for one in then if "index" in one["change"]} == {"@9"}


async def test_the_logs_of_many_runs_are_one_statement(api: Api) -> None:
    for _ in range(3):
        run(api, CHAIN, {"n": 1})
    statements: list[str] = []
    api.watch(statements)
    document = (
        "{ runs { edges { node { id events(first: 5, after: 2) { seq type change { __typename } } } } } }"
    )
    found = await api.ask(document)
    logs = [[one["seq"] for one in edge["node"]["events"]] for edge in found["runs"]["edges"]]
    assert logs == [[3, 4, 5, 6, 7]] * 3
    assert len(statements) == 2
