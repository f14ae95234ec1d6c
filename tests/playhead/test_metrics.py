"""`GET /metrics`: right for the whole installation, few statements, and for those who may use the API."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event
from starlette.testclient import TestClient

from db.api_keys import create_key
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.roles import Role
from playhead.access import OpenAccess
from playhead.asgi import create_app
from playhead.metrics import Metrics
from playhead.settings import Settings
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import Harness
from workers.counting import CountingPublisher
from workers.heartbeat import Heartbeat
from workers.sweep_mark import marking

WAIT = workflow([activity("a"), activity("b")], [edge("trigger", "a"), edge("trigger", "b")])


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def settings(no_settings: Path, database_url: str, redis_url: str) -> Settings:
    return Settings.load(data_dir=no_settings, database_url=database_url, redis_url=redis_url)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as opened:
        yield opened


Numbers = dict[tuple[str, tuple[str, ...]], float]


def scraped(client: TestClient) -> Numbers:
    """Each number by its name and the values of its labels, what is of the process itself left out."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name.startswith("playhead_") and not sample.name.endswith(("_bucket", "_created"))
    }


def test_an_idle_installation_has_its_numbers(client: TestClient) -> None:
    assert scraped(client) == {
        ("playhead_runs_total", ("completed",)): 0,
        ("playhead_runs_total", ("failed",)): 0,
        ("playhead_runs_total", ("canceled",)): 0,
        ("playhead_credits_total", ()): 0,
        ("playhead_queue_depth", ()): 0,
        ("playhead_executions_pending", ()): 0,
        ("playhead_runs_under_way", ()): 0,
        ("playhead_workers", ()): 0,
        ("playhead_subscribers", ()): 0,
        ("playhead_event_lag_seconds_count", ()): 0,
        ("playhead_event_lag_seconds_sum", ()): 0,
        ("playhead_reached", ("database",)): 1,
        ("playhead_reached", ("redis",)): 1,
    }


def test_the_numbers_are_of_all_processes(client: TestClient, database: Database, redis_url: str) -> None:
    worker, publisher = Harness(database), CountingPublisher(redis_url)
    worker.run(WAIT)
    publisher.publish(worker.published, DEFAULT_WORKSPACE)
    publisher.close()
    document = "mutation($id: ID!) { startRun(input: {workflowId: $id}) { errors { code } } }"
    started = client.post(
        "/graphql", json={"query": document, "variables": {"id": worker.publish(WAIT, "Other")}}
    )
    assert started.json() == {"data": {"startRun": {"errors": []}}}
    with redis.Redis.from_url(redis_url) as connection:
        Heartbeat(connection, "host:1:a").beat()
        Heartbeat(connection, "host:2:b").beat()
        marking(connection, lambda: None)()
    numbers = scraped(client)
    assert numbers["playhead_runs_total", ("completed",)] == 1
    assert numbers["playhead_executions_total", ("completed", "formula")] == 2
    assert numbers["playhead_credits_total", ()] == 2
    assert numbers["playhead_queue_depth", ()] == 2
    assert numbers["playhead_executions_pending", ()] == 2
    assert numbers["playhead_runs_under_way", ()] == 1
    assert numbers["playhead_workers", ()] == 2
    assert 0 <= numbers["playhead_sweep_age_seconds", ()] < 10


@pytest.mark.anyio
async def test_a_scrape_costs_one_statement_however_much_there_is(
    database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Harness(database)
    for _ in range(5):
        worker.begin(worker.publish(WAIT))
    statements: list[str] = []
    for engine in {database.engine, database._glances or database.engine}:
        event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    trips: list[int] = []
    execute = redis.client.Pipeline.execute

    def counting(pipe: redis.client.Pipeline, *given: bool) -> object:
        trips.append(1)
        return execute(pipe, *given)

    monkeypatch.setattr(redis.client.Pipeline, "execute", counting)
    metrics = Metrics(database, redis_url, OpenAccess(), lambda: 0)
    assert b"playhead_runs_under_way 5.0" in await metrics.text()
    metrics.close()
    assert [one for one in statements if not one.startswith("BEGIN")] == [statements[-1]]
    assert trips == [1]


def test_a_part_that_is_away_is_said_to_be_away_and_the_rest_is_given(
    no_settings: Path, database_url: str
) -> None:
    settings = Settings.load(
        data_dir=no_settings, database_url=database_url, redis_url="unix:///nowhere/redis.sock"
    )
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as client:
        numbers = scraped(client)
    assert numbers["playhead_reached", ("database",)] == 1
    assert numbers["playhead_reached", ("redis",)] == 0
    assert ("playhead_runs_under_way", ()) in numbers and ("playhead_queue_depth", ()) not in numbers


def test_a_database_that_is_away_is_said_to_be_away(no_settings: Path, redis_url: str) -> None:
    folder = no_settings / "unmounted"
    folder.mkdir()
    url = f"sqlite:///{folder}/playhead.db"
    settings = Settings.load(data_dir=no_settings, database_url=url, redis_url=redis_url)
    app = create_app(settings)
    folder.rmdir()
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        numbers = scraped(client)
    assert numbers["playhead_reached", ("database",)] == 0
    assert numbers["playhead_queue_depth", ()] == 0


def test_where_access_takes_keys_the_metrics_take_one_of_any_role(
    settings: Settings, database: Database
) -> None:
    guarded = settings.model_copy(update={"auth": "keys"})
    _, key = create_key(database, DEFAULT_WORKSPACE, "prometheus", role=Role.VIEWER)
    with TestClient(create_app(guarded), base_url="http://127.0.0.1:8000") as client:
        refused = [
            client.get("/metrics", headers=headers)
            for headers in ({}, {"authorization": "Bearer pk_wrong"}, {"authorization": key})
        ]
        admitted = client.get("/metrics", headers={"authorization": f"Bearer {key}"})
    assert [(one.status_code, one.headers["www-authenticate"]) for one in refused] == [(401, "Bearer")] * 3
    assert admitted.status_code == 200 and "playhead_runs_total" in admitted.text
    assert all("playhead_" not in one.text for one in refused)


def test_the_page_names_every_metric(client: TestClient, database: Database, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        marking(connection, lambda: None)()
        connection.hset("playhead:totals", "execution:formula:completed", 1)
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    table = re.findall(r"^\| `(playhead_[a-z_]+)(?:{([a-z, ]+)})?`", page, re.MULTILINE)
    found = {
        (sample.name.removesuffix("_count"), ", ".join(sorted(sample.labels)))
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
        if sample.name.startswith("playhead_") and not sample.name.endswith(("_bucket", "_sum", "_created"))
    }
    assert {(name, ", ".join(sorted(labels.split(", ")))) for name, labels in table} == found


@pytest.mark.anyio
async def test_the_lag_is_of_what_was_sent_live(migrated_sqlite_url: str, redis_url: str) -> None:
    database = Database(migrated_sqlite_url)
    metrics = Metrics(database, redis_url, OpenAccess(), lambda: 3)
    metrics.sent(datetime.now(UTC) - timedelta(seconds=0.2))
    metrics.sent(datetime.now(UTC) + timedelta(seconds=5))  # the clock of another machine
    text = (await metrics.text()).decode()
    assert 'playhead_event_lag_seconds_bucket{le="0.1"} 1.0' in text
    assert 'playhead_event_lag_seconds_bucket{le="0.25"} 2.0' in text
    assert "playhead_subscribers 3.0" in text
    metrics.close()
    database.dispose()
