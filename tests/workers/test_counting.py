"""What became of runs and executions is counted once, however many processes publish and whatever becomes of Redis."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
import redis

from db.cancel import cancel_run
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from tests.engine.simulation import activity, edge, workflow
from tests.waiting import wait_until
from tests.workers.harness import USER, Harness
from workers.counting import KEY, CountingPublisher, Totals, totals_of
from workers.periodic import Periodic

LOOP = workflow(
    [
        activity("each", "loop", items=[1, 2, 3]),
        activity("a", parent="each"),
        activity("late", "delay", amount=1, unit="hours"),
    ],
    [edge("trigger", "each"), edge("each", "a", "each"), edge("each", "late")],
)
FAILING = workflow([activity("bad", expression="1 / 0")], [edge("trigger", "bad")])


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as opened:
        yield opened


def totals(client: redis.Redis) -> Totals:
    return totals_of(cast(dict[bytes, bytes], client.hgetall(KEY)))


NONE = Totals({"completed": 0, "failed": 0, "canceled": 0}, {}, 0)


def test_two_processes_together_count_each_end_and_each_credit_once(
    migrated_sqlite_url: str, redis_url: str, client: redis.Redis
) -> None:
    database = Database(migrated_sqlite_url)
    worker = Harness(database)
    ended = worker.run(workflow([activity("a")], [edge("trigger", "a")]))
    worker.run(FAILING)
    waiting = worker.run(LOOP)
    canceled = cancel_run(database, DEFAULT_WORKSPACE, waiting, USER)
    assert canceled is not None
    first, second = CountingPublisher(redis_url), CountingPublisher(redis_url)
    first.publish([event for event in worker.published if event.run_id == ended], DEFAULT_WORKSPACE)
    second.publish([event for event in worker.published if event.run_id != ended], DEFAULT_WORKSPACE)
    second.publish(canceled.events, DEFAULT_WORKSPACE)
    assert totals(client) == NONE
    first.add()
    second.add()
    first.add()
    found = totals(client)
    assert found.runs == {"completed": 1, "failed": 1, "canceled": 1}
    assert found.executions == {
        ("formula", "completed"): 4,
        ("formula", "failed"): 1,
        ("loop", "completed"): 1,
        ("delay", "canceled"): 1,
    }
    assert found.credits == sum(row.amount for row in worker.query("SELECT amount FROM credit_entry")) == 5
    for publisher in (first, second):
        publisher.close()
    database.dispose()


def test_what_is_left_is_added_at_the_end(
    migrated_sqlite_url: str, redis_url: str, client: redis.Redis
) -> None:
    database = Database(migrated_sqlite_url)
    worker = Harness(database)
    worker.run(FAILING)
    publisher = CountingPublisher(redis_url)
    publisher.publish(worker.published, DEFAULT_WORKSPACE)
    publisher.close()
    assert totals(client).runs == {"completed": 0, "failed": 1, "canceled": 0}
    database.dispose()


def test_what_could_not_be_added_is_added_once_redis_is_back(
    migrated_sqlite_url: str, redis_url: str, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(migrated_sqlite_url)
    worker = Harness(database)
    worker.run(FAILING)
    publisher = CountingPublisher(redis_url)

    def away(*_: object, **__: object) -> None:
        raise redis.ConnectionError("away")

    with monkeypatch.context() as patch:
        patch.setattr(redis.client.Pipeline, "execute", away)
        publisher.publish(worker.published, DEFAULT_WORKSPACE)
        with pytest.raises(redis.ConnectionError):
            publisher.add()
    counting = Periodic("The counting", 0.01, publisher.add)
    counting.start()
    wait_until(lambda: totals(client).runs["failed"] == 1)
    counting.stop()
    publisher.close()
    assert totals(client).runs["failed"] == 1
    database.dispose()


def test_without_redis_the_end_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    publisher = CountingPublisher(f"unix://{tmp_path}/nowhere.sock")
    publisher._counts.update({"run:failed": 1})
    publisher.close()
    assert "the last counts of this process are not in the metrics" in caplog.text


def test_what_is_none_of_ours_is_left_out() -> None:
    assert totals_of({b"x": b"1", b"run:failed:twice": b"2", b"a:b:c:d": b"3"}) == Totals(NONE.runs, {}, 0)
