from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import table
from tests.servers import OwnRedis, Postgres, started_own_redis, started_postgres


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A PostgreSQL that a test may stop and start."""
    with started_postgres() as server:
        yield server


@pytest.fixture
def own_redis(redis_on_path: None, tmp_path: Path) -> Iterator[OwnRedis]:
    """A Redis that a test may stop and start, and reach by its socket."""
    with started_own_redis(tmp_path / "redis") as own:
        yield own


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what the faults of this session did."""
    if table.rows:
        terminalreporter.section("faults")
        for line in table.printed(table.rows):
            terminalreporter.write_line(line)
