import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import dramatiq
import pytest
import redis
from dramatiq import Message, Worker
from dramatiq.middleware import Retries

from playhead.processes import Child
from playhead.redis_server import RedisServer
from tests.waiting import wait_until
from workers.actors import declare_perform
from workers.broker import QUEUE, WAIT_MILLISECONDS, WakingBroker, make_broker
from workers.hints import PERFORM, Waker
from workers.tracing import TraceReceiver


class Recorder:
    """Performs nothing, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.go = threading.Event()
        self.go.set()

    def perform(self, run_id: str, execution_id: str) -> None:
        self.asked.append((run_id, execution_id))
        self.go.wait(10)


@pytest.fixture
def working(redis_url: str) -> Iterator[Callable[..., tuple[WakingBroker, Recorder]]]:
    """Starts a worker with so many threads; all are stopped after the test."""
    workers: list[tuple[WakingBroker, Worker, Recorder]] = []

    def start(threads: int = 2, url: str = redis_url) -> tuple[WakingBroker, Recorder]:
        broker, recorder = make_broker(url, prefetch=threads), Recorder()
        declare_perform(broker, recorder)
        worker = Worker(broker, worker_threads=threads, worker_timeout=WAIT_MILLISECONDS)
        worker.start()
        workers.append((broker, worker, recorder))
        return broker, recorder

    yield start
    for broker, worker, recorder in workers:
        recorder.go.set()
        broker.draining.set()
        worker.stop(timeout=5000)
        broker.close()


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as opened:
        yield opened


def message(number: int = 1) -> Message[None]:
    return Message(queue_name=QUEUE, actor_name=PERFORM, args=("run", f"exe_{number}"), kwargs={}, options={})


def commands(client: redis.Redis) -> list[str]:
    return [one["cmd"] for one in client.client_list() if "b" in one["flags"]]


def test_an_idle_consumer_blocks_in_redis(
    working: Callable[..., tuple[WakingBroker, Recorder]], client: redis.Redis
) -> None:
    working()
    wait_until(lambda: commands(client) == ["blmove"])


def test_every_idle_process_waits_and_one_of_them_takes_the_message(
    working: Callable[..., tuple[WakingBroker, Recorder]], client: redis.Redis
) -> None:
    _, one = working()
    broker, other = working()
    wait_until(lambda: commands(client) == ["blmove", "blmove"])
    broker.enqueue(message())
    wait_until(lambda: one.asked + other.asked == [("run", "exe_1")])


def test_a_taken_message_is_gone_once_it_is_performed(
    working: Callable[..., tuple[WakingBroker, Recorder]], client: redis.Redis
) -> None:
    broker, recorder = working()
    broker.enqueue(message())
    wait_until(lambda: recorder.asked and client.hlen("playhead:runs.msgs") == 0)
    assert broker.queued() == 0


def test_a_worker_holds_no_more_messages_than_it_has_threads(
    working: Callable[..., tuple[WakingBroker, Recorder]],
) -> None:
    broker, recorder = working(threads=2)
    recorder.go.clear()
    broker.enqueue_all([message(number) for number in range(5)])
    wait_until(lambda: len(recorder.asked) == 2)
    assert broker.queued() == 3
    recorder.go.set()
    wait_until(lambda: len(recorder.asked) == 5)


def test_messages_sent_at_once_arrive_in_order(
    working: Callable[..., tuple[WakingBroker, Recorder]], redis_url: str
) -> None:
    sender = make_broker(redis_url, prefetch=1)
    sender.enqueue_all([message(number) for number in range(20)])
    assert sender.queued() == 20
    _, recorder = working(threads=1)
    wait_until(lambda: recorder.asked == [("run", f"exe_{number}") for number in range(20)])
    sender.close()


def test_flushing_redis_does_not_stop_a_worker(
    working: Callable[..., tuple[WakingBroker, Recorder]], client: redis.Redis
) -> None:
    broker, recorder = working()
    wait_until(lambda: commands(client) == ["blmove"])
    recorder.go.clear()
    broker.enqueue(message(1))
    wait_until(lambda: len(recorder.asked) == 1)
    client.flushall()
    recorder.go.set()
    broker.enqueue(message(2))
    wait_until(lambda: recorder.asked == [("run", "exe_1"), ("run", "exe_2")])


def test_a_restart_of_redis_does_not_stop_a_worker(
    working: Callable[..., tuple[WakingBroker, Recorder]],
    redis_on_path: None,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = RedisServer(tmp_path)
    server.prepare(print)
    child = Child("redis", server.spawn)
    try:
        child.start()
        server.wait_until_ready(lambda: child.running)
        broker, recorder = working(url=server.url)
        broker.enqueue(message(1))
        wait_until(lambda: len(recorder.asked) == 1)
        child.stop(10.0)
        wait_until(lambda: "Redis gives no messages" in caplog.text)
        child.start()
        server.wait_until_ready(lambda: child.running)
        broker.enqueue(message(2))
        wait_until(lambda: recorder.asked == [("run", "exe_1"), ("run", "exe_2")])
        assert caplog.text.count("Redis gives no messages") == 1
        assert not [one for one in caplog.records if one.levelname in ("ERROR", "CRITICAL")]
    finally:
        child.stop(10.0)
        server.remove_socket()


def test_what_a_draining_consumer_fetched_goes_back(redis_url: str) -> None:
    broker = make_broker(redis_url, prefetch=3)
    broker.enqueue_all([message(number) for number in range(3)])
    consumer = broker.consume(QUEUE, timeout=100)
    assert next(consumer) is not None
    assert broker.queued() == 0
    broker.draining.set()
    assert next(consumer) is None
    assert broker.queued() == 2
    broker.close()


def test_a_draining_consumer_takes_nothing(redis_url: str) -> None:
    broker = make_broker(redis_url, prefetch=3)
    broker.enqueue(message())
    broker.draining.set()
    assert next(broker.consume(QUEUE, timeout=100)) is None
    assert broker.queued() == 1
    broker.close()


def test_an_acknowledgment_that_fails_is_let_go_and_leaves_room(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = make_broker(redis_url, prefetch=1)
    broker.enqueue_all([message(1), message(2)])
    consumer = broker.consume(QUEUE, timeout=100)
    first = next(consumer)
    assert first is not None
    with monkeypatch.context() as patch:
        patch.setattr(broker, "client", redis.Redis.from_url("unix:///nowhere.sock"))
        for script in broker.scripts.values():
            patch.setattr(script, "registered_client", redis.Redis.from_url("unix:///nowhere.sock"))
        consumer.ack(first)
    second = next(consumer)
    assert second is not None and second.args == ("run", "exe_2")
    broker.close()


def test_an_actor_that_raises_is_not_tried_again(
    working: Callable[..., tuple[WakingBroker, Recorder]],
    client: redis.Redis,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broker, recorder = working()
    calls = []

    def broken(run_id: str, execution_id: str) -> None:
        calls.append(execution_id)
        raise RuntimeError("a fault")

    recorder.perform = broken  # type: ignore[method-assign]
    broker.enqueue(message())
    wait_until(lambda: client.hlen("playhead:runs.msgs") == 0)
    assert calls == ["exe_1"]
    assert "a fault" in caplog.text


def test_there_is_one_queue_and_no_delayed_one(redis_url: str) -> None:
    broker = make_broker(redis_url, prefetch=1)
    assert broker.get_declared_queues() == {"runs"}
    assert broker.get_declared_delay_queues() == set()
    with pytest.raises(ValueError, match="cannot be delayed"):
        broker.enqueue(message(), delay=10)
    assert broker.queued() == 0
    broker.close()


def test_no_middleware_raises_into_a_thread_or_drops_old_messages(redis_url: str) -> None:
    broker = make_broker(redis_url, prefetch=1)
    assert [type(one) for one in broker.middleware] == [Retries, TraceReceiver]
    broker.close()


def test_the_parts_of_dramatiq_that_the_consumer_rests_on_are_there(redis_url: str) -> None:
    broker = make_broker(redis_url, prefetch=4)
    broker.enqueue(message())
    assert broker.client.lrange("playhead:runs", 0, -1) != []
    consumer = broker.consume(QUEUE, timeout=100)
    assert {"message_cache", "misses", "prefetch", "timeout", "outstanding_message_count"} <= set(
        dir(consumer)
    )
    assert dramatiq.__version__ == "2.2.1"
    broker.close()


def test_a_waker_sends_one_message_for_each_execution(
    working: Callable[..., tuple[WakingBroker, Recorder]], redis_url: str
) -> None:
    _, recorder = working()
    sender = make_broker(redis_url, prefetch=1)
    Waker(sender).wake(("run_1", f"exe_{number}") for number in range(3))
    wait_until(lambda: sorted(recorder.asked) == [("run_1", f"exe_{number}") for number in range(3)])
    sender.close()


def test_a_redis_that_is_full_is_waited_for(
    working: Callable[..., tuple[WakingBroker, Recorder]],
    client: redis.Redis,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broker, recorder = working()
    client.config_set("maxmemory", 1)
    try:
        Waker(broker).wake([("run", "exe_1")])
        wait_until(lambda: "Redis takes no hints" in caplog.text and "Redis gives no messages" in caplog.text)
    finally:
        client.config_set("maxmemory", 0)
    Waker(broker).wake([("run", "exe_2")])
    wait_until(lambda: ("run", "exe_2") in recorder.asked)
