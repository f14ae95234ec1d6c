"""Lists of runs under random changes, losses and watchers: what each client keeps is what a fresh query gives.

The client is the plainest that the API allows: it subscribes, then queries, and of two copies of a run believes the one
with the higher seq. The answer to its query may take its time.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

import live.run_list
import live.workspace_feed
from live.lists import Lists
from live.ports import Header
from live.run_list import ListChange, Move
from tests.live.fake_register import FakeRegister, Outline

pytestmark = pytest.mark.anyio

STATUSES = ["QUEUED", "RUNNING", "WAITING", "CANCELING"]
FINAL = ["COMPLETED", "FAILED", "CANCELED"]
Accepts = Callable[[Outline, Header], bool]


@dataclass(eq=False)
class Client:
    """One who keeps a list, as the API says: whether each run is in it, by the highest seq heard of.

    `since` is how far the runs were when it subscribed.
    """

    name: str
    accepts: Accepts
    since: dict[str, int] = field(default_factory=dict)
    known: dict[str, tuple[int, bool]] = field(default_factory=dict)
    moves: dict[str, list[Move[Outline]]] = field(default_factory=dict)

    def hear(self, run_id: str, seq: int, *, inside: bool) -> None:
        if seq > self.known.get(run_id, (0, False))[0]:
            self.known[run_id] = (seq, inside)

    def take(self, moves: Sequence[Move[Outline]]) -> None:
        for move in moves:
            self.moves.setdefault(move.run_id, []).append(move)
            self.hear(move.run_id, move.seq, inside=move.change is not ListChange.LEAVE)

    @property
    def shown(self) -> dict[str, int]:
        return {run_id: seq for run_id, (seq, inside) in self.known.items() if inside}


class World:
    """Runs that change, clients that come and go, and a stream that loses, doubles and shuffles what is announced."""

    def __init__(self, seed: int) -> None:
        self.choose = random.Random(seed)
        self.register = FakeRegister()
        self.register.delay = self.choose.choice([0, 2, 9])
        self.lists: Lists[Outline] = Lists(
            self.register, now=lambda: self.register.now + timedelta(microseconds=1)
        )
        self.stream: list[tuple[str, int, Any]] = []
        self.clients: dict[Client, asyncio.Task[None]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.loss = self.choose.choice([0.0, 0.2, 1.0])

    def filter(self) -> tuple[str, Accepts]:
        choose = self.choose
        statuses = frozenset(choose.sample(STATUSES + FINAL, choose.randint(1, 6)))
        kind, has_error = choose.choice(["a", "b", None]), choose.choice([True, False, None])

        def accepts(run: Outline, header: Header) -> bool:
            return (
                header["status"] in statuses
                and (kind is None or run.kind == kind)
                and (has_error is None or has_error == (header["error"] is not None))
            )

        return f"{sorted(statuses)} {kind} {has_error}", accepts

    def matching(self, accepts: Accepts) -> dict[str, int]:
        """The answer to a query of this moment."""
        runs = self.register.runs_by_id
        return {one: run.seq for one, run in runs.items() if accepts(run.outline, run.headers[-1])}

    # -- what may happen

    def change(self) -> None:
        alive = [one for one, run in self.register.runs_by_id.items() if not run.ended]
        run_id = self.choose.choice([*alive, f"run_{len(self.register.runs_by_id)}"])
        known = self.register.runs_by_id.get(run_id)
        status = self.choose.choice(STATUSES + (FINAL if known else []))
        failed = known is not None and known.headers[-1]["error"] is not None
        error = "BROKEN" if failed or self.choose.random() < 0.1 else None
        announced = self.register.commit(run_id, status, error=error, kind=self.choose.choice("ab"))
        if self.choose.random() >= self.loss:
            self.stream.append(announced)
            if self.choose.random() < 0.1:
                self.stream.append(announced)
            if self.choose.random() < 0.1:
                self.choose.shuffle(self.stream)

    def deliver(self) -> None:
        for _ in range(self.choose.randint(1, 8)):
            if self.stream:
                run_id, seq, header = self.stream.pop(0)
                self.lists.hear("ws_1", run_id, seq, header if self.choose.random() < 0.9 else None)

    def come(self) -> None:
        client = Client(*self.filter())
        self.clients[client] = asyncio.create_task(self.keep(client))
        self.later(self.query(client))

    def leave(self) -> None:
        if len(self.clients) > 1:
            client = self.choose.choice(list(self.clients))
            self.clients.pop(client).cancel()

    def compare(self) -> None:
        self.later(self.lists.compare())

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def keep(self, client: Client) -> None:
        client.since = {one: run.seq for one, run in self.register.runs_by_id.items()}
        async with aclosing(self.lists.watch("ws_1", client.name, client.accepts)) as batches:
            async for moves in batches:
                client.take(moves)

    async def query(self, client: Client) -> None:
        answer = self.matching(client.accepts)
        for _ in range(self.choose.randint(0, 20)):
            await asyncio.sleep(0)
        for run_id, seq in answer.items():
            client.hear(run_id, seq, inside=True)

    # -- what must hold

    async def settle(self) -> None:
        """Let everything come to rest: what was not announced is found by comparing."""
        while self.stream:
            self.deliver()
        for _ in range(3):
            await self.lists.compare()
            await asyncio.sleep(0.01)
        async with asyncio.timeout(60):
            while any(one.shown != self.matching(one.accepts) for one in self.clients):
                await asyncio.sleep(0.002)

    def check(self, client: Client) -> None:
        """The moves of each run are the transitions that its log tells, each once, in order."""
        for run_id, run in self.register.runs_by_id.items():
            inside = [client.accepts(run.outline, header) for header in run.headers]
            told = client.moves.get(run_id, [])
            seqs = [move.seq for move in told]
            assert seqs == sorted(set(seqs)), f"{run_id}: {seqs}"
            for move in told:
                before = move.seq > 1 and inside[move.seq - 2]
                assert move.change is change(before, after=inside[move.seq - 1]), f"{run_id}: {move}"
                assert (move.run.id, move.header) == (run_id, run.headers[move.seq - 1])
            since = client.since.get(run_id, 0)
            expected = [
                seq
                for seq in range(since + 1, run.seq + 1)
                if inside[seq - 1] != (seq > 1 and inside[seq - 2])
            ]
            moved = [move.seq for move in told if move.change is not ListChange.UPDATE and move.seq > since]
            assert moved == expected, f"{run_id} since {since}: {told}"


def change(before: bool, *, after: bool) -> ListChange | None:
    if before:
        return ListChange.UPDATE if after else ListChange.LEAVE
    return ListChange.ENTER if after else None


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is bounded is small, so that every bound is met."""
    monkeypatch.setattr(live.run_list, "UPDATE_PAUSE", 0.001)
    monkeypatch.setattr(live.workspace_feed, "TRACKS", 4)
    monkeypatch.setattr(live.workspace_feed, "BATCH", 3)
    monkeypatch.setattr(live.workspace_feed, "PAGE", 2)
    monkeypatch.setattr(live.workspace_feed, "REMEMBERED", 0.01)


async def check_world(seed: int) -> None:
    world, before = World(seed), asyncio.all_tasks()
    world.lists.start()
    weights = {"change": 10, "deliver": 5, "compare": 1, "come": 1, "leave": 1}
    for _ in range(8):
        world.change()
    for _ in range(300):
        (what,) = world.choose.choices(list(weights), list(weights.values()))
        getattr(world, what)()
        if world.choose.random() < 0.5:
            await asyncio.sleep(0)
    await world.settle()
    for client in world.clients:
        world.check(client)
    tasks = list(world.clients.values())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, *world.tasks, return_exceptions=True)
    assert world.lists.watcher_count == 0 and not world.lists.watches("ws_1")
    await world.lists.close()
    assert asyncio.all_tasks() == before


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("part", range(4))
async def test_each_client_keeps_what_a_fresh_query_gives(part: int) -> None:
    for seed in range(part * 25, part * 25 + 25):
        await check_world(seed)


@pytest.mark.soak
@pytest.mark.usefixtures("small")
@pytest.mark.timeout(3600)
async def test_each_client_keeps_what_a_fresh_query_gives_by_the_thousand() -> None:
    for seed in range(100, 10_100):
        await check_world(seed)
