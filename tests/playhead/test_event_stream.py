"""GraphQL over server-sent events: what is streamed and how it is written, and how a stream ends."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse

from db.database import Database
from playhead import event_stream
from playhead.access import OpenAccess
from playhead.closing import Closing
from playhead.graphql_view import GraphQLView
from playhead.places import Places
from playhead.settings import Settings
from schema.root import schema
from tests.playhead.followers import Silent
from tests.playhead.web_process import Running, served
from tests.schema.api import Api
from tests.schema.workflows import CHAIN, run
from tests.waiting import wait_until

STREAM = {"accept": "text/event-stream"}
UPDATES = "subscription($id: ID!, $after: Int) { runUpdates(runId: $id, after: $after) { seq } }"


@pytest.fixture(scope="module")
def api(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    database = Database(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path_factory.mktemp('stream'))}")
    yield Api(database)
    database.dispose()


@pytest.fixture(scope="module")
def run_id(api: Api) -> str:
    """A run of nine events that has ended."""
    return run(api, CHAIN, {"n": 1})


@pytest.fixture(scope="module")
def client(api: Api) -> Iterator[TestClient]:
    view = GraphQLView(schema, api.services, OpenAccess(), ())
    with TestClient(Starlette(routes=[Route("/graphql", view)])) as opened:
        yield opened


@pytest.fixture
def silent() -> Silent:
    return Silent()


@pytest.fixture
def closing() -> Closing:
    return Closing()


@pytest.fixture
def places() -> Places:
    return Places(an_address=2)


@pytest.fixture
def view(api: Api, silent: Silent, closing: Closing, places: Places) -> GraphQLView:
    """A view of runs in which nothing happens."""
    services = replace(api.services, follower=silent)
    return GraphQLView(schema, services, OpenAccess(), (), closing=closing, places=places)


@pytest.fixture
def server(view: GraphQLView, closing: Closing, no_settings: Path) -> Iterator[Running]:
    with served(view, closing, Settings.load(data_dir=no_settings)) as running:
        yield running


def following(run_id: str, after: int | None = 0) -> dict[str, Any]:
    return {"query": UPDATES, "variables": {"id": run_id, "after": after}}


def events(text: str) -> list[tuple[str, Any]]:
    """Each event's name and data."""
    found = []
    for block in text.removesuffix("\n\n").split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: ") or "null")))
    return found


# What is streamed


def test_a_run_is_followed_over_a_stream(client: TestClient, run_id: str) -> None:
    answer = client.post("/graphql", json=following(run_id, 7), headers=STREAM)
    assert answer.status_code == 200
    assert answer.text == (
        'event: next\ndata: {"data":{"runUpdates":{"seq":8}}}\n\n'
        'event: next\ndata: {"data":{"runUpdates":{"seq":9}}}\n\n'
        "event: complete\ndata: \n\n"
    )
    shown = {
        name: answer.headers[name] for name in ("content-type", "cache-control", "x-accel-buffering", "vary")
    }
    assert shown == {
        "content-type": "text/event-stream",
        "cache-control": "no-cache, no-transform",
        "x-accel-buffering": "no",
        "vary": "Accept",
    }
    assert "content-length" not in answer.headers


@pytest.mark.parametrize(
    ("accept", "streamed"),
    [
        ("text/event-stream", True),
        ("text/event-stream, application/json;q=0", True),
        ("application/json, text/event-stream", False),
        ("text/event-stream, application/graphql-response+json;q=0.1", False),
        ("text/event-stream, */*;q=0.1", False),
        ("text/event-stream;q=0, application/json", False),
    ],
)
def test_a_query_is_streamed_only_where_json_will_not_do(
    client: TestClient, accept: str, streamed: bool
) -> None:
    answer = client.post("/graphql", json={"query": "{ __typename }"}, headers={"accept": accept})
    assert answer.headers["content-type"].startswith("text/event-stream") is streamed
    if streamed:
        assert events(answer.text) == [("next", {"data": {"__typename": "Query"}}), ("complete", None)]
    else:
        assert answer.json() == {"data": {"__typename": "Query"}}


def test_a_subscription_is_streamed_wherever_a_stream_is_accepted(client: TestClient, run_id: str) -> None:
    accept = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"
    answer = client.post("/graphql", json=following(run_id, 8), headers={"accept": accept})
    assert events(answer.text) == [("next", {"data": {"runUpdates": {"seq": 9}}}), ("complete", None)]
    refused = client.post("/graphql", json=following(run_id, 8), headers={"accept": "*/*"})
    assert refused.status_code == 400


def test_a_mutation_works_over_a_stream(client: TestClient) -> None:
    document = 'mutation { createRecord(object: "streamed", values: {}) { record { object } } }'
    answer = client.post("/graphql", json={"query": document}, headers=STREAM)
    data = {"data": {"createRecord": {"record": {"object": "streamed"}}}}
    assert events(answer.text) == [("next", data), ("complete", None)]


@pytest.mark.parametrize("query", ["{", "{ nothing }", "subscription { runUpdates { seq } }"])
def test_a_faulty_document_is_answered_in_the_stream(client: TestClient, query: str) -> None:
    answer = client.post("/graphql", json={"query": query}, headers=STREAM)
    (first, second) = events(answer.text)
    assert answer.status_code == 200 and second == ("complete", None)
    assert first[0] == "next" and first[1]["errors"] and "data" not in first[1]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"query": 5}'])
def test_what_is_no_request_is_answered_with_a_status(client: TestClient, body: bytes) -> None:
    headers = {**STREAM, "content-type": "application/json"}
    answer = client.post("/graphql", content=body, headers=headers)
    assert answer.status_code == 400 or events(answer.text)[0][1]["errors"]


def test_a_stream_is_asked_for_by_post(client: TestClient, run_id: str) -> None:
    params = {"query": UPDATES, "variables": json.dumps({"id": run_id})}
    answer = client.get("/graphql", params=params, headers=STREAM)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert answer.json() == {"errors": [{"message": "A subscription needs the method POST"}]}


# How a stream goes on and ends


@contextmanager
def opened(server: Running, run_id: str) -> Iterator[httpx2.Response]:
    """A stream of a run in which nothing happens; the connection breaks off with the block."""
    url = f"http://127.0.0.1:{server.port}/graphql"
    with (
        httpx2.Client(timeout=60, trust_env=False) as client,
        client.stream("POST", url, json=following(run_id), headers=STREAM) as response,
    ):
        yield response


def test_a_stream_on_which_nothing_happens_is_kept_alive(
    view: GraphQLView, closing: Closing, run_id: str, no_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "HEARTBEAT_SECONDS", 0.02)
    with (
        served(view, closing, Settings.load(data_dir=no_settings)) as server,
        opened(server, run_id) as response,
    ):
        received = ""
        for text in response.iter_text():
            received += text
            if received.count(":\n\n") == 3:
                break
    assert received == ":\n\n" * 3


def test_nobody_follows_any_more_once_the_client_has_gone(
    server: Running, silent: Silent, places: Places, run_id: str
) -> None:
    with opened(server, run_id) as response:
        assert response.status_code == 200
        wait_until(lambda: silent.open == 1)
        assert places.taken == 1
    wait_until(lambda: silent.open == places.taken == 0)


def test_an_address_holds_so_many_streams_and_sockets_and_no_more(
    server: Running, silent: Silent, run_id: str
) -> None:
    with opened(server, run_id), opened(server, run_id):
        wait_until(lambda: silent.open == 2)
        with opened(server, run_id) as third:
            third.read()
            told = "Too many connections: an address may hold 2 sockets and streams at once"
            assert (third.status_code, third.json()) == (429, {"errors": [{"message": told}]})
    wait_until(lambda: silent.open == 0)
    with opened(server, run_id) as response:
        assert response.status_code == 200


def test_at_the_end_of_the_process_a_stream_ends_without_saying_that_it_is_complete(
    server: Running, silent: Silent, run_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(server, run_id) as response:
        wait_until(lambda: silent.open == 1)
        server.server.should_exit = True
        assert response.read() == b""  # a stream that breaks off would raise
    server.end()
    assert silent.open == 0 and caplog.records == []


def test_a_process_that_ends_takes_in_nobody(view: GraphQLView, closing: Closing, run_id: str) -> None:
    routes = [Route("/graphql", view), WebSocketRoute("/graphql", view)]
    with TestClient(Starlette(routes=routes)) as client:
        closing.begin()
        answer = client.post("/graphql", json=following(run_id), headers=STREAM)
        assert answer.status_code == 503
        with (
            pytest.raises(WebSocketDenialResponse) as refused,
            client.websocket_connect("/graphql", subprotocols=["graphql-transport-ws"]),
        ):
            pass
        assert refused.value.status_code == 503
        assert client.post("/graphql", json={"query": "{ __typename }"}).status_code == 200


@pytest.mark.anyio
@pytest.mark.parametrize("how", ["the client leaves", "the request is canceled", "the process closes"])
async def test_a_stream_leaves_no_task_behind(
    request: pytest.FixtureRequest, silent: Silent, closing: Closing, run_id: str, how: str
) -> None:
    view: GraphQLView = request.getfixturevalue("view")
    body = json.dumps(following(run_id)).encode()
    incoming: asyncio.Queue[Any] = asyncio.Queue()
    incoming.put_nowait({"type": "http.request", "body": body, "more_body": False})
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"accept", b"text/event-stream"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": headers, "query_string": b""}
    before = asyncio.all_tasks()
    serving = asyncio.create_task(view(scope, incoming.get, send))
    async with asyncio.timeout(60):
        while silent.open == 0:
            await asyncio.sleep(0.001)
    match how:
        case "the client leaves":
            incoming.put_nowait({"type": "http.disconnect"})
        case "the request is canceled":
            serving.cancel()
        case _:
            closing.end_streams()
    async with asyncio.timeout(60):
        await asyncio.wait([serving])
        while asyncio.all_tasks() != before:
            await asyncio.sleep(0.001)
    assert silent.open == 0
    assert serving.cancelled() is (how == "the request is canceled")
    if how == "the process closes":
        assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
