import pytest
import redis

from workers.sweep_mark import KEY, age_of, marking


def test_a_sweep_leaves_a_mark_once_it_has_ended(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        seen: list[object] = []
        marking(client, lambda: seen.append(client.get(KEY)), lambda _: 1000.5)()
        assert seen == [None]
        assert age_of(client.get(KEY), 1003.0) == 2.5


def test_a_sweep_that_fails_leaves_none(redis_url: str) -> None:
    def fail() -> None:
        raise RuntimeError

    with redis.Redis.from_url(redis_url) as client:
        with pytest.raises(RuntimeError):
            marking(client, fail)()
        assert client.get(KEY) is None


def test_without_a_mark_there_is_no_age_and_none_is_negative() -> None:
    assert age_of(None, 1.0) is None
    assert age_of(b"1000.5", 999.0) == 0.0
