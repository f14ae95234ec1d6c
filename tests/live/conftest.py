from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from live.bus import Publisher
from live.memory import MemoryBus
from live.ports import EventPublisher, EventSource
from live.source import RedisSource
from tests.servers import OwnRedis, started_own_redis


@dataclass(frozen=True)
class Bus:
    """Both ends of a way from publishers to hubs."""

    publisher: EventPublisher
    source: EventSource


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def publisher(redis_url: str) -> Iterator[Publisher]:
    with closing(Publisher(redis_url)) as publisher:
        yield publisher


@pytest.fixture
def redis_bus(redis_url: str, publisher: Publisher) -> Bus:
    """Through a Redis that is empty at first."""
    return Bus(publisher, RedisSource(redis_url))


@pytest.fixture
def memory() -> MemoryBus:
    return MemoryBus()


@pytest.fixture
def memory_bus(memory: MemoryBus) -> Bus:
    """Through memory."""
    return Bus(memory, memory)


@pytest.fixture(params=["memory", "redis"])
def bus(request: pytest.FixtureRequest) -> Bus:
    """Each way in turn: what holds of one holds of the other."""
    made = request.getfixturevalue(f"{request.param}_bus")
    assert isinstance(made, Bus)
    return made


@pytest.fixture
def own_redis(redis_server: str, tmp_path: Path) -> Iterator[OwnRedis]:
    """A Redis of the test's own, which runs; `redis_server` has found the program."""
    with started_own_redis(tmp_path) as own:
        yield own
