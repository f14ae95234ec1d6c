"""Who live updates are sent to: so many subscribers in one process, each with a socket of its own.

Run as `python -m bench.live_clients KIND URL SUBSCRIBERS RUN …`. It prints `ready` once all have their first message; then, for
each line `MESSAGES SECONDS` on its input, it waits until each has so many more, or so long, and prints what each
received: pairs of seq and time.
"""

import asyncio
import json
import sys
import time
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

SUBSCRIPTION = """subscription($id: ID!) { runUpdates(runId: $id) { seq type run { id status creditsUsed }
  change { __typename ... on ActivityExecution { key status } } } }"""


class Subscriber:
    """Follows a run, and keeps each message with its time as it came."""

    def __init__(self, kind: str, url: str, number: int, run_id: str) -> None:
        self.kind, self.url, self.number, self.run_id = kind, url, number, run_id
        self.received: list[tuple[float, bytes]] = []
        self.more = asyncio.Event()

    async def follow(self) -> None:
        async with connect(
            self.url,
            subprotocols=None if self.kind == "starlette" else [Subprotocol("graphql-transport-ws")],
            local_addr=(f"127.0.2.{self.number % 50 + 1}", 0),
            proxy=None,
            compression=None,
            max_queue=None,
        ) as socket:
            await self.subscribe(socket)
            while True:
                message = await socket.recv(decode=False)
                self.received.append((time.time(), message))
                self.more.set()

    async def subscribe(self, socket: ClientConnection) -> None:
        if self.kind == "starlette":
            return await socket.send(json.dumps({"run": self.run_id}))
        await socket.send('{"type": "connection_init"}')
        await socket.recv()
        payload = {"query": SUBSCRIPTION, "variables": {"id": self.run_id}}
        return await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))

    async def wait_for(self, count: int) -> None:
        while len(self.received) < count:
            self.more.clear()
            await self.more.wait()

    def pairs(self, start: int) -> list[tuple[int, float]]:
        return [(self.seq(message), at) for at, message in self.received[start:]]

    def seq(self, message: bytes) -> int:
        data: Any = orjson.loads(message)
        if self.kind == "starlette":
            return int(data["seq"])
        return int(data["payload"]["data"]["runUpdates"]["seq"])


async def run() -> None:
    kind, url, count, *run_ids = sys.argv[1:]
    subscribers = [
        Subscriber(kind, url, number, run_ids[number % len(run_ids)]) for number in range(int(count))
    ]
    tasks = []
    for start in range(0, len(subscribers), 50):
        some = subscribers[start : start + 50]
        tasks += [asyncio.create_task(one.follow()) for one in some]
        await asyncio.gather(*(one.wait_for(1) for one in some))
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        messages, seconds = line.split()
        starts = [len(one.received) for one in subscribers]
        waiting = [
            one.wait_for(start + int(messages)) for one, start in zip(subscribers, starts, strict=True)
        ]
        try:
            async with asyncio.timeout(float(seconds)):
                await asyncio.gather(*waiting)
        except TimeoutError:
            print("some did not get everything", file=sys.stderr)
        found = [one.pairs(start) for one, start in zip(subscribers, starts, strict=True)]
        print(
            json.dumps([[one.run_id, pairs] for one, pairs in zip(subscribers, found, strict=True)]),
            flush=True,
        )
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(run())
