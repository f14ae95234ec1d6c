import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import redis
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]  # it has no types

from tests.servers import Postgres, put_redis_on_path, started_postgres, started_redis

if TYPE_CHECKING:  # the tests of the engine do without the database
    from db.database import Database

ACCEPTANCE = "tests/acceptance/"

# How long an example takes says how busy the machine is, and nothing else.
settings.register_profile("playhead", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("playhead")


class TogetherByFolder(LoadGroupScheduling):  # type: ignore[misc]  # as above
    """Hands each test to whichever process is free, but those of `acceptance/` to one: they share servers."""

    def _split_scope(self, nodeid: str) -> str:
        return ACCEPTANCE if nodeid.startswith(ACCEPTANCE) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TogetherByFolder:
    return TogetherByFolder(config, log)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of this test process, started when a test first asks for it."""
    with started_postgres() as server:
        yield server


@pytest.fixture
def new_postgres_database(postgres: Postgres) -> Iterator[Callable[[], str]]:
    """Makes an empty database at each call and gives its URL; all are gone after the test."""
    names: list[str] = []

    def create() -> str:
        names.append(postgres.create_database())
        return postgres.url(names[-1])

    yield create
    for name in names:
        postgres.drop_database(name)


@pytest.fixture
def postgres_url(new_postgres_database: Callable[[], str]) -> str:
    """An empty PostgreSQL database."""
    return new_postgres_database()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'playhead.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """An empty database, once of each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest revision, to copy."""
    from db.migrations import upgrade

    path = tmp_path_factory.mktemp("template") / "playhead.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """The name of a PostgreSQL database at the newest revision, to copy."""
    from db.migrations import upgrade

    name = postgres.create_database()
    upgrade(postgres.url(name))
    return name


@pytest.fixture
def migrated_sqlite_url(migrated_sqlite: Path, sqlite_url: str) -> str:
    """A SQLite database at the newest revision."""
    shutil.copy(migrated_sqlite, sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url


@pytest.fixture
def migrated_postgres_url(postgres: Postgres, migrated_postgres: str) -> Iterator[str]:
    """A PostgreSQL database at the newest revision."""
    name = postgres.create_database(template=migrated_postgres)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database at the newest revision, once of each kind."""
    name = "migrated_sqlite_url" if request.param == "sqlite" else "migrated_postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def database(database_url: str) -> "Iterator[Database]":
    """An open database at the newest revision, once of each kind."""
    from db.database import Database

    opened = Database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def redis_on_path() -> None:
    """A Redis can be started by `playhead up` and the like without each of them looking for it."""
    put_redis_on_path()


@pytest.fixture(scope="session")
def redis_server(redis_on_path: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the Redis of this test process, started when a test first asks for it."""
    with started_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """An empty Redis."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Neither a variable of Playhead nor a `.env` is seen; gives the folder where the test then stands."""
    for name in [name for name in os.environ if name.upper().startswith("PLAYHEAD_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path
