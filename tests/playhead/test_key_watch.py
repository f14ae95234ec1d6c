"""What keys have opened ends once they are good no more; when they were last used is noted in batches."""

from collections.abc import Callable
from contextlib import ExitStack

import psycopg
import pytest

from db.api_keys import ApiKeyRecord, create_key, delete_key, keys_by_ids, revoke_key
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.roles import Role
from playhead import key_watch
from playhead.key_watch import FORBIDDEN, PATIENCE_SECONDS, TRY_AGAIN_LATER, KeyWatch

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class FakeStream:
    """Something open, which remembers how it was ended."""

    def __init__(self) -> None:
        self.ended: list[int] = []

    def end(self, code: int) -> None:
        self.ended.append(code)


class FakeClock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def watch(database: Database, clock: FakeClock) -> KeyWatch:
    return KeyWatch(database, clock)


class Opening:
    """Opens things by keys, within its block."""

    def __init__(self, watch: KeyWatch) -> None:
        self._watch, self._blocks = watch, ExitStack()

    def __enter__(self) -> Callable[[ApiKeyRecord | None], FakeStream]:
        return self.opened

    def __exit__(self, *_: object) -> None:
        self._blocks.close()

    def opened(self, key: ApiKeyRecord | None) -> FakeStream:
        stream = FakeStream()
        self._blocks.enter_context(self._watch.serving(stream))
        if key is not None:
            self._watch.admitted(key)
        return stream


def make(database: Database, name: str = "a") -> ApiKeyRecord:
    return create_key(database, DEFAULT_WORKSPACE, name, role=Role.VIEWER)[0]


async def test_what_a_revoked_or_deleted_key_opened_is_ended_with_4403(
    watch: KeyWatch, database: Database
) -> None:
    revoked, deleted, good = (make(database, name) for name in "abc")
    with Opening(watch) as opened:
        streams = [opened(key) for key in (revoked, revoked, deleted, good, None)]
        await watch.check()
        assert [stream.ended for stream in streams] == [[]] * 5
        revoke_key(database, None, revoked.id)
        delete_key(database, deleted.id)
        await watch.check()
    assert [stream.ended for stream in streams] == [[FORBIDDEN]] * 3 + [[]] * 2


async def test_what_has_closed_is_watched_no_more(watch: KeyWatch, database: Database) -> None:
    key, stream = make(database), FakeStream()
    with watch.serving(stream):
        watch.admitted(key)
    revoke_key(database, None, key.id)
    await watch.check()
    assert stream.ended == []


async def test_keys_that_nobody_can_look_at_count_as_good_for_twenty_seconds(
    watch: KeyWatch, database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise psycopg.OperationalError("the server is gone")

    with Opening(watch) as opened:
        stream, without_key = opened(make(database)), opened(None)
        await watch.check()
        with monkeypatch.context() as patch:
            patch.setattr(key_watch, "good_keys", fail)
            clock.seconds = PATIENCE_SECONDS
            await watch.check()
            assert stream.ended == []
            clock.seconds += 1
            await watch.check()
        assert (stream.ended, without_key.ended) == ([TRY_AGAIN_LATER], [])
        await watch.check()
        assert stream.ended == [TRY_AGAIN_LATER]


async def test_a_fault_of_the_watch_itself_is_raised(
    watch: KeyWatch, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(key_watch, "good_keys", fail)
    with Opening(watch) as opened, pytest.raises(ZeroDivisionError):
        opened(make(database))
        await watch.check()


async def test_use_is_noted_once_a_minute_and_never_while_nothing_is_used(
    watch: KeyWatch, database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = make(database)
    noted: list[set[str]] = []
    monkeypatch.setattr(key_watch, "note_use", lambda _database, ids, _at: noted.append(set(ids)))
    await watch.check()
    for second in (0, 5, 59, 61):
        clock.seconds = second
        watch.admitted(key)
        await watch.check()
    await watch.check()
    assert noted == [{key.id}] * 2


async def test_the_key_of_an_open_stream_is_in_use(
    watch: KeyWatch, database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, noted = make(database), 0

    def note(*_: object) -> None:
        nonlocal noted
        noted += 1

    with Opening(watch) as opened:
        opened(key)
        await watch.check()
        monkeypatch.setattr(key_watch, "note_use", note)
        clock.seconds = 61
        await watch.check()
    assert noted == 1
    assert keys_by_ids(database, DEFAULT_WORKSPACE, [key.id])[key.id].last_used_at is not None
