"""A web process is told to end in the middle of a run: it leaves in order, and who comes back has missed nothing."""

import json
import os
import signal
import threading
import time
from typing import Any

import httpx2
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.acceptance.client import Api
from tests.acceptance.following import Update, check_stream, follow
from tests.acceptance.servers import Server
from tests.acceptance.test_trouble import MIDDLE, started, wait_for
from tests.waiting import has_ended, wait_until

UPDATES = """subscription ($runId: ID!, $after: Int) {
  runUpdates(runId: $runId, after: $after) { seq snapshot type run { seq status creditsUsed } } }"""


class Client(threading.Thread):
    """Follows a run over one connection, to the end of that."""

    def __init__(self, api: Api, run_id: str) -> None:
        super().__init__()
        self.api = api
        self.payload = {"query": UPDATES, "variables": {"runId": run_id, "after": 0}}
        self.updates: list[Update] = []
        self.end: object = None

    def take(self, message: dict[str, Any]) -> None:
        self.updates.append(message["data"]["runUpdates"])


class OverSocket(Client):
    """By `graphql-transport-ws`; its end is the code of the close."""

    def run(self) -> None:
        with connect(
            self.api.socket_url, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None
        ) as connection:
            connection.send('{"type": "connection_init"}')
            connection.recv(60)
            connection.send(json.dumps({"type": "subscribe", "id": "1", "payload": self.payload}))
            try:
                while True:
                    self.take(json.loads(connection.recv(60))["payload"])
            except ConnectionClosed as closed:
                self.end = closed.rcvd.code if closed.rcvd else "dropped"


class OverStream(Client):
    """By server-sent events; its end is the last event's name, or the error of a stream that breaks off."""

    def run(self) -> None:
        headers = {"accept": "text/event-stream"}
        with (
            httpx2.Client(timeout=30, trust_env=False) as client,
            client.stream("POST", f"{self.api.url}/graphql", json=self.payload, headers=headers) as response,
        ):
            try:
                for line in response.iter_lines():
                    name, _, text = line.partition(": ")
                    if name == "event":
                        self.end = text
                    elif name == "data" and text:
                        self.take(json.loads(text))
            except httpx2.HTTPError as error:
                self.end = error


def answers(api: Api) -> bool:
    """Whether a web process serves again."""
    try:
        return httpx2.get(f"{api.url}/healthz", trust_env=False).status_code == 200
    except httpx2.HTTPError:
        return False


def web_of(server: Server) -> int:
    (pid,) = [pid for pid, line in server.children().items() if "playhead web" in line]
    return pid


def test_a_web_process_that_is_told_to_end_leaves_in_order(server: Server) -> None:
    run_id = started(server.api, "graceful")
    clients: list[Client] = [OverSocket(server.api, run_id), OverStream(server.api, run_id)]
    for client in clients:
        client.start()
    wait_for(server.api, run_id, MIDDLE)
    wait_until(lambda: all(client.updates for client in clients))
    pid = web_of(server)
    began = time.monotonic()
    os.kill(pid, signal.SIGTERM)
    for client in clients:
        client.join(10)
    wait_until(lambda: has_ended(pid))
    assert time.monotonic() - began < 10
    assert [client.end for client in clients] == [1012, "next"]
    wait_until(lambda: answers(server.api), 30)
    for client in clients:
        last = client.updates[-1]["seq"]
        assert [update["seq"] for update in client.updates] == list(range(1, last + 1))
        rest = follow(server.api, run_id, after=last)
        check_stream(rest)
        assert rest[0]["seq"] == last + 1
