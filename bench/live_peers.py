"""What live updates are measured beside: a bare Starlette WebSocket and a bare Strawberry subscription, no products but bounds.

Each is a web process that reads Redis once and hands every message to who listens: no log, no seqs, no workspaces, nothing
found again that was lost. Run as `python -m bench.live_peers starlette|strawberry PORT REDIS_URL`.
"""

import asyncio
import sys
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import orjson
import strawberry
import uvicorn
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from strawberry.asgi import GraphQL

CHANNELS = "bench:live:"


class Broadcast:
    """One reader of Redis, and a queue for each who listens to a channel."""

    def __init__(self) -> None:
        self.queues: dict[str, set[asyncio.Queue[bytes]]] = defaultdict(set)

    async def read(self, redis_url: str) -> None:
        """Hand on what is published, until canceled."""
        async with Redis.from_url(redis_url).pubsub() as listener:
            await listener.psubscribe(f"{CHANNELS}*")
            async for message in listener.listen():
                if message["type"] == "pmessage":
                    for queue in self.queues[message["channel"].decode().removeprefix(CHANNELS)]:
                        queue.put_nowait(message["data"])

    @contextmanager
    def listening(self, channel: str) -> Any:
        """A queue of a channel's messages."""
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self.queues[channel].add(queue)
        try:
            yield queue
        finally:
            self.queues[channel].discard(queue)


broadcast = Broadcast()
SNAPSHOT = b'{"seq": 0, "type": null, "status": "RUNNING", "credits": 0, "key": "hold"}'


@strawberry.type
class Run:
    id: strawberry.ID
    status: str
    credits_used: int


@strawberry.type
class ActivityExecution:
    key: str
    status: str


@strawberry.type
class RunUpdate:
    seq: int
    type: str | None
    run: Run
    change: ActivityExecution | None


@strawberry.type
class Query:
    nothing: int = 0


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def run_updates(self, run_id: strawberry.ID) -> AsyncGenerator[RunUpdate, None]:
        with broadcast.listening(run_id) as queue:
            yield update(run_id, SNAPSHOT)
            while True:
                yield update(run_id, await queue.get())


def update(run_id: str, body: bytes) -> RunUpdate:
    data = orjson.loads(body)
    return RunUpdate(
        seq=data["seq"],
        type=data["type"],
        run=Run(id=strawberry.ID(run_id), status=data["status"], credits_used=data["credits"]),
        change=ActivityExecution(key=data["key"], status="RUNNING"),
    )


async def bare(socket: WebSocket) -> None:
    """Sends what is published as it is."""
    await socket.accept()
    request = orjson.loads(await socket.receive_text())
    with broadcast.listening(request["run"]) as queue:
        sending = asyncio.create_task(send_all(socket, queue))
        with suppress(WebSocketDisconnect):
            await socket.receive_text()  # nothing comes but the end
        sending.cancel()
        await asyncio.wait([sending])


async def send_all(socket: WebSocket, queue: asyncio.Queue[bytes]) -> None:
    await socket.send_text(SNAPSHOT.decode())
    while True:
        await socket.send_text((await queue.get()).decode())


def main() -> None:
    """Serve until SIGTERM."""
    which, port, redis_url = sys.argv[1:]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        reading = asyncio.create_task(broadcast.read(redis_url))
        yield
        reading.cancel()

    view: GraphQL[Any, Any] = GraphQL(strawberry.Schema(Query, subscription=Subscription))
    route: BaseRoute = WebSocketRoute("/graphql", view if which == "strawberry" else bare)
    app = Starlette(routes=[route], lifespan=lifespan)
    uvicorn.run(app, port=int(port), log_config=None, access_log=False, timeout_graceful_shutdown=1)


if __name__ == "__main__":
    main()
