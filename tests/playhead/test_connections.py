"""A stream or a socket whose key is revoked or runs out ends, at the application as it is served."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from db.api_keys import create_key, keys_by_ids, revoke_key
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.roles import Role
from db.rows import API_KEY
from playhead import key_watch
from playhead.access import KeyAccess
from playhead.asgi import create_app
from playhead.connections import Connections
from playhead.key_watch import KeyWatch
from playhead.settings import Settings
from tests.engine.simulation import activity, edge, workflow
from tests.waiting import wait_until
from tests.workers.harness import Harness

UPDATES = "subscription($id: ID!) { runUpdates(runId: $id) { seq } }"
ONE = workflow([activity("a")], [edge("trigger", "a")])
SOCKET = "ws://127.0.0.1:8000/graphql"
QUERY = {"query": "{ __typename }"}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are looked at all the time."""
    monkeypatch.setattr(key_watch, "CHECK_SECONDS", 0.05)


@pytest.fixture
def client(no_settings: Path, database_url: str, redis_url: str) -> Iterator[TestClient]:
    """The API where access takes keys."""
    settings = Settings.load(
        data_dir=no_settings, database_url=database_url, redis_url=redis_url, auth="keys"
    )
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as opened:
        yield opened


def make(database: Database, role: Role = Role.VIEWER) -> tuple[str, dict[str, str]]:
    record, key = create_key(database, DEFAULT_WORKSPACE, "a", role=role)
    return record.id, {"authorization": f"Bearer {key}"}


def run_out(database: Database, key_id: str) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    with database.write() as session:
        session.execute(update(API_KEY).where(API_KEY.c.id == key_id).values(expires_at=past))


def follow(socket: Any, headers: dict[str, str], run_id: str) -> None:
    socket.send_json({"type": "connection_init", "payload": headers})
    assert socket.receive_json() == {"type": "connection_ack"}
    payload = {"query": UPDATES, "variables": {"id": run_id}}
    socket.send_json({"type": "subscribe", "id": "1", "payload": payload})
    assert socket.receive_json()["type"] == "next"


@pytest.mark.parametrize("how", ["revoked", "run out"])
def test_a_socket_is_closed_with_4403_once_its_key_is_good_no_more(
    client: TestClient, database: Database, how: str
) -> None:
    worker = Harness(database)
    run_id = worker.begin(worker.publish(ONE)).run.id
    key_id, headers = make(database)
    with client.websocket_connect(SOCKET, subprotocols=["graphql-transport-ws"]) as socket:
        follow(socket, headers, run_id)
        if how == "revoked":
            revoke_key(database, None, key_id)
        else:
            run_out(database, key_id)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert (closed.value.code, closed.value.reason) == (4403, "Forbidden")
    answer = client.post("/graphql", json=QUERY, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]) == (
        401,
        {"code": "UNAUTHENTICATED"},
    )


def test_the_use_of_a_key_is_noted(client: TestClient, database: Database) -> None:
    key_id, headers = make(database)
    assert client.post("/graphql", json=QUERY, headers=headers).status_code == 200
    wait_until(lambda: keys_by_ids(database, DEFAULT_WORKSPACE, [key_id])[key_id].last_used_at, 30)


def test_while_the_database_is_away_clients_are_told_to_come_back(
    no_settings: Path, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings.load(
        data_dir=no_settings,
        database_url="postgresql://nobody@127.0.0.1:1/away",
        redis_url=redis_url,
        auth="keys",
    )
    headers = {"authorization": "Bearer pk_x"}
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as client:
        for _ in range(2):
            answer = client.post("/graphql", json=QUERY, headers=headers)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert answer.json() == {"errors": [{"message": "The database does not answer: try again later"}]}
        with client.websocket_connect(SOCKET, subprotocols=["graphql-transport-ws"]) as socket:
            socket.send_json({"type": "connection_init", "payload": headers})
            with pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_json()
    assert (closed.value.code, closed.value.reason) == (1013, "Try again later")
    assert caplog.text.count("API keys cannot be looked up") == 1


class Guarded:
    """An application that streams for as long as it may, or answers once, to the holders of keys."""

    def __init__(self, database: Database) -> None:
        self.database, self.cleaned = database, 0
        watch = KeyWatch(database)
        self._access = KeyAccess(database, watch.admitted)
        self._watch = watch
        routes = [Route("/stream", self.stream), Route("/answer", self.answer)]
        self.app = Starlette(routes=routes, middleware=[Middleware(Connections, watch=watch)])

    async def stream(self, request: Request) -> Response:
        key_id = await self._key(request)

        async def parts() -> AsyncIterator[str]:
            try:
                yield "data: 1\n\n"
                revoke_key(self.database, None, key_id)
                await self._watch.check()
                await anyio.sleep_forever()
            finally:
                self.cleaned += 1

        return StreamingResponse(parts(), media_type="text/event-stream")

    async def answer(self, request: Request) -> Response:
        key_id = await self._key(request)
        revoke_key(self.database, None, key_id)
        await self._watch.check()
        return JSONResponse({"done": True})

    async def _key(self, request: Request) -> str:
        caller = await self._access.caller(request.headers["authorization"])
        assert caller is not None and caller.actor.id is not None
        return caller.actor.id


def test_a_stream_of_events_ends_cleanly_once_its_key_is_revoked(database: Database) -> None:
    guarded = Guarded(database)
    answer = TestClient(guarded.app).get("/stream", headers=make(database)[1])
    assert (answer.status_code, answer.text, guarded.cleaned) == (200, "data: 1\n\n", 1)


def test_an_answer_that_is_being_made_is_given_although_the_key_is_revoked(database: Database) -> None:
    answer = TestClient(Guarded(database).app).get("/answer", headers=make(database)[1])
    assert answer.json() == {"done": True}
