"""Users who start runs, follow them to their end and cancel some, whatever becomes of the parts meanwhile."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.engine.simulation import activity, edge, workflow
from tests.faults.subscribers import LOST, Connections, Subscriber

START = """mutation($input: StartRunInput!) { startRun(input: $input) { run { id } errors { code } } }"""
CANCEL = """mutation($id: ID!) { cancelRun(id: $id) {
  run { seq status cancellation { requestedAt } } errors { code } } }"""

WORK = workflow(
    [
        activity("tell", "http_request", method="POST", url="{{ trigger.payload.effects }}/tell"),
        activity("each", "loop", items="{{ trigger.payload.items }}", mode="parallel", concurrency=2),
        activity("odd", "if_else", "each", match="all", conditions=[
            {"left": "{{ loop.index % 2 }}", "operator": "equals", "right": 1}]),
        activity("send", "http_request", "each", method="POST", url="{{ trigger.payload.effects }}/send"),
        activity("keep", "create_record", object="notes", values={"run": "{{ run.id }}"}),
        activity("pause", "delay", amount=1, unit="seconds"),
        activity("last", "formula", expression="1 + 1"),
    ],
    [edge("trigger", "tell"), edge("tell", "each"), edge("each", "odd", "each"), edge("odd", "send", "true"),
     edge("each", "keep"), edge("keep", "pause"), edge("pause", "last")],
)  # fmt: skip
ITEMS = 3
CREDITS = 9
"""Of a run that completes: tell, each, two odd items with two activities each, keep, pause, last."""


@dataclass
class Followed:
    """A run that was acknowledged: by which key it was started, what its subscriber saw, the receipt of its cancel."""

    run_id: str
    key: str
    subscriber: Subscriber
    receipt: dict[str, Any] | None = None


@dataclass
class Load:
    """Keeps so many runs under way until it is told to stop.

    Attributes:
        urls: The web processes, any of which is asked.
        cancels: The share of the runs that are canceled.
    """

    urls: Sequence[str]
    workflow_id: str
    effects: str
    choose: random.Random
    cancels: float = 0.15
    runs: dict[str, Followed] = field(default_factory=dict)
    stopping: bool = False

    def __post_init__(self) -> None:
        self.connections = Connections(self.urls, self.choose)

    @asynccontextmanager
    async def under_way(self, users: int, patience: float = 120.0) -> AsyncIterator[None]:
        """Users at work for the length of the block; after it every run must end within `patience` seconds."""
        async with httpx2.AsyncClient(timeout=10, trust_env=False) as client:
            tasks = [asyncio.create_task(self._user(number, client)) for number in range(users)]
            try:
                yield
                self.stopping = True
                _, late = await asyncio.wait(tasks, timeout=patience)
            finally:
                for task in tasks:
                    task.cancel()
                ends = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end
        assert not late, (
            f"{len(late)} users still wait for the end of a run, {patience:g} s after the last fault"
        )

    async def started(self, count: int) -> None:
        """Waits until so many runs were started."""
        while len(self.runs) < count:
            await asyncio.sleep(0.02)

    async def _user(self, number: int, client: httpx2.AsyncClient) -> None:
        turn = 0
        while not self.stopping:
            turn += 1
            await self._once(number, f"user-{number}-{turn}", client)

    async def _once(self, number: int, key: str, client: httpx2.AsyncClient) -> None:
        run_id = await self._start(key, client)
        whole = self.choose.random() < 0.7
        one = Subscriber(number, run_id, self.connections, from_start=whole)
        self.runs[run_id] = followed = Followed(run_id, key, one)
        following = asyncio.create_task(one.follow())
        try:
            if self.choose.random() < self.cancels:
                await asyncio.sleep(self.choose.uniform(0, 1.5))
                followed.receipt = await self._cancel(run_id, client)
            await following
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def _start(self, key: str, client: httpx2.AsyncClient) -> str:
        payload = {"effects": self.effects, "items": list(range(ITEMS))}
        given = {"workflowId": self.workflow_id, "payload": payload, "idempotencyKey": key}
        answer = await self._asked(client, START, {"input": given})
        assert answer["errors"] == []
        return str(answer["run"]["id"])

    async def _cancel(self, run_id: str, client: httpx2.AsyncClient) -> dict[str, Any] | None:
        answer = await self._asked(client, CANCEL, {"id": run_id})
        assert [error["code"] for error in answer["errors"]] in ([], ["RUN_ALREADY_ENDED"])
        return None if answer["errors"] else dict(answer["run"])

    async def _asked(
        self, client: httpx2.AsyncClient, document: str, variables: dict[str, Any]
    ) -> dict[str, Any]:
        """Asks until there is an answer: what was lost on the way is asked again, under the same key."""
        while True:
            try:
                url = self.choose.choice(self.urls)
                answer = await client.post(f"{url}/graphql", json={"query": document, "variables": variables})
                body = answer.json()
                if answer.status_code == 200 and not body.get("errors"):
                    (data,) = body["data"].values()
                    return dict(data)
            except (*LOST, ValueError):
                pass
            await asyncio.sleep(self.choose.uniform(0.05, 0.3))
