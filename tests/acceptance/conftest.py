from collections.abc import Iterator

import pytest

from tests.acceptance.servers import Server, serving
from tests.servers import Postgres


@pytest.fixture(scope="session")
def sqlite_server(redis_on_path: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demo workspace on SQLite, which the tests here share."""
    with serving(tmp_path_factory.mktemp("acceptance") / "data") as server:
        yield server
        server.stop()


@pytest.fixture(scope="session")
def postgres_server(
    redis_on_path: None, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server with the demo workspace on PostgreSQL, which the tests here share."""
    url = postgres.url(postgres.create_database())
    with serving(tmp_path_factory.mktemp("acceptance") / "data", database_url=url) as server:
        yield server
        server.stop()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest) -> Server:
    """A server with the demo workspace, once on each database."""
    server: Server = request.getfixturevalue(f"{request.param}_server")
    return server
