"""The application as it is served: over a real Redis and a real database, with a worker that runs in the test."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import redis
from starlette.testclient import TestClient, WebSocketTestSession

from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.writing import RunWrite
from live.bus import Publisher
from playhead.asgi import create_app
from playhead.health import _why_none
from playhead.settings import Settings, SettingsError
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import Harness
from workers.heartbeat import Heartbeat
from workers.redis_clock import redis_time
from workers.sweep_mark import marking

ADDRESS = "http://127.0.0.1:8000"
UPDATES = """subscription($id: ID!, $after: Int) { runUpdates(runId: $id, after: $after) {
  seq snapshot run { status creditsUsed } } }"""
LOOP = workflow(
    [
        activity("each", "loop", items=list(range(20))),
        activity("a", parent="each"),
        activity("b", parent="each"),
    ],
    [edge("trigger", "each"), edge("each", "a", "each"), edge("a", "b")],
)


@pytest.fixture
def settings(no_settings: Path, database_url: str, redis_url: str) -> Settings:
    return Settings.load(data_dir=no_settings, database_url=database_url, redis_url=redis_url)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), base_url=ADDRESS) as opened:
        yield opened


@pytest.fixture
def worker(settings: Settings, database: Database) -> Iterator[Harness]:
    """A worker that publishes for real."""
    publisher = Publisher(str(settings.redis_url))
    harness = Harness(database)

    def publish(writes: Sequence[RunWrite]) -> None:
        for write in writes:
            publisher.publish(write.events, DEFAULT_WORKSPACE)

    harness.after_write = publish
    yield harness
    publisher.close()


def follow(socket: WebSocketTestSession, run_id: str, an_id: str, after: int | None) -> None:
    variables = {"id": run_id, "after": after}
    socket.send_json(
        {"type": "subscribe", "id": an_id, "payload": {"query": UPDATES, "variables": variables}}
    )


def messages(socket: WebSocketTestSession) -> Iterator[Any]:
    while (message := socket.receive_json())["type"] == "next":
        yield message["payload"]["data"]["runUpdates"]
    assert message["type"] == "complete"


def test_a_run_that_is_started_over_http_is_followed_over_a_socket_to_its_end(
    client: TestClient, worker: Harness
) -> None:
    workflow_id = worker.publish(LOOP)
    document = "mutation($id: ID!) { startRun(input: {workflowId: $id}) { run { id seq } errors { code } } }"
    answer = client.post("/graphql", json={"query": document, "variables": {"id": workflow_id}})
    run = answer.json()["data"]["startRun"]["run"]
    execution_id = worker.query("SELECT id FROM activity_execution WHERE run_id = :id", id=run["id"])[0].id
    with client.websocket_connect(
        f"ws{ADDRESS.removeprefix('http')}/graphql", subprotocols=["graphql-transport-ws"]
    ) as socket:
        socket.send_json({"type": "connection_init"})
        assert socket.receive_json() == {"type": "connection_ack"}
        follow(socket, run["id"], "1", None)
        updates = messages(socket)
        first = next(updates)
        assert (first["snapshot"], first["seq"], first["run"]["status"]) == (True, 2, "QUEUED")
        performing = threading.Thread(target=worker.chain.perform, args=(run["id"], execution_id))
        performing.start()
        rest = list(updates)
        performing.join()
    assert [one["seq"] for one in rest] == list(range(3, rest[-1]["seq"] + 1))
    assert rest[-1]["run"] == {"status": "COMPLETED", "creditsUsed": 41}
    assert len(rest) > 160


def test_the_health_of_the_process_is_always_given(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


def test_it_is_ready_once_a_worker_beats(client: TestClient, redis_url: str) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        503,
        {"ready": False, "reasons": ["workers: none is running"], "sweepAgeSeconds": None},
    )
    with redis.Redis.from_url(redis_url) as connection:
        Heartbeat(connection, "host:1:a").beat()
        marking(connection, lambda: None, lambda client: redis_time(client) - 7)()
    answer = client.get("/readyz")
    shown = answer.json()
    assert 7 <= shown.pop("sweepAgeSeconds") < 12
    assert (answer.status_code, shown) == (200, {"ready": True, "reasons": []})


def test_it_is_not_ready_without_redis_and_a_migrated_database(no_settings: Path, empty_url: str) -> None:
    settings = Settings.load(
        data_dir=no_settings, database_url=empty_url, redis_url="unix:///nowhere/redis.sock"
    )
    with TestClient(create_app(settings), base_url=ADDRESS) as client:
        answer = client.get("/readyz")
        assert client.get("/healthz").status_code == 200
    assert answer.status_code == 503
    first, second = answer.json()["reasons"]
    assert first == "database: not migrated, run `playhead migrate`"
    assert second == "redis: not reachable (ConnectionError)"


def test_a_mutation_works_while_redis_is_away(
    no_settings: Path, database: Database, database_url: str
) -> None:
    settings = Settings.load(
        data_dir=no_settings, database_url=database_url, redis_url="unix:///nowhere/redis.sock"
    )
    worker = Harness(database)
    run_id = worker.begin(worker.publish(LOOP)).run.id
    with TestClient(create_app(settings), base_url=ADDRESS) as client:
        document = "mutation($id: ID!) { cancelRun(id: $id) { run { status } errors { code } } }"
        answer = client.post("/graphql", json={"query": document, "variables": {"id": run_id}})
    assert answer.json()["data"]["cancelRun"] == {"run": {"status": "CANCELED"}, "errors": []}


def test_a_body_of_more_than_two_mebibytes_is_refused(client: TestClient) -> None:
    body = {"query": "{ __typename }", "variables": {"x": "x" * 2 * 1024 * 1024}}
    assert client.post("/graphql", json=body).status_code == 413
    body["variables"] = {"x": "x" * 2 * 1000 * 1000}
    assert client.post("/graphql", json=body).status_code == 200


def test_only_pages_of_allowed_origins_may_read_answers(settings: Settings) -> None:
    allowed = settings.model_copy(update={"allowed_origins": ("https://app.example",)})
    with TestClient(create_app(allowed), base_url=ADDRESS) as client:
        shown = [
            client.post("/graphql", json={"query": "{ __typename }"}, headers={"origin": origin}).headers.get(
                "access-control-allow-origin"
            )
            for origin in ("https://app.example", "https://evil.example")
        ]
    assert shown == ["https://app.example", None]


def test_without_a_redis_there_is_no_application(no_settings: Path) -> None:
    with pytest.raises(SettingsError, match=r"^PLAYHEAD_REDIS_URL: is not set"):
        create_app(Settings.load(data_dir=no_settings))


def test_a_redis_that_takes_nothing_is_not_taken_for_workers_that_are_gone(
    client: TestClient, redis_url: str
) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        connection.config_set("maxmemory", 1)
        try:
            answer = client.get("/readyz")
        finally:
            connection.config_set("maxmemory", 0)
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["redis: it is full, and takes nothing"])


def test_a_redis_that_cannot_write_its_file_says_so() -> None:
    info = {"aof_last_write_status": "err", "maxmemory": 0, "used_memory": 5}
    assert _why_none(info) == "redis: it cannot write its file, and takes nothing (is its disk full?)"
