"""GraphQL over HTTP and WebSocket, as clients meet it: well-formed, malformed, admitted and refused."""

import asyncio
import json
import logging
import shutil
from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from db.api_keys import create_key
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.roles import Role
from engine.event_record import EventRecord
from playhead.access import Access, KeyAccess, OpenAccess
from playhead.graphql_view import GraphQLView
from resolvers.context import Services
from schema.root import schema
from tests.db.filling import add_workspace
from tests.schema.api import Api
from tests.schema.workflows import CHAIN, run

NEWER = "application/graphql-response+json"
UPDATES = "subscription($id: ID!, $after: Int) { runUpdates(runId: $id, after: $after) { seq } }"


@pytest.fixture(scope="module")
def database(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("view"))
    opened = Database(f"sqlite:///{path}")
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def api(database: Database) -> Api:
    return Api(database)


def client_of(
    api: Api, access: Access, origins: tuple[str, ...] = (), services: Services | None = None
) -> TestClient:
    view = GraphQLView(schema, services or api.services, access, origins)
    routes = [Route("/graphql", view), WebSocketRoute("/graphql", view)]
    return TestClient(Starlette(routes=routes, max_body_size=100_000), raise_server_exceptions=True)


@pytest.fixture(scope="module")
def client(api: Api) -> Iterator[TestClient]:
    with client_of(api, OpenAccess()) as opened:
        yield opened


@pytest.fixture(scope="module")
def guarded(api: Api, database: Database) -> Iterator[TestClient]:
    with client_of(api, KeyAccess(database)) as opened:
        yield opened


# HTTP


def test_a_query_is_answered_by_post_and_by_get(client: TestClient) -> None:
    answers = [
        client.post("/graphql", json={"query": "{ __typename }"}),
        client.get("/graphql", params={"query": "{ __typename }"}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    ("accept", "newer"),
    [
        (NEWER, True),
        (f"{NEWER}, application/json;q=0.9", True),
        (f"application/json, {NEWER};q=0.9", False),
        ("application/json", False),
        ("*/*", False),
        (f"{NEWER};q=x", False),
    ],
)
def test_the_media_type_is_the_one_that_the_client_likes_best(
    client: TestClient, accept: str, newer: bool
) -> None:
    ok = client.post("/graphql", json={"query": "{ __typename }"}, headers={"accept": accept})
    faulty = client.post("/graphql", json={"query": "{ nothing }"}, headers={"accept": accept})
    assert ok.headers["content-type"].startswith(NEWER) is newer
    assert (ok.status_code, faulty.status_code) == (200, 400 if newer else 200)
    assert "data" not in faulty.json()


def test_an_error_of_one_field_is_no_error_of_the_request(client: TestClient) -> None:
    document = "{ runs(first: 0) { edges { cursor } } }"
    answer = client.post("/graphql", json={"query": document}, headers={"accept": NEWER})
    assert answer.status_code == 200 and answer.json()["data"] is None
    document = 'mutation { pauseWorkflow(id: "x") { errors { code } } }'
    answer = client.post("/graphql", json={"query": document}, headers={"accept": NEWER})
    assert answer.json() == {"data": {"pauseWorkflow": {"errors": [{"code": "NOT_FOUND"}]}}}


def test_a_mutation_is_never_made_by_get(client: TestClient) -> None:
    document = 'mutation { createRecord(object: "by get", values: {}) { errors { code } } }'
    answer = client.get("/graphql", params={"query": document})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert answer.json() == {"errors": [{"message": "A mutation needs the method POST"}]}
    found = client.post("/graphql", json={"query": '{ records(object: "by get") { edges { cursor } } }'})
    assert found.json() == {"data": {"records": {"edges": []}}}


def test_a_subscription_is_told_to_use_a_socket_or_a_stream(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": UPDATES, "variables": {"id": "run_1"}})
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (
        400,
        "A subscription needs a WebSocket (graphql-transport-ws), or 'Accept: text/event-stream'",
    )


DEEP = "[" * 20_000 + "]" * 20_000


@pytest.mark.parametrize(
    "body",
    ["", "x", "null", "1", '"x"', "[]", "[1]", "{}", '{"query": null}', '{"query": 5}', '{"query": ""}', '{"query": []}',
     '{"query": "{a}", "variables": 5}', '{"query": "{__typename}", "variables": []}',
     '{"query": "{__typename}", "operationName": 5}', '{"query": "{__typename}", "operationName": "Nobody"}',
     '{"query": "{__typename}", "extensions": 5}', '{"query": "{__typename}", "variables": {"a": NaN}}',
     '{"query": "{__typename}", "variables": {"a": ' + "9" * 5000 + "}}", f'{{"query": "{{__typename}}", "variables": {DEEP}}}',
     DEEP, "\xff"],
    ids=lambda body: body[:50],
)  # fmt: skip
def test_a_request_that_is_none_is_a_fault_of_the_client(
    client: TestClient, caplog: pytest.LogCaptureFixture, body: str
) -> None:
    answer = client.post(
        "/graphql", content=body.encode("latin-1"), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["message"] and caplog.records == []


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"query": ""},
        {"query": "{__typename}", "variables": "x"},
        {"query": "{__typename}", "variables": "5"},
    ],
)
def test_so_it_is_by_get(client: TestClient, params: dict[str, str]) -> None:
    answer = client.get("/graphql", params=params)
    assert answer.status_code == 400 and answer.json()["errors"]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_a_body_that_a_form_could_send_is_refused(client: TestClient, kind: str) -> None:
    headers = {"content-type": kind} if kind else {}
    answer = client.post("/graphql", content=b'{"query": "{__typename}"}', headers=headers)
    assert answer.status_code == 400 and answer.json()["errors"] == [{"message": "Unsupported content type"}]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    answer = client.request(method, "/graphql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def test_a_body_that_is_too_large_is_refused(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": "{ __typename }", "variables": {"x": "x" * 100_000}})
    assert answer.status_code == 413


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.one_of(st.binary(max_size=200), st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["query", "variables", "operationName", "extensions", "x"]), inner, max_size=4),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode())))  # fmt: skip
def test_no_body_breaks_the_server(client: TestClient, caplog: pytest.LogCaptureFixture, body: bytes) -> None:
    answer = client.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (200, 400) and isinstance(answer.json(), dict)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


# Keys


def test_without_a_valid_key_nothing_is_answered(guarded: TestClient) -> None:
    for authorization in (
        None,
        "",
        "pk_x",
        "Bearer",
        "Bearer ",
        "Bearer pk_wrong",
        "Basic cGs6eA==",
        "Bearer \x01",
    ):
        headers = {} if authorization is None else {"authorization": authorization}
        answer = guarded.post("/graphql", json={"query": "{ __schema { types { name } } }"}, headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        (error,) = answer.json()["errors"]
        assert error["extensions"] == {"code": "UNAUTHENTICATED"}


def test_a_key_admits_to_its_workspace_under_its_name(
    guarded: TestClient, api: Api, database: Database
) -> None:
    record, key = create_key(database, DEFAULT_WORKSPACE, "ci", role=Role.EDITOR)
    _, other_key = create_key(database, add_workspace(database, "other"), "other", role=Role.EDITOR)
    document = (
        'mutation { createRecord(object: "keyed", values: {}) { record { createdBy { kind id name } } } }'
    )
    answer = guarded.post("/graphql", json={"query": document}, headers={"authorization": f"bearer  {key}"})
    actor = {"kind": "API_KEY", "id": record.id, "name": "ci"}
    assert answer.json() == {"data": {"createRecord": {"record": {"createdBy": actor}}}}
    document = '{ records(object: "keyed") { edges { node { object } } } }'
    shown = []
    for one in (key, other_key):
        answer = guarded.post(
            "/graphql", json={"query": document}, headers={"authorization": f"Bearer {one}"}
        )
        shown.append(len(answer.json()["data"]["records"]["edges"]))
    assert shown == [1, 0]


def test_where_access_is_open_the_caller_is_the_local_user(client: TestClient) -> None:
    document = (
        'mutation { createRecord(object: "open", values: {}) { record { createdBy { kind id name } } } }'
    )
    answer = client.post("/graphql", json={"query": document}, headers={"authorization": "Bearer whatever"})
    assert answer.json()["data"]["createRecord"]["record"]["createdBy"] == {
        "kind": "USER",
        "id": None,
        "name": "local user",
    }


# WebSocket


def connect(client: TestClient, **headers: str) -> WebSocketTestSession:
    return client.websocket_connect("/graphql", subprotocols=["graphql-transport-ws"], headers=headers)


def begin(socket: WebSocketTestSession, payload: Any = None) -> None:
    message = {"type": "connection_init", **({"payload": payload} if payload is not None else {})}
    socket.send_json(message)
    assert socket.receive_json()["type"] == "connection_ack"


def subscribe(socket: WebSocketTestSession, query: str, an_id: str = "1", **variables: Any) -> None:
    socket.send_json({"type": "subscribe", "id": an_id, "payload": {"query": query, "variables": variables}})


def close_code(socket: WebSocketTestSession) -> int:
    with pytest.raises(WebSocketDisconnect) as closed:
        while True:
            socket.receive_json()
    return int(closed.value.code)


def test_a_run_is_followed_over_a_socket(client: TestClient, api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    with connect(client) as socket:
        begin(socket)
        subscribe(socket, UPDATES, id=run_id, after=6)
        messages = [socket.receive_json() for _ in range(4)]
    assert [one["type"] for one in messages] == ["next"] * 3 + ["complete"]
    assert [one["payload"]["data"]["runUpdates"]["seq"] for one in messages[:3]] == [7, 8, 9]


def test_queries_and_mutations_work_over_a_socket_and_see_what_changed(client: TestClient) -> None:
    listing = '{ records(object: "socket") { edges { node { object } } } }'
    with connect(client) as socket:
        begin(socket)
        counts = []
        for document in (
            listing,
            'mutation { createRecord(object: "socket", values: {}) { record { id } } }',
            listing,
        ):
            subscribe(socket, document)
            data = socket.receive_json()["payload"]["data"]
            counts.append(len(data["records"]["edges"]) if "records" in data else None)
            assert socket.receive_json() == {"id": "1", "type": "complete"}
    assert counts == [0, None, 1]


def test_an_unknown_run_and_an_unknown_seq_are_errors_of_their_operation(
    client: TestClient, api: Api
) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    with connect(client) as socket:
        begin(socket)
        subscribe(socket, UPDATES, id="run_x")
        message = socket.receive_json()
        assert (message["type"], message["id"]) == ("error", "1")
        assert message["payload"][0]["extensions"] == {"code": "NOT_FOUND"}
        subscribe(socket, UPDATES, "2", id=run_id, after=99)
        assert socket.receive_json()["payload"][0]["extensions"] == {"code": "SEQ_UNKNOWN"}
        subscribe(socket, UPDATES, "3", id=run_id)
        assert socket.receive_json()["payload"]["data"] == {"runUpdates": {"seq": 9}}


@pytest.mark.parametrize("query", ["{", "", "{ nothing }"])
def test_a_faulty_document_is_answered_and_leaves_the_socket_open(
    client: TestClient, caplog: pytest.LogCaptureFixture, query: str
) -> None:
    with connect(client) as socket:
        begin(socket)
        subscribe(socket, query)
        assert socket.receive_json()["type"] == "error"
        subscribe(socket, "{ __typename }", "2")
        assert socket.receive_json()["payload"]["data"] == {"__typename": "Query"}
    assert caplog.records == []


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "5", "null", "{}", '{"type": 5}', '{"type": "what"}', '{"type": "subscribe"}',
     '{"type": "subscribe", "id": {}}',
     '{"type": "subscribe", "id": "1"}', '{"type": "subscribe", "id": "1", "payload": 5}',
     '{"type": "subscribe", "id": "1", "payload": {}}', '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
     '{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "variables": []}}',
     '{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "operationName": 5}}',
     '{"type": "complete", "id": []}', '{"type": "complete"}', '{"type": "ping", "x": NaN}', DEEP],
    ids=lambda text: text[:60],
)  # fmt: skip
def test_a_malformed_message_closes_the_socket_with_4400(
    client: TestClient, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    with connect(client) as socket:
        begin(socket)
        socket.send_text(text)
        assert close_code(socket) == 4400
    assert caplog.records == []


def test_a_binary_message_closes_the_socket_with_4400(client: TestClient) -> None:
    with connect(client) as socket:
        begin(socket)
        socket.send_bytes(b"{}")
        assert close_code(socket) == 4400


def test_a_socket_that_asks_before_it_is_admitted_is_closed_with_4401(client: TestClient) -> None:
    with connect(client) as socket:
        subscribe(socket, "{ __typename }")
        assert close_code(socket) == 4401


@pytest.mark.parametrize(
    "payload", [None, {}, {"authorization": "Bearer pk_wrong"}, {"authorization": 5}, {"authorization": None}]
)
def test_a_socket_without_a_valid_key_is_closed_with_4403(guarded: TestClient, payload: Any) -> None:
    with connect(guarded) as socket:
        socket.send_json({"type": "connection_init", **({"payload": payload} if payload is not None else {})})
        assert close_code(socket) == 4403


def test_a_socket_with_a_key_is_admitted_to_its_workspace(
    guarded: TestClient, api: Api, database: Database
) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    _, key = create_key(database, DEFAULT_WORKSPACE, "socket", role=Role.VIEWER)
    _, foreign = create_key(database, add_workspace(database, "foreign"), "socket", role=Role.VIEWER)
    with connect(guarded) as socket:
        begin(socket, {"authorization": f"Bearer {key}"})
        subscribe(socket, UPDATES, id=run_id)
        assert socket.receive_json()["payload"] == {"data": {"runUpdates": {"seq": 9}}}
    with connect(guarded) as socket:
        begin(socket, {"authorization": f"Bearer {foreign}"})
        subscribe(socket, UPDATES, id=run_id)
        assert socket.receive_json()["payload"][0]["extensions"] == {"code": "NOT_FOUND"}


@pytest.mark.parametrize("protocols", [[], ["graphql-ws"], ["graphql-sse"]])
def test_a_socket_without_the_one_protocol_is_closed_with_4406(
    client: TestClient, protocols: list[str]
) -> None:
    with client.websocket_connect("/graphql", subprotocols=protocols) as socket:
        assert close_code(socket) == 4406


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver:81", "https://sub.app.example"]
)
def test_a_page_of_another_origin_may_not_connect(api: Api, origin: str) -> None:
    with client_of(api, OpenAccess(), ("https://app.example",)) as client:
        with pytest.raises(WebSocketDisconnect), connect(client, origin=origin):
            pass
        for allowed in ("https://app.example", "http://testserver"):
            with connect(client, origin=allowed) as socket:
                begin(socket)


class Silent:
    """Follows runs in which nothing ever happens."""

    async def follow(self, run_id: str, after: int) -> AsyncGenerator[list[EventRecord], None]:
        await asyncio.get_running_loop().create_future()
        yield []


def test_more_than_fifty_operations_at_once_are_refused(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    silent = client_of(api, OpenAccess(), services=replace(api.services, follower=Silent()))
    with silent as client, connect(client) as socket:
        begin(socket)
        for number in range(51):
            subscribe(socket, UPDATES, str(number), id=run_id, after=0)
        answer = socket.receive_json()
        assert (answer["type"], answer["id"]) == ("error", "50")
        assert answer["payload"][0]["message"] == "Subscription limit reached"


def test_a_socket_that_begins_twice_is_closed_with_4429(client: TestClient) -> None:
    with connect(client) as socket:
        begin(socket)
        socket.send_json({"type": "connection_init"})
        assert close_code(socket) == 4429
