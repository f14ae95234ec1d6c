"""What is in another workspace answers as what does not exist, wherever something can be named by an id.

Where that is comes from the schema: a new argument that takes ids fails the test until it has a document here.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import anyio
import pytest
from graphql import GraphQLInputType, build_schema, get_named_type, is_input_object_type, is_object_type
from sqlmodel import SQLModel

from schema.root import sdl
from tests.db.filling import add_workspace
from tests.engine.simulation import activity, edge, workflow
from tests.schema.api import Api
from tests.schema.workflows import CHAIN, REVIEW
from tests.workers.researching import ONE, Researching

pytestmark = pytest.mark.anyio

SCHEMA = build_schema(sdl())
ABSENT = "0" * 32
SECONDS_OF_SILENCE = 0.1
COMMAND = {
    **workflow([activity("a")], [edge("trigger", "a")]),
    "trigger": {"type": "RECORD_COMMAND", "config": {"object": "people"}},
}

BY_ID: Mapping[str, str] = {
    "Query.node(id)": "query($id: ID!) { node(id: $id) { __typename id } }",
    "Query.workflow(id)": "query($id: ID!) { workflow(id: $id) { id } }",
    "Query.run(id)": "query($id: ID!) { run(id: $id) { id } was: run(id: $id, atSeq: 1) { id } }",
    "Query.runs(filter.workflowId)": "query($id: ID!) { runs(filter: {workflowId: $id}) { edges { node { id } } } }",
    "Workflow.runs(filter.workflowId)": """query($id: ID!) { workflows { edges { node {
        runs(filter: {workflowId: $id}) { edges { node { id } } } } } } }""",
    "Run.activityExecutions(filter.iterationId)": """query($id: ID!) { runs { edges { node {
        activityExecutions(filter: {iterationId: $id}) { edges { node { id } } } } } } }""",
    "Mutation.updateWorkflow(input.id)": """mutation($id: ID!) {
        updateWorkflow(input: {id: $id, name: "mine"}) { workflow { id } errors { code path } } }""",
    "Mutation.publishWorkflow(id)": "mutation($id: ID!) { publishWorkflow(id: $id) { workflow { id } errors { code path } } }",
    "Mutation.pauseWorkflow(id)": "mutation($id: ID!) { pauseWorkflow(id: $id) { workflow { id } errors { code path } } }",
    "Mutation.resumeWorkflow(id)": "mutation($id: ID!) { resumeWorkflow(id: $id) { workflow { id } errors { code path } } }",
    "Mutation.startRun(input.workflowId)": """mutation($id: ID!) {
        startRun(input: {workflowId: $id}) { run { id } errors { code path } } }""",
    "Mutation.startRun(input.recordId)": """mutation($id: ID!) {
        startRun(input: {workflowId: "COMMAND", recordId: $id}) { run { id } errors { code path } } }""",
    "Mutation.cancelRun(id)": "mutation($id: ID!) { cancelRun(id: $id) { run { id } errors { code path } } }",
    "Mutation.updateRecord(id)": """mutation($id: ID!) {
        updateRecord(id: $id, values: {name: "mine"}) { record { id } errors { code path } } }""",
    "Mutation.revokeApiKey(id)": "mutation($id: ID!) { revokeApiKey(id: $id) { apiKey { id } errors { code path } } }",
    "Subscription.runUpdates(runId)": "subscription($id: ID!) { runUpdates(runId: $id) { seq } }",
    "Subscription.runsUpdates(filter.workflowId)": """subscription($id: ID!) {
        runsUpdates(filter: {workflowId: $id}) { change run { id } } }""",
    "Subscription.workflowStatsUpdates(workflowId)": """subscription($id: ID!) {
        workflowStatsUpdates(workflowId: $id) { runs } }""",
    "Mutation.archiveWorkflow(id)": "mutation($id: ID!) { archiveWorkflow(id: $id) { workflow { id } errors { code path } } }",
}
"""A document for each way to name something by its id, in an order in which the owner's own succeed."""


def ways() -> Iterator[str]:
    """Each argument of each field that takes ids, however deep in inputs and lists."""
    for name, named in SCHEMA.type_map.items():
        if not name.startswith("__") and is_object_type(named):
            for field_name, field in named.fields.items():
                for argument_name, argument in field.args.items():
                    for path in paths(argument.type, (argument_name,)):
                        yield f"{name}.{field_name}({path})"


def paths(
    asked: GraphQLInputType, trail: tuple[str, ...], within: frozenset[str] = frozenset()
) -> Iterator[str]:
    named = get_named_type(asked)
    if named.name == "ID":
        yield ".".join(trail)
    elif is_input_object_type(named) and named.name not in within:
        for name, field in named.fields.items():
            yield from paths(field.type, (*trail, name), within | {named.name})


def test_each_way_to_name_something_by_its_id_has_a_document() -> None:
    assert set(ways()) == set(BY_ID)


def test_an_argument_that_takes_ids_is_found_however_deep() -> None:
    schema = build_schema(
        "type Query { a(b: [ID!]!, c: In, d: String): Int } input In { e: [Deep!] } input Deep { f: ID!, up: In }"
    )
    assert schema.query_type is not None
    arguments = schema.query_type.fields["a"].args
    found = {path for name, argument in arguments.items() for path in paths(argument.type, (name,))}
    assert found == {"b", "c.e.f"}


class Workspace:
    """A workspace with one of everything that has an id."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.happens: Callable[[], Awaitable[None]] = self.nothing
        self.ids: dict[str, str] = {}
        self.command = ""

    async def fill(self) -> "Workspace":
        workflow_id = await self._create(REVIEW)
        run_id = await self._start(workflow_id, {"names": ["ann"]})
        found = await self.api.ask(
            """query($id: ID!) { run(id: $id) { workflow { id triggerEvaluations { edges { node { id } } } }
              version { id } activityExecutions { edges { node { id iterationAt(index: 1) { id } } } } }
              records(object: "people") { edges { node { id } } } }""",
            id=run_id,
        )
        key = await self.api.ask(
            'mutation { createApiKey(input: {name: "a", role: ADMIN}) { apiKey { id } errors { code } } }'
        )
        loop = found["run"]["activityExecutions"]["edges"][0]["node"]
        begun = await self._start(await self._create(ONE), {}, work=False)
        self.api.worker.hints.extend(self.api.told.woken[-1:])
        look = Researching(self.api.worker, run_id=begun)
        (question,) = look.ask("When?")
        self.ids = {
            "Run": run_id,
            "Workflow": workflow_id,
            "WorkflowVersion": found["run"]["version"]["id"],
            "ActivityExecution": loop["id"],
            "LoopIteration": loop["iterationAt"]["id"],
            "ResearchQuestion": question,
            "ResearchStep": look.step(question),
            "Record": found["records"]["edges"][0]["node"]["id"],
            "TriggerEvaluation": found["run"]["workflow"]["triggerEvaluations"]["edges"][0]["node"]["id"],
            "ApiKey": key["createApiKey"]["apiKey"]["id"],
        }
        self.command = await self._create(COMMAND)
        return self

    async def queued(self) -> str:
        """The id of a run that no worker has seen."""
        return await self._start(await self._create(CHAIN), {"n": 1}, work=False)

    async def outcome(self, way: str, an_id: str, silence: float = SECONDS_OF_SILENCE) -> str:
        """What is answered to a document about an id, with the id taken out."""
        document = BY_ID[way].replace("COMMAND", self.command)
        if document.startswith("subscription"):
            results = await self._heard(document, an_id, silence)
        else:
            results = [await self.api.answer(document, id=an_id)]
        shown = [one and [one.data, [error.formatted for error in one.errors or ()]] for one in results]
        return repr(shown).replace(an_id, "ID")

    async def _heard(self, document: str, an_id: str, silence: float) -> list[Any]:
        """The first message of a subscription; of one that may say nothing, if one comes while something happens."""
        heard: list[Any] = []
        async with anyio.create_task_group() as group:
            group.start_soon(self._happen, silence / 4)
            with anyio.move_on_after(silence if "runsUpdates" in document else None):
                async with aclosing(self.api.stream(document, id=an_id)) as messages:
                    heard = [await anext(messages, None)]
        return heard

    async def _happen(self, seconds: float) -> None:
        await anyio.sleep(seconds)
        await self.happens()

    async def start_another(self) -> None:
        """Starts a run of the workflow, and lets watchers know."""
        self.api.told.events.clear()
        await self._start(self.ids["Workflow"], {"names": []}, work=False)
        self.tell()

    async def nothing(self) -> None:
        """Nothing."""

    def tell(self) -> None:
        """Lets watchers know of what was announced."""
        for workspace_id, event in self.api.told.events:
            self.api.lists.hear(workspace_id, event.run_id, event.seq, event.header)

    async def _create(self, definition: Mapping[str, Any]) -> str:
        document = """mutation($input: CreateWorkflowInput!) {
          createWorkflow(input: $input) { workflow { id } errors { code message } } }"""
        asked = {"name": "Test", "publish": True, "definition": definition}
        payload = (await self.api.ask(document, input=asked))["createWorkflow"]
        assert payload["errors"] == []
        return str(payload["workflow"]["id"])

    async def _start(self, workflow_id: str, payload: Mapping[str, Any], *, work: bool = True) -> str:
        document = (
            "mutation($input: StartRunInput!) { startRun(input: $input) { run { id } errors { code } } }"
        )
        started = await self.api.ask(document, input={"workflowId": workflow_id, "payload": payload})
        if work:
            self.api.worker.hints.extend(self.api.told.woken)
            self.api.worker.work()
        return str(started["startRun"]["run"]["id"])


@pytest.fixture
async def theirs(api: Api) -> AsyncIterator[Workspace]:
    api.lists.start()
    yield await Workspace(api).fill()
    await api.lists.close()


@pytest.fixture
async def mine(theirs: Workspace) -> Workspace:
    """Another workspace, which the same process serves."""
    api = theirs.api.elsewhere(add_workspace(theirs.api.database, "mine"))
    api.lists = theirs.api.lists
    api.services = replace(api.services, lists=api.lists)
    return await Workspace(api).fill()


def absent(an_id: str) -> str:
    """An id of the same kind that nothing has."""
    prefix, _, rest = an_id.partition("_")
    return f"{prefix}_{ABSENT}{rest[len(ABSENT) :]}"


def rows(api: Api) -> dict[str, list[Any]]:
    """All that there is, but for what was noted of calls that did nothing."""
    tables = [name for name in SQLModel.metadata.tables if name != "trigger_evaluation"]
    return {name: sorted(api.worker.query(f'SELECT * FROM "{name}"'), key=str) for name in tables}


async def test_each_type_that_has_ids_is_tried(theirs: Workspace) -> None:
    nodes = SCHEMA.get_implementations(SCHEMA.type_map["Node"]).objects  # type: ignore[arg-type]  # Node is an interface
    assert {node.name for node in nodes} == set(theirs.ids)
    for name, an_id in theirs.ids.items():
        assert await theirs.outcome("Query.node(id)", an_id) == repr(
            [[{"node": {"__typename": name, "id": "ID"}}, []]]
        )


async def test_what_belongs_to_another_workspace_answers_as_what_is_absent(
    theirs: Workspace, mine: Workspace
) -> None:
    run_id = theirs.ids["Run"]
    in_runs = ("Run", "ActivityExecution", "LoopIteration", "ResearchQuestion", "ResearchStep")
    past = [f"{theirs.ids[name]}@{seq}" for name in in_runs for seq in (1, 7)]
    tried = [*theirs.ids.values(), await theirs.queued(), *past, f"{run_id}@99999"]
    before = rows(mine.api)
    mine.api.told.events.clear()

    async def tell_of_theirs() -> None:
        theirs.tell()

    mine.happens = tell_of_theirs
    for way in BY_ID:
        of_absent = {an_id: await mine.outcome(way, an_id) for an_id in {absent(an_id) for an_id in tried}}
        for an_id in tried:
            assert await mine.outcome(way, an_id) == of_absent[absent(an_id)], (way, an_id)
    assert rows(mine.api) == before and mine.api.told.events == []


async def test_each_document_finds_what_is_the_callers_own(mine: Workspace) -> None:
    mine.happens = mine.start_another
    for way in BY_ID:
        for silence in (SECONDS_OF_SILENCE, 1.0, 10.0):  # as quick as the machine lets it be
            found = [
                an_id
                for an_id in mine.ids.values()
                if await mine.outcome(way, an_id, silence) != await mine.outcome(way, absent(an_id), silence)
            ]
            if found:
                break
        assert found, f"{way}: its document would pass whatever the answer were"


async def test_lists_hold_nothing_of_another_workspace(theirs: Workspace, api: Api) -> None:
    empty = api.elsewhere(add_workspace(api.database, "empty"))
    found = await empty.ask(
        """{ workflows { edges { cursor } } runs { edges { cursor } } records(object: "people") { edges { cursor } }
          apiKeys { edges { cursor } } }"""
    )
    assert {name: page["edges"] for name, page in found.items()} == {name: [] for name in found}


async def test_a_key_that_makes_starting_twice_harmless_is_of_one_workspace(
    theirs: Workspace, mine: Workspace
) -> None:
    document = """mutation($id: ID!) { startRun(input: {
      workflowId: $id, payload: {names: []}, idempotencyKey: "once"}) { run { id } errors { code } } }"""
    ids = []
    for workspace in (theirs, mine, mine):
        payload = (await workspace.api.ask(document, id=workspace.ids["Workflow"]))["startRun"]
        assert payload["errors"] == []
        ids.append(payload["run"]["id"])
    assert ids[0] != ids[1] == ids[2]
