"""`playhead import` and the workflows that watch what it loads."""

from pathlib import Path

import pytest
import redis
from typer.testing import CliRunner

from db.database import Database
from playhead.cli import app
from tests.db.triggers.watching import publish, reasons, runs, triggered


def load(*options: str) -> None:
    result = CliRunner().invoke(app, ["import", "companies", "a.csv", *options], prog_name="playhead")
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.fixture
def migrated(no_settings: Path, monkeypatch: pytest.MonkeyPatch, migrated_sqlite_url: str) -> Database:
    """The database that the settings name; the test stands in a folder with a file of two companies."""
    monkeypatch.setenv("PLAYHEAD_DATABASE_URL", migrated_sqlite_url)
    Path("a.csv").write_text("name\nAcme\nBolt\n")
    return Database(migrated_sqlite_url)


def test_it_starts_what_watches_the_object_unless_it_is_told_not_to(migrated: Database) -> None:
    watching = publish(migrated, triggered("RECORD_CREATED", object="companies"))
    load("--no-triggers")
    assert reasons(migrated, watching) == []
    load()
    assert reasons(migrated, watching) == [None, None]
    assert [run.trigger["actor"]["name"] for run in runs(migrated)] == ["playhead import"] * 2


def test_workers_and_followers_are_told_at_once_where_there_is_a_redis(
    migrated: Database, monkeypatch: pytest.MonkeyPatch, redis_url: str
) -> None:
    publish(migrated, triggered("RECORD_CREATED", object="companies"))
    monkeypatch.setenv("PLAYHEAD_REDIS_URL", redis_url)
    load()
    with redis.Redis.from_url(redis_url) as client:
        messages = [client.hgetall(name) for name in client.keys("*.msgs")]
        streams = [client.xlen(name) for name in client.keys("playhead:events:*")]
    assert all(run.id in str(messages) for run in runs(migrated))
    assert sum(streams) == 2
