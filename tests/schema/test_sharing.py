"""Subscribers who ask the same of the same events are answered once: who asks, or may see, something else is not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from strawberry.types import ExecutionResult

from db.roles import Role
from resolvers import following
from schema.root import schema
from schema.update import RunsUpdate, RunUpdate
from schema.written import Written
from tests.engine.simulation import activity, edge, workflow
from tests.schema.api import Api
from tests.schema.workflows import CHAIN, run

pytestmark = pytest.mark.anyio

PLAIN = "subscription($id: ID!, $after: Int) { runUpdates(runId: $id, after: $after) { seq type data run { status } } }"
NESTED = """subscription Nested($id: ID!, $after: Int, $first: Int, $more: Boolean = false) {
  runUpdates(runId: $id, after: $after) { ...Shown } }
fragment Shown on RunUpdate { seq run { workflow { name } activityExecutions(first: $first) { edges { node { key } } }
  createdAt: queuedAt @include(if: $more) } }"""
WEBHOOK = {
    **workflow([activity("a")], [edge("trigger", "a")]),
    "trigger": {"type": "WEBHOOK", "config": {}},
}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seqs of the messages that were made, each time they were."""
    seqs: list[int] = []
    make = RunUpdate.of

    def counting(update: following.Update) -> RunUpdate:
        made = make(update)
        seqs.append(made.seq)
        return made

    monkeypatch.setattr(RunUpdate, "of", counting)
    return seqs


def with_role(api: Api, role: Role) -> Api:
    """The same process, asked by a caller of another role."""
    other = Api(api.database, role=role)
    other.services = api.services
    return other


async def test_each_message_is_made_and_written_once(api: Api, shown: list[int]) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    results = [[one async for one in api.stream(PLAIN, id=run_id, after=0)] for _ in range(3)]
    assert shown == list(range(1, 10))
    for alike in zip(*results, strict=True):
        assert len({id(one.data) for one in alike}) == 1 and isinstance(alike[0].data, Written)


async def test_who_comes_back_is_sent_what_the_others_were(api: Api, shown: list[int]) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    all_of_it = await api.messages(NESTED, id=run_id, after=0)
    assert await api.messages(NESTED, id=run_id, after=4) == all_of_it[4:]
    assert shown == list(range(1, 10))


async def test_a_snapshot_is_each_ones_own(api: Api, shown: list[int]) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    (first,), (second,) = await api.messages(PLAIN, id=run_id), await api.messages(PLAIN, id=run_id)
    assert first == second and shown == [9, 9]


async def test_what_waits_for_the_database_is_made_once_for_those_who_ask_meanwhile(
    api: Api, shown: list[int]
) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    statements: list[str] = []
    api.watch(statements)
    alone = await api.messages(NESTED, id=run_id, after=0)
    needed = len(statements)
    again = NESTED.replace("Nested", "Again")
    together = await asyncio.gather(*(api.messages(again, id=run_id, after=0) for _ in range(20)))
    assert together == [alone] * 20
    assert sorted(shown) == sorted([*range(1, 10), *range(1, 10)])
    to_begin = len([one for one in statements if "run_event" not in one]) - needed
    assert to_begin <= needed + 20  # each of the twenty looks whether there is such a run


async def test_that_the_first_who_asked_goes_ends_it_for_nobody(api: Api, shown: list[int]) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    hasty = asyncio.create_task(api.messages(NESTED, id=run_id, after=8))
    while not shown:
        await asyncio.sleep(0)
    patient = asyncio.create_task(api.messages(NESTED, id=run_id, after=8))
    hasty.cancel()
    assert [one["seq"] for one in await patient] == [9]


async def test_a_default_that_is_named_is_the_same_question(api: Api, shown: list[int]) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    first = await api.messages(NESTED, id=run_id, after=8)
    assert await api.messages(NESTED, id=run_id, after=8, more=False) == first
    assert shown == [9]


@pytest.mark.parametrize("other", [{"first": 1}, {"more": True}])
async def test_other_variables_below_are_another_question(
    api: Api, shown: list[int], other: dict[str, Any]
) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    first = await api.messages(NESTED, id=run_id, after=8)
    second = await api.messages(NESTED, id=run_id, after=8, **other)
    assert shown == [9, 9] and first != second


async def test_another_operation_of_the_same_document_is_another_question(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    document = """subscription A($id: ID!) { runUpdates(runId: $id, after: 8) { seq } }
    subscription B($id: ID!) { runUpdates(runId: $id, after: 8) { type } }"""
    found = []
    for name in ("A", "B"):
        context = api.context()
        results = await schema.stream(
            document, variable_values={"id": run_id}, context_value=context, operation_name=name
        )
        async with aclosing(results):
            found += [one.data async for one in results if isinstance(one, ExecutionResult)]
    assert found == [{"runUpdates": {"seq": 9}}, {"runUpdates": {"type": "RunCompleted"}}]


async def test_other_fragments_are_another_question(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    document = "subscription($id: ID!) { runUpdates(runId: $id, after: 8) { ...F } } fragment F on RunUpdate "
    assert await api.messages(document + "{ seq }", id=run_id) == [{"seq": 9}]
    assert await api.messages(document + "{ type }", id=run_id) == [{"type": "RunCompleted"}]


async def test_who_may_see_less_is_not_shown_what_another_sees(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    await api.ask(
        """mutation($id: ID!, $definition: WorkflowDefinitionInput!) {
          updateWorkflow(input: {id: $id, definition: $definition}) { errors { code } }
          publishWorkflow(id: $id) { errors { code } } }""",
        id=(await api.ask("query($id: ID!) { run(id: $id) { workflow { id } } }", id=run_id))["run"][
            "workflow"
        ]["id"],
        definition=WEBHOOK,
    )
    document = """subscription($id: ID!) { runUpdates(runId: $id, after: 8) {
      run { workflow { published { trigger { webhookPath } } } } } }"""
    paths = []
    for role in (Role.ADMIN, Role.VIEWER, Role.EDITOR):
        (message,) = await with_role(api, role).messages(document, id=run_id)
        paths.append(message["run"]["workflow"]["published"]["trigger"]["webhookPath"])
    assert paths[0] == paths[2] and paths[0].startswith("/hooks/") and paths[1] is None


@pytest.mark.parametrize(
    "field", ["run { activityExecutions", "change { ... on ActivityExecution { iterations"]
)
async def test_an_error_is_each_ones_own(api: Api, field: str) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    document = f"subscription($id: ID!) {{ runUpdates(runId: $id, after: 7) {{ seq {field}(first: 0) {{ edges {{ cursor }}"
    document += "}" * (document.count("{") - document.count("}"))

    async def errors() -> list[Any]:
        return [error async for one in api.stream(document, id=run_id) for error in one.errors or ()]

    found = await asyncio.gather(*(errors() for _ in range(3)))
    found.append(await errors())
    assert len({len(of_one) for of_one in found}) == 1 and found[0]
    assert {error.extensions["code"] for of_one in found for error in of_one} == {"BAD_PAGE"}
    assert len({id(error) for of_one in found for error in of_one}) == sum(map(len, found))


@pytest.fixture
async def watched(api: Api) -> AsyncIterator[Api]:
    api.lists.start()
    yield api
    await api.lists.close()


async def test_a_change_of_lists_is_made_once_for_all_whose_filter_it_passes(
    watched: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    make = RunsUpdate.of

    def counting(update: Any) -> RunsUpdate:
        made.append(update.change)
        return make(update)

    monkeypatch.setattr(RunsUpdate, "of", counting)
    document = (
        "subscription($filter: RunFilter) { runsUpdates(filter: $filter) { change run { id seq status } } }"
    )
    filters: list[Any] = [None, {}, {"statuses": ["QUEUED"]}]

    async def first(which: Any) -> Any:
        async with aclosing(watched.stream(document, filter=which)) as messages:
            return (await anext(messages)).data

    waiting = [asyncio.create_task(first(which)) for which in filters]
    while watched.lists.watcher_count < len(filters):
        await asyncio.sleep(0.01)
    workflow_id = watched.worker.publish(CHAIN)
    started = await watched.ask(
        "mutation($id: ID!) { startRun(input: {workflowId: $id, payload: {n: 1}}) { run { id seq status } } }",
        id=workflow_id,
    )
    for workspace_id, event in watched.told.events:
        watched.lists.hear(workspace_id, event.run_id, event.seq, event.header)
    found = await asyncio.gather(*waiting)
    assert found[0]["runsUpdates"]["run"]["id"] == started["startRun"]["run"]["id"]
    assert found == [found[0]] * 3 and len(made) == 1
