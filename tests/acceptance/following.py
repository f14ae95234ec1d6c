"""Following a run to its end, as a subscriber does, and what every stream of updates must be."""

import asyncio
import json
import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.acceptance.client import UPDATES, Api

SECONDS = 180.0

Update = dict[str, Any]


def follow(api: Api, run_id: str, after: int | None = None) -> list[Update]:
    """The updates to the end of the run."""

    async def collect() -> list[Update]:
        async with asyncio.timeout(SECONDS):
            return [update async for update in api.updates(run_id, after)]

    return asyncio.run(collect())


@contextmanager
def followed(api: Api, run_id: str) -> Iterator[Future[list[Update]]]:
    """Follows a run from its first event while the block does something to it; gives the updates to come."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(follow, api, run_id, 0)


def follow_with_drops(api: Api, run_id: str, drops: int, each: int) -> list[Update]:
    """The updates from the first event on, by a client that so often loses its connection, after so many each."""
    updates: list[Update] = []
    for _ in range(drops):
        updates += _lose_connection(api, run_id, updates[-1]["seq"] if updates else 0, each)
    return updates + follow(api, run_id, updates[-1]["seq"])


def _lose_connection(api: Api, run_id: str, after: int, number: int) -> list[Update]:
    payload = {"query": UPDATES, "variables": {"runId": run_id, "after": after}}
    with connect(
        api.socket_url, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None
    ) as connection:
        connection.send(json.dumps({"type": "connection_init"}))
        assert json.loads(connection.recv(timeout=SECONDS))["type"] == "connection_ack"
        connection.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
        messages = [json.loads(connection.recv(timeout=SECONDS)) for _ in range(number)]
        connection.socket.shutdown(socket.SHUT_RDWR)  # without a word, as a network does
    return [message["payload"]["data"]["runUpdates"] for message in messages]


def check_stream(updates: list[Update]) -> None:
    """No seq is left out, doubled or out of order; the last message is the run's end; credits never fall."""
    seqs = [update["seq"] for update in updates]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    assert [update["run"]["seq"] for update in updates] == seqs
    assert [update["snapshot"] for update in updates[1:]] == [False] * (len(updates) - 1)
    ends = ("RunCompleted", "RunFailed", "RunCanceled")
    assert [update["type"] in ends for update in updates] == [False] * (len(updates) - 1) + [True]
    credits_used = [update["run"]["creditsUsed"] for update in updates]
    assert credits_used == sorted(credits_used)
