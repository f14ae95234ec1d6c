"""Subscribers that lose their connections again and again, and come back by either transport to any web process."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

UPDATES = """subscription($id: ID!, $after: Int) { runUpdates(runId: $id, after: $after) {
  seq type run { seq status creditsUsed endedAt } } }"""
LIST = "query($filter: RunFilter, $after: String) { runs(filter: $filter, first: 100, after: $after) { "
LIST += "pageInfo { hasNextPage endCursor } edges { node { id seq status creditsUsed } } } }"
WATCH = "subscription($filter: RunFilter) { runsUpdates(filter: $filter) { change run { id seq status creditsUsed } } }"

FINAL = ("COMPLETED", "FAILED", "CANCELED")
SILENCE = 30.0
"""Seconds without a message after which a connection is given up."""

Message = dict[str, Any]
Messages = AsyncGenerator[Message, None]


class Refused(Exception):  # noqa: N818 - says what a client meets
    """The server answered an operation with errors."""


async def over_socket(url: str, address: str, payload: Message, sent: asyncio.Event) -> Messages:
    """The data of each message of a subscription over a WebSocket, until it completes; says when it was asked for."""
    where = f"ws{url.removeprefix('http')}/graphql"
    async with connect(
        where,
        subprotocols=[Subprotocol("graphql-transport-ws")],
        local_addr=(address, 0),
        proxy=None,
        open_timeout=10,
        close_timeout=1,
    ) as socket:
        await socket.send('{"type": "connection_init"}')
        await socket.recv()
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
        sent.set()
        while True:
            async with asyncio.timeout(SILENCE):
                message = json.loads(await socket.recv())
            if message["type"] == "complete":
                return
            if message["type"] == "error":
                raise Refused(message["payload"])
            if message["type"] == "next":
                yield data_of(message["payload"])


async def over_events(url: str, address: str, payload: Message, sent: asyncio.Event) -> Messages:
    """The same over server-sent events."""
    transport = httpx2.AsyncHTTPTransport(local_address=address)
    timeout = httpx2.Timeout(10, read=SILENCE)
    async with (
        httpx2.AsyncClient(transport=transport, timeout=timeout, trust_env=False) as client,
        client.stream(
            "POST", f"{url}/graphql", json=payload, headers={"accept": "text/event-stream"}
        ) as answer,
    ):
        if answer.status_code != 200:
            raise Refused(await answer.aread())
        sent.set()
        kind = ""
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            if line.startswith("event: complete"):
                return
            if line.startswith("data: ") and kind == "next":
                yield data_of(json.loads(line.removeprefix("data: ")))
    raise httpx2.RemoteProtocolError("the stream ended before its time")


def data_of(result: Message) -> Message:
    if result.get("errors"):
        raise Refused(result["errors"])
    (data,) = result["data"].values()
    found: Message = data
    return found


LOST = (OSError, WebSocketException, httpx2.TransportError, TimeoutError, asyncio.IncompleteReadError)
"""What a client meets when its connection is lost, or not to be had."""


@dataclass
class Connections:
    """How subscribers reach the web processes: by either transport, from an address of their own, to any of them."""

    urls: Sequence[str]
    choose: random.Random
    refusals: list[Any] = field(default_factory=list)

    @asynccontextmanager
    async def subscribed(
        self, number: int, url: str, payload: Message, sent: asyncio.Event
    ) -> AsyncIterator[Messages]:
        """A subscription for as long as its connection lasts; what ends the connection is no fault."""
        way = self.choose.choice([over_socket, over_events])
        address = f"127.0.1.{number % 250 + 1}"
        try:
            async with aclosing(way(url, address, payload, sent)) as messages:
                yield messages
        except LOST:
            await asyncio.sleep(self.choose.uniform(0.01, 0.3))
        except Refused as refused:
            self.refusals.append(refused.args[0])
            await asyncio.sleep(0.1)


class Subscriber:
    """Follows a run from its first event, or from a snapshot, to its last, however often it is dropped."""

    def __init__(
        self, number: int, run_id: str, connections: Connections, *, from_start: bool = True
    ) -> None:
        self.number, self.run_id, self.connections = number, run_id, connections
        self.after: int | None = 0 if from_start else None
        self.seqs: list[int] = []
        self.last: Message = {}
        self.drops = 0

    async def follow(self) -> None:
        choose = self.connections.choose
        while self.last.get("status") not in FINAL:
            payload = {"query": UPDATES, "variables": {"id": self.run_id, "after": self.after}}
            patience = choose.choice([choose.randint(1, 5), choose.randint(5, 60), 10_000])
            url = choose.choice(self.connections.urls)
            async with self.connections.subscribed(self.number, url, payload, asyncio.Event()) as messages:
                async for message in messages:
                    self.take(message)
                    patience -= 1
                    if not patience:
                        break
            self.drops += 1

    def take(self, message: Message) -> None:
        expected = message["seq"] if self.after is None else self.after + 1
        assert message["seq"] == message["run"]["seq"] == expected, f"{self.run_id}: {message}"
        assert self.last.get("status") not in FINAL, f"{message} comes after the end"
        self.after = message["seq"]
        self.seqs.append(message["seq"])
        self.last = message["run"]


class Keeper:
    """Keeps a list of runs true, as the API says, however often it is dropped."""

    def __init__(self, number: int, which: Message, connections: Connections) -> None:
        self.number, self.which, self.connections = number, which, connections
        self.runs: dict[str, tuple[int, Message | None]] = {}

    async def keep(self) -> None:
        choose = self.connections.choose
        payload = {"query": WATCH, "variables": {"filter": self.which}}
        while True:
            self.runs, url, sent = {}, choose.choice(self.connections.urls), asyncio.Event()
            querying = asyncio.create_task(self.query(url, sent))
            try:
                async with self.connections.subscribed(self.number, url, payload, sent) as messages:
                    async with asyncio.timeout(choose.uniform(2, 20)):
                        async for message in messages:
                            self.take(message["run"], inside=message["change"] != "LEAVE")
            finally:  # also where it is told to go before it has subscribed
                querying.cancel()
                await asyncio.gather(querying, return_exceptions=True)

    def take(self, run: Message, *, inside: bool) -> None:
        if run["seq"] > self.runs.get(run["id"], (0, None))[0]:
            self.runs[run["id"]] = (run["seq"], run if inside else None)

    @property
    def shown(self) -> dict[str, Message]:
        return {run_id: run for run_id, (_, run) in self.runs.items() if run is not None}

    async def query(self, url: str, sent: asyncio.Event) -> None:
        """Ask for the list once it is watched, again and again until there is an answer."""
        await sent.wait()
        while True:
            try:
                for run in await fresh(url, self.which):
                    self.take(run, inside=True)
                return
            except LOST:
                await asyncio.sleep(0.1)


async def fresh(url: str, which: Message) -> list[Message]:
    """The list as a query gives it, page by page."""
    runs: list[Message] = []
    after = None
    async with httpx2.AsyncClient(timeout=30, trust_env=False) as client:
        while True:
            payload = {"query": LIST, "variables": {"filter": which, "after": after}}
            page = data_of((await client.post(f"{url}/graphql", json=payload)).json())
            runs += [edge["node"] for edge in page["edges"]]
            if not page["pageInfo"]["hasNextPage"]:
                return runs
            after = page["pageInfo"]["endCursor"]
