from collections.abc import Iterator

import pytest
import redis

from live.redis_pool import RenewingPool


@pytest.fixture
def pool(redis_url: str) -> Iterator[RenewingPool]:
    made: RenewingPool = RenewingPool.from_url(redis_url, max_connections=3, timeout=0.1)
    yield made
    made.disconnect()


def ids_of(pool: RenewingPool) -> set[int]:
    """The ids that Redis knows the three connections by, all taken at once and given back."""
    taken = [pool.get_connection() for _ in range(3)]
    found = set()
    for connection in taken:
        connection.send_command("CLIENT", "ID")
        found.add(connection.read_response())
        pool.release(connection)  # type: ignore[no-untyped-call]  # redis's
    return found


def test_connections_are_used_again(pool: RenewingPool) -> None:
    assert ids_of(pool) == ids_of(pool)


@pytest.mark.parametrize("error", [redis.TimeoutError(), redis.ConnectionError(), OSError()])
def test_once_one_is_broken_all_are_opened_anew_and_once(pool: RenewingPool, error: Exception) -> None:
    before = ids_of(pool)
    pool.failed(error)

    after = ids_of(pool)

    assert not before & after
    assert ids_of(pool) == after


def test_a_command_that_redis_refuses_breaks_none(pool: RenewingPool) -> None:
    before = ids_of(pool)
    pool.failed(redis.OutOfMemoryError())
    assert ids_of(pool) == before


def test_a_connection_that_cannot_be_opened_anew_is_not_lost_to_the_pool(
    pool: RenewingPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids_of(pool)
    pool.failed(redis.TimeoutError())
    connection = pool.connection_class
    with monkeypatch.context() as patch:
        patch.setattr(connection, "connect", _refused)
        for _ in range(5):
            with pytest.raises(redis.ConnectionError, match="refused"):
                pool.get_connection()
    assert len(ids_of(pool)) == 3


def _refused(*_: object, **__: object) -> None:
    raise redis.ConnectionError("refused")
