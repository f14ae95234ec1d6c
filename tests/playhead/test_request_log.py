"""Each request has an id, and is one line of the log where the operator wants it; what is secret is in no line."""

import json
import logging as stdlib_logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from db.api_keys import create_key
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.roles import Role
from playhead import logging
from playhead.asgi import create_app
from playhead.settings import Settings

HOST = "http://127.0.0.1:8000"
SOCKET = "ws://127.0.0.1:8000/graphql"
QUERY = {"query": "{ __typename }"}


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = stdlib_logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def settings(no_settings: Path, migrated_sqlite_url: str, redis_url: str) -> Settings:
    return Settings.load(
        data_dir=no_settings,
        database_url=migrated_sqlite_url,
        redis_url=redis_url,
        auth="keys",
        log_format="json",
        log_requests=True,
    )


@pytest.fixture
def key(settings: Settings) -> Iterator[str]:
    database = Database(settings.database_url)
    yield create_key(database, DEFAULT_WORKSPACE, "a", role=Role.VIEWER)[1]
    database.dispose()


def client_of(settings: Settings) -> TestClient:
    logging.configure(settings)
    return TestClient(create_app(settings), base_url=HOST)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_each_request_is_a_line_with_its_id_and_its_status(
    settings: Settings, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with client_of(settings) as client:
        answers = [
            client.post("/graphql", json=QUERY, headers={"authorization": f"Bearer {key}"}),
            client.post("/graphql?token=hidden", json=QUERY, headers={"x-request-id": "mine-1"}),
            client.post("/hooks/hidden-token", json={}),
            client.get("/nowhere"),
            client.get("/healthz"),
            client.get("/readyz"),
            client.get("/metrics"),
        ]
    written = capsys.readouterr().err
    found = [json.loads(line) for line in written.splitlines()]
    assert [(line["event"], line["status"], line["request_id"]) for line in found] == [
        ("POST /graphql", 200, answers[0].headers["x-request-id"]),
        ("POST /graphql", 401, "mine-1"),
        ("POST /hooks/…", 404, answers[2].headers["x-request-id"]),
        ("GET /nowhere", 404, answers[3].headers["x-request-id"]),
    ]
    assert {(line["logger"], line["level"]) for line in found} == {("playhead.requests", "info")}
    assert all(0 < line["milliseconds"] < 10_000 for line in found)
    assert key not in written and "hidden" not in written


def test_each_socket_is_a_line_with_the_code_it_was_closed_with(
    settings: Settings, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with client_of(settings) as client:
        for payload in ({"authorization": f"Bearer {key}"}, {"authorization": "Bearer pk_wrong"}):
            with client.websocket_connect(SOCKET, subprotocols=["graphql-transport-ws"]) as socket:
                socket.send_json({"type": "connection_init", "payload": payload})
                if key in payload["authorization"]:
                    assert socket.receive_json() == {"type": "connection_ack"}
                else:
                    with pytest.raises(WebSocketDisconnect):
                        socket.receive_json()
    written = capsys.readouterr().err
    found = [json.loads(line) for line in written.splitlines()]
    assert [(line["event"], line["status"]) for line in found] == [
        ("WS /graphql", 1000),
        ("WS /graphql", 4403),
    ]
    assert key not in written and "pk_wrong" not in written


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\tb"])
def test_an_id_that_is_no_plain_word_is_replaced(settings: Settings, given: str) -> None:
    with client_of(settings) as client:
        answer = client.get("/healthz", headers={"x-request-id": given})
    assert len(answer.headers["x-request-id"]) == 32


def test_without_the_setting_the_log_stays_quiet(
    settings: Settings, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with client_of(settings.model_copy(update={"log_requests": False})) as client:
        client.post("/graphql", json=QUERY, headers={"authorization": f"Bearer {key}"})
    assert lines(capsys) == []


def test_an_error_that_is_masked_has_its_id_and_that_of_the_request_in_the_log(
    settings: Settings, key: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("something")

    with client_of(settings) as client:
        monkeypatch.setattr("resolvers.workflows.workflows_page", broken)
        answer = client.post(
            "/graphql",
            json={"query": "{ workflows { edges { cursor } } }"},
            headers={"authorization": f"Bearer {key}"},
        )
    (error,) = answer.json()["errors"]
    line = lines(capsys)[0]
    assert error["extensions"]["id"] in line["event"]
    assert line["request_id"] == answer.headers["x-request-id"]
