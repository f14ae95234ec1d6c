from collections.abc import Iterator

import pytest

from db.database import Database
from tests.schema.api import Api


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def api(migrated_sqlite_url: str) -> Iterator[Api]:
    """The API on an empty SQLite database; queries of both kinds of databases are tested in tests/db."""
    database = Database(migrated_sqlite_url)
    yield Api(database)
    database.dispose()
