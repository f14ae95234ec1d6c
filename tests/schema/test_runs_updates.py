"""Lists of runs that stay true, and statistics that do, through the schema."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from db.cancel import cancel_run
from db.ids import DEFAULT_WORKSPACE
from live.hub import Hub
from live.memory import MemoryBus
from playhead.live_events import LogReader
from tests.db.filling import add_workspace
from tests.live.hubs import Tap, faulty, until
from tests.schema.api import Api
from tests.schema.workflows import CALL, CHAIN, REVIEW, WAIT, calling
from tests.workers.harness import USER, Harness

pytestmark = pytest.mark.anyio

RUN = "id seq status creditsUsed queuedAt startedAt endedAt error { code } workflow { id }"
WATCH = f"subscription($filter: RunFilter) {{ runsUpdates(filter: $filter) {{ change run {{ {RUN} }} }} }}"
LIST = f"query($filter: RunFilter) {{ runs(filter: $filter, first: 100) {{ edges {{ node {{ {RUN} }} }} }} }}"
STATS = """subscription($id: ID!) { workflowStatsUpdates(workflowId: $id) {
  runs queued running completed failed creditsUsed perActivity { key executions } overTime { completed } } }"""
FILTERS: list[Any] = [
    None,
    {"statuses": ["RUNNING", "WAITING"]},
    {"statuses": ["COMPLETED"]},
    {"hasError": True},
    {"hasError": False, "statuses": ["QUEUED", "WAITING", "CANCELED"]},
    {"errorCode": "HTTP_STATUS"},
]


class Client:
    """One who keeps a list, as the API says."""

    def __init__(self, api: Api, which: Any) -> None:
        self.api, self.which = api, which
        self.runs: dict[str, tuple[int, Any]] = {}
        self.changes: list[tuple[str, str, int]] = []
        self.task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        async with aclosing(self.api.stream(WATCH, filter=self.which)) as results:
            async for result in results:
                assert result.errors is None and result.data is not None
                update = result.data["runsUpdates"]
                run = update["run"]
                self.changes.append((update["change"], run["id"], run["seq"]))
                self.take(run, inside=update["change"] != "LEAVE")

    async def query(self) -> None:
        for run in await self.fresh():
            self.take(run, inside=True)

    async def fresh(self) -> list[Any]:
        return [edge["node"] for edge in (await self.api.ask(LIST, filter=self.which))["runs"]["edges"]]

    def take(self, run: Any, *, inside: bool) -> None:
        if run["seq"] > self.runs.get(run["id"], (0, None))[0]:
            self.runs[run["id"]] = (run["seq"], run if inside else None)

    async def true(self) -> bool:
        """Whether the list is what a fresh query gives."""
        kept = {run_id: run for run_id, (_, run) in self.runs.items() if run is not None}
        return kept == {run["id"]: run for run in await self.fresh()}

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


@asynccontextmanager
async def live(api: Api, compare_seconds: float = 0.05) -> AsyncIterator[tuple[MemoryBus, Tap]]:
    """The lists of the API fed by a hub; workers publish by hand."""
    bus, reader = MemoryBus(), LogReader(api.database)
    tap = Tap(bus)
    hub = Hub(tap, reader.read_events, reader.read_seqs, lists=api.lists, compare_seconds=compare_seconds)
    await hub.start()
    try:
        yield bus, tap
    finally:
        await hub.close()
    assert api.lists.watcher_count == 0


def announce(bus: MemoryBus, worker: Harness, sent: list[int]) -> None:
    """Publish what a worker has committed since."""
    for event in worker.published[sent[0] :]:
        bus.publish([event], DEFAULT_WORKSPACE)
    sent[0] = len(worker.published)


@pytest.mark.parametrize("seed", range(3))
async def test_a_list_is_what_a_fresh_query_gives_whatever_is_lost(api: Api, seed: int) -> None:
    choose = random.Random(seed)
    worker, sent = calling(api, *[404] * 50), [0]
    workflows = [
        worker.publish(one, f"Number {number}") for number, one in enumerate((CHAIN, REVIEW, WAIT, CALL))
    ]
    payload = {"names": ["ann", "bob"], "n": 1}
    async with live(api) as (bus, tap):
        tap.change = faulty(choose)
        clients = []
        for number in range(12):
            if number < 6:
                which = {**(FILTERS[number] or {}), **({"workflowId": workflows[number % 4]} if seed else {})}
                clients.append(Client(api, which))
                await asyncio.sleep(0)
                await clients[-1].query()
            started = worker.begin(choose.choice(workflows), payload)
            announce(bus, worker, sent)
            for _ in range(choose.randrange(3)):
                if worker.hints:
                    worker.chain.perform(*worker.hints.popleft())
                    announce(bus, worker, sent)
                    await asyncio.sleep(0)
            if choose.random() < 0.3:
                cancel_run(api.database, DEFAULT_WORKSPACE, started.run.id, USER)  # nobody announces it
        worker.work()
        async with asyncio.timeout(60):
            for client in clients:
                while not await client.true():
                    await asyncio.sleep(0.01)
        for client in clients:
            await client.stop()
            entered: set[str] = set()
            for change, run_id, _ in client.changes:
                assert change in ("ENTER", "UPDATE", "LEAVE")
                assert change != "ENTER" or run_id not in entered
                entered = entered - {run_id} if change == "LEAVE" else entered | {run_id}


async def test_it_sends_nothing_at_first_then_each_run_that_enters(api: Api) -> None:
    api.worker.run(CHAIN, {"n": 1})
    async with live(api) as (bus, _):
        client, sent = Client(api, {"statuses": ["COMPLETED"]}), [len(api.worker.published)]
        await until(lambda: api.lists.watcher_count == 1)
        await asyncio.sleep(0.2)
        assert client.changes == []
        run_id = api.worker.run(CHAIN, {"n": 1})
        announce(bus, api.worker, sent)
        await until(lambda: client.changes == [("ENTER", run_id, 9)])
        (seq, run) = client.runs[run_id]
        assert run in await client.fresh() and seq == 9
        await client.stop()


async def test_another_workspace_hears_nothing(api: Api) -> None:
    other = api.elsewhere(add_workspace(api.database, "Other"))
    async with live(api) as (bus, _):
        other.services = replace(other.services, lists=api.lists)
        client, sent = Client(other, None), [0]
        mine = Client(api, None)
        await until(lambda: api.lists.watcher_count == 2)
        api.worker.run(CHAIN, {"n": 1})
        announce(bus, api.worker, sent)
        await until(lambda: mine.changes != [])
        assert client.changes == []
        await client.stop()
        await mine.stop()


async def test_the_statistics_follow_the_runs_at_most_once_a_second(api: Api) -> None:
    workflow_id, other = api.worker.publish(CHAIN), api.worker.publish(CHAIN, "Other")
    told: list[Any] = []
    times: list[float] = []

    async def follow() -> None:
        async with aclosing(api.stream(STATS, id=workflow_id)) as results:
            async for result in results:
                assert result.errors is None and result.data is not None
                told.append(result.data["workflowStatsUpdates"])
                times.append(asyncio.get_running_loop().time())

    async with live(api) as (bus, _):
        task, sent = asyncio.create_task(follow()), [0]
        await until(lambda: len(told) == 1)
        assert told[0]["runs"] == 0
        witness = Client(api, {"workflowId": other, "statuses": ["COMPLETED"]})
        await until(lambda: api.lists.watcher_count == 2)
        run_id = api.worker.begin(other, {"n": 1}).run.id
        api.worker.work()
        announce(bus, api.worker, sent)
        await until(lambda: witness.changes == [("ENTER", run_id, 9)])
        await asyncio.sleep(1.2)
        assert len(told) == 1  # a run of another workflow is no news of this one
        for _ in range(2):
            api.worker.begin(workflow_id, {"n": 1})
            api.worker.work()
            announce(bus, api.worker, sent)
        await until(lambda: told[-1]["completed"] == 2)
        assert told[-1] == {
            "runs": 2, "queued": 0, "running": 0, "completed": 2, "failed": 0, "creditsUsed": 4,
            "perActivity": [{"key": "a", "executions": 2}, {"key": "b", "executions": 2}],
            "overTime": [{"completed": 2}],
        }  # fmt: skip
        assert all(later - earlier > 0.95 for earlier, later in pairwise(times))
        await witness.stop()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_statistics_of_an_unknown_workflow_are_not_found(api: Api) -> None:
    (result,) = [one async for one in api.stream(STATS, id="wf_x")]
    assert result.errors is not None
    assert result.errors[0].formatted["extensions"] == {"code": "NOT_FOUND"}
