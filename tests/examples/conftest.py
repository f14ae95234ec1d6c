import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.database import Database
from playhead import demo
from playhead.settings import Settings
from tests.examples.playing import Play
from tests.servers import Postgres


@pytest.fixture(scope="session")
def demo_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demo workspace, to copy."""
    path = tmp_path_factory.mktemp("demo") / "playhead.db"
    shutil.copy(migrated_sqlite, path)
    demo.load(Settings.load(database_url=f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def demo_postgres(postgres: Postgres, migrated_postgres: str) -> str:
    """The name of a PostgreSQL database with the demo workspace, to copy."""
    name = postgres.create_database(template=migrated_postgres)
    demo.load(Settings.load(database_url=postgres.url(name)))
    return name


@pytest.fixture
def demo_sqlite_url(demo_sqlite: Path, sqlite_url: str) -> str:
    """A SQLite database with the demo workspace."""
    shutil.copy(demo_sqlite, sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url


@pytest.fixture
def demo_postgres_url(postgres: Postgres, demo_postgres: str) -> Iterator[str]:
    """A PostgreSQL database with the demo workspace."""
    name = postgres.create_database(template=demo_postgres)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """SQLite, unless the test asks for another."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def play(request: pytest.FixtureRequest, database_kind: str) -> Iterator[Play]:
    """Runs examples in the demo workspace."""
    database = Database(str(request.getfixturevalue(f"demo_{database_kind}_url")))
    yield Play(database)
    database.dispose()
