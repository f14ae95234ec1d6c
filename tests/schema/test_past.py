"""A run as it was: what a query of a seq shows later is what a query of the run showed then, but for the mark on the ids."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from anyio import from_thread, to_thread

from db.cancel import cancel_run
from db.ids import DEFAULT_WORKSPACE
from db.writing import RunWrite
from tests.db.filling import add_workspace
from tests.engine.simulation import activity, edge, workflow
from tests.schema.api import Api
from tests.schema.workflows import CALL, CHAIN, REVIEW, WAIT, calling, make_due, queued, run
from tests.workers.harness import USER, Harness

pytestmark = pytest.mark.anyio

EXECUTION = """id key path status seq attempt inputs outputs exit creditsUsed startedAt endedAt durationMs run { id seq status }
  activity { key name } error { code } logs { at message } attempts { number startedAt endedAt worker error { code } }
  result { __typename } iteration { id index status item seq creditsUsed startedAt }"""
TURN = """id index path total item status seq startedAt endedAt creditsUsed loop { id status seq } previous { id } next { id }
  activityExecutions(first: 2) { pageInfo { hasNextPage hasPreviousPage endCursor } edges { node { id key } } }"""
RUN = f"""id seq status queuedAt startedAt endedAt durationMs creditsUsed trigger {{ payload actor {{ name }} }}
  workflow {{ id }} version {{ id number }} error {{ code message }} failedExecution {{ id key status }}
  cancellation {{ requestedAt completedAt creditsAfterRequest prevented inFlight {{ id status }} }}
  graph {{ activities {{ activity {{ key }} state executionCount failureCount creditsUsed skippedBecause
    latestExecution {{ id status }} }} edges {{ count taken }} }}
  activityExecutions(first: 100) {{ pageInfo {{ hasNextPage }} edges {{ cursor node {{ {EXECUTION}
    iterations(first: 2) {{ pageInfo {{ hasNextPage endCursor }} edges {{ cursor node {{ {TURN} }} }} }}
    iterationStatuses iterationAt(index: 2) {{ id status }} }} }} }}
  ended: activityExecutions(first: 2, filter: {{statuses: [COMPLETED, FAILED]}}) {{ edges {{ node {{ id }} }}
    pageInfo {{ hasNextPage endCursor }} }}
  some: activityExecutions(filter: {{keys: ["keep", "inner", "a"]}}) {{ edges {{ node {{ id }} }} }}"""
NOW = f"query($id: ID!) {{ run(id: $id) {{ {RUN} }} }}"
THEN = f"query($id: ID!, $seq: Int) {{ run(id: $id, atSeq: $seq) {{ {RUN} }} }}"
NODE = "query($id: ID!) { node(id: $id) { __typename id ... on Run { seq } ... on ActivityExecution { status } } }"

FAILING = workflow(
    [
        activity("each", "loop", items=[1, 2, 3], mode="parallel", concurrency=2),
        activity("inner", "loop", "each", items=[1, 2], onFailure="continue"),
        activity("a", parent="inner", expression="1 / (loop.index - 1)"),
        activity("b", parent="each", expression="1 / (loop.index - 2)"),
        activity("after", expression="1"),
    ],
    [
        edge("trigger", "each"),
        edge("each", "inner", "each"),
        edge("inner", "a", "each"),
        edge("inner", "b"),
        edge("each", "after"),
    ],
)


class Album:
    """Keeps what the API showed of a run after each transaction, by the run's seq."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.shown: dict[int, Any] = {}

    def look(self, run_id: str) -> None:
        """From a thread beside the event loop."""
        shown = from_thread.run(lambda: self.api.ask(NOW, id=run_id))["run"]
        self.shown[shown["seq"]] = shown

    def watch(self, worker: Harness) -> Harness:
        """Looks at each run after each write of a worker."""

        def look(writes: Sequence[RunWrite]) -> None:
            for write in writes:
                self.look(write.run_id)

        worker.after_write = look
        return worker

    async def of(self, work: Callable[[], str]) -> tuple[str, dict[int, Any]]:
        """Do what gives a run, beside the event loop; its album."""
        run_id = await to_thread.run_sync(work)
        return run_id, {seq: shown for seq, shown in self.shown.items() if shown["id"] == run_id}


def marked(shown: Any, seq: int) -> Any:
    """The same, with the mark on the ids of what is in a run."""
    if isinstance(shown, list):
        return [marked(one, seq) for one in shown]
    if isinstance(shown, dict):
        return {
            name: f"{value}@{seq}"
            if name == "id" and value.startswith(("run_", "exe_", "itr_"))
            else marked(value, seq)
            for name, value in shown.items()
        }
    return shown


DRAWS = workflow(
    [activity(key, "random_number", min=1, max=6) for key in "abc"],
    [edge("trigger", "a"), edge("a", "b"), edge("b", "c")],
)


async def chain(api: Api, album: Album) -> tuple[str, dict[int, Any]]:
    return await album.of(lambda: album.watch(api.worker).run(DRAWS))


async def review(api: Api, album: Album) -> tuple[str, dict[int, Any]]:
    return await album.of(lambda: album.watch(api.worker).run(REVIEW, {"names": ["ann", "bob", "cid"]}))


async def failing(api: Api, album: Album) -> tuple[str, dict[int, Any]]:
    return await album.of(lambda: album.watch(api.worker).run(FAILING))


async def retried(api: Api, album: Album) -> tuple[str, dict[int, Any]]:
    worker = album.watch(calling(api, 503, 404))

    def work() -> str:
        run_id = worker.run(CALL)
        make_due(api, run_id)
        worker.hints.append((run_id, worker.query("SELECT id FROM activity_execution")[0].id))
        worker.work()
        return run_id

    return await album.of(work)


async def canceled(api: Api, album: Album) -> tuple[str, dict[int, Any]]:
    def work() -> str:
        run_id = album.watch(api.worker).run(WAIT)
        cancel_run(api.database, DEFAULT_WORKSPACE, run_id, USER)
        album.look(run_id)
        return run_id

    return await album.of(work)


@pytest.mark.parametrize("make", [chain, review, failing, retried, canceled])
async def test_a_run_at_a_seq_is_shown_as_it_was_shown_then(api: Api, make: Any) -> None:
    run_id, shown = await make(api, Album(api))
    assert len(shown) > 2
    for seq, then in shown.items():
        found = (await api.ask(THEN, id=run_id, seq=seq))["run"]
        assert found == marked(then, seq)
    present = (await api.ask(NOW, id=run_id))["run"]
    assert present == shown[max(shown)]


async def test_pages_of_the_past_follow_one_another(api: Api) -> None:
    run_id = run(api, REVIEW, {"names": ["ann", "bob", "cid"]})
    document = """query($id: ID!, $after: String, $turns: String, $which: ActivityExecutionFilter) {
      run(id: $id, atSeq: 30) { activityExecutions(first: 3, after: $after, filter: $which) {
        pageInfo { hasNextPage hasPreviousPage endCursor }
        edges { node { id iterations(first: 1, after: $turns) {
          pageInfo { hasNextPage endCursor } edges { node { id index } } } } } } } }"""
    ids, cursor, pages = [], None, 0
    while True:
        page = (await api.ask(document, id=run_id, after=cursor))["run"]["activityExecutions"]
        assert page["pageInfo"]["hasPreviousPage"] is (pages > 0)
        ids += [edge["node"]["id"] for edge in page["edges"]]
        cursor, pages = page["pageInfo"]["endCursor"], pages + 1
        if not page["pageInfo"]["hasNextPage"]:
            break
    whole = "query($id: ID!) { run(id: $id, atSeq: 30) { activityExecutions { edges { node { id } } } } }"
    edges = (await api.ask(whole, id=run_id))["run"]["activityExecutions"]["edges"]
    assert ids == [edge["node"]["id"] for edge in edges] and len(set(ids)) > 3
    first = (await api.ask(document, id=run_id))["run"]["activityExecutions"]["edges"][0]["node"][
        "iterations"
    ]
    second = await api.ask(document, id=run_id, turns=first["pageInfo"]["endCursor"])
    turns = second["run"]["activityExecutions"]["edges"][0]["node"]["iterations"]["edges"]
    assert [one["node"]["index"] for one in turns] == [2]
    for around in (turns[0]["node"]["id"], turns[0]["node"]["id"].partition("@")[0]):
        inside = await api.ask(document, id=run_id, which={"iterationId": around})
        assert 0 < len(inside["run"]["activityExecutions"]["edges"]) < 4


@pytest.mark.parametrize(("first", "after"), [(0, None), (101, None), (1, "no cursor")])
async def test_a_page_of_the_past_that_cannot_be_given_is_refused(api: Api, first: int, after: Any) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    document = """query($id: ID!, $first: Int, $after: String) { run(id: $id, atSeq: 3) {
      activityExecutions(first: $first, after: $after) { edges { cursor } } } }"""
    error = await api.refusal(document, id=run_id, first=first, after=after)
    assert error["extensions"] == {"code": "BAD_PAGE"}


async def test_the_ids_of_the_past_lead_back_to_it(api: Api) -> None:
    run_id = run(api, REVIEW, {"names": ["ann"]})
    found = (await api.ask(THEN, id=run_id, seq=6))["run"]
    (loop, keep) = (edge["node"] for edge in found["activityExecutions"]["edges"])
    turn = loop["iterations"]["edges"][0]["node"]
    assert [one["id"][-2:] for one in (found, loop, keep, turn)] == ["@6"] * 4
    assert await api.ask(NODE, id=found["id"]) == {"node": {"__typename": "Run", "id": found["id"], "seq": 6}}
    shown = {"__typename": "ActivityExecution", "id": keep["id"], "status": keep["status"]}
    assert await api.ask(NODE, id=keep["id"]) == {"node": shown}
    assert (await api.ask(NODE, id=turn["id"]))["node"] == {"__typename": "LoopIteration", "id": turn["id"]}


@pytest.mark.parametrize(
    "mark", ["@0", "@-1", "@+1", "@01", "@1 ", "@99", "@2147483648", "@x", "@", "@1@1", "@٣"]
)
async def test_an_id_with_any_other_mark_is_unknown(api: Api, mark: str) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    assert await api.ask(NODE, id=run_id + mark) == {"node": None}
    assert await api.ask(NOW, id=f"{run_id}@1") == {"run": None}


async def test_what_was_not_there_yet_is_unknown(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    executions = (await api.ask(NOW, id=run_id))["run"]["activityExecutions"]["edges"]
    last = executions[-1]["node"]["id"]
    assert await api.ask(NODE, id=f"{last}@3") == {"node": None}
    assert (await api.ask(NODE, id=f"{last}@9"))["node"]["status"] == "COMPLETED"
    for unknown in ("exe_" + "0" * 32, "itr_" + "0" * 32, "run_" + "0" * 32, "wf_x", "rec_x"):
        assert await api.ask(NODE, id=f"{unknown}@1") == {"node": None}


@pytest.mark.parametrize("seq", [0, -1, 10, 2**31 - 1])
async def test_a_seq_that_the_run_does_not_have_is_refused(api: Api, seq: int) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    error = await api.refusal(THEN, id=run_id, seq=seq)
    assert error["extensions"] == {"code": "SEQ_UNKNOWN"}
    assert error["message"] == f"run {run_id} has no event {seq}"


async def test_without_a_seq_or_without_a_run_there_is_no_past(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    assert (await api.ask(THEN, id=run_id, seq=None))["run"]["id"] == run_id
    assert await api.ask(THEN, id="run_x", seq=1) == {"run": None}


async def test_the_past_of_another_workspace_is_unknown(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    execution = (await api.ask(NOW, id=run_id))["run"]["activityExecutions"]["edges"][0]["node"]["id"]
    other = api.elsewhere(add_workspace(api.database, "Other"))
    assert await other.ask(THEN, id=run_id, seq=3) == {"run": None}
    for an_id in (f"{run_id}@3", f"{execution}@3"):
        assert await other.ask(NODE, id=an_id) == {"node": None}


async def test_mutations_refuse_what_was(api: Api) -> None:
    run_id = queued(api, WAIT)
    document = "mutation($id: ID!) { cancelRun(id: $id) { run { id } errors { code path } } }"
    assert (await api.ask(document, id=f"{run_id}@1"))["cancelRun"] == {
        "run": None,
        "errors": [{"code": "NOT_FOUND", "path": ["id"]}],
    }


async def test_several_moments_of_one_run_are_one_reading_of_its_log(api: Api) -> None:
    run_id = run(api, REVIEW, {"names": ["ann"]})
    statements: list[str] = []
    api.watch(statements)
    document = "query($id: ID!) {" + "".join(
        f"at{seq}: run(id: $id, atSeq: {seq}) {{ seq activityExecutions {{ edges {{ node {{ id }} }} }} }} "
        for seq in (3, 9, 6)
    )
    found = await api.ask(document + "}", id=run_id)
    assert [found[f"at{seq}"]["seq"] for seq in (3, 6, 9)] == [3, 6, 9]
    assert len([one for one in statements if "run_event.data" in one]) == 1
