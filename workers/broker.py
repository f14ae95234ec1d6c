"""dramatiq's Redis broker with a consumer that waits for work, not for a clock. Needs Redis 6.2 or newer.

It rests on private parts of dramatiq (the name of the list that holds a queue's message ids, and its
consumer), which is why `pyproject.toml` names one version of it; the tests look at both.
"""

import threading
import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import redis
from dramatiq import Message
from dramatiq.broker import MessageProxy
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.common import current_millis
from dramatiq.errors import ConnectionClosed
from dramatiq.middleware import Retries
from redis.backoff import NoBackoff
from redis.retry import Retry

from live.outage import Outage
from live.redis_pool import RenewingPool
from workers.tracing import TraceReceiver

NAMESPACE = "playhead"
QUEUE = "runs"
QUEUE_LIST = f"{NAMESPACE}:{QUEUE}"
"""The list in Redis of the messages that no worker has taken."""

WAIT_MILLISECONDS = 1000
"""How long a consumer waits at a time, and so how long it may take to notice that it should stop."""

_COMMAND_SECONDS = 1.0
_PAUSE_SECONDS = 0.5
_CONNECTIONS = 32


class WakingConsumer(_RedisConsumer):
    """Takes messages the moment they come, and survives any outage of Redis.

    While the queue is empty it blocks on `BLMOVE` of the queue's list onto itself, which wakes it and takes
    nothing: what is fetched, and by whom, stays dramatiq's decision. Messages are hints, so a failed
    acknowledgment is let go: the message comes again to no harm, or never, and the sweep finds what it
    stood for.
    """

    def __init__(self, broker: "WakingBroker", queue_name: str, prefetch: int, timeout: int) -> None:
        super().__init__(broker, queue_name, prefetch, timeout)  # type: ignore[no-untyped-call]  # dramatiq's
        self._list = f"{broker.namespace}:{queue_name}"
        self._room = threading.Event()
        self._outage = Outage(
            "Redis gives no messages, the sweep finds what they stood for",
            first_pause=_PAUSE_SECONDS,
            longest_pause=_PAUSE_SECONDS,
            traceback=False,
        )

    def ack(self, message: MessageProxy) -> None:
        """Settle a message; there is room for another."""
        self._settle(super().ack, message)

    def nack(self, message: MessageProxy) -> None:
        """Settle a message whose actor raised; there is room for another."""
        self._settle(super().nack, message)

    def requeue(self, messages: Any) -> None:
        """Hand messages back to the queue, for other workers."""
        try:
            super().requeue(messages)  # type: ignore[no-untyped-call]  # dramatiq's
        except redis.RedisError as error:
            self._failed(error)

    def close(self) -> None:
        """Hand back what was fetched and not begun."""
        cached, self.message_cache = self.message_cache, []
        self.requeue([Message.decode(data) for data in cached if data is not None])

    def __next__(self) -> MessageProxy | None:
        if self.broker.draining.is_set():
            self.close()
            time.sleep(_PAUSE_SECONDS / 10)
            return None
        try:
            if not self.message_cache:
                self._wait()
            self.misses = 0  # losing a race to another process costs 10 ms, never a second
            message = None if self.broker.draining.is_set() else self._fetch()
        except (redis.RedisError, ConnectionClosed) as error:
            self.broker.draining.wait(self._failed(error))
            return None
        self._outage.ended()
        return message

    def _fetch(self) -> MessageProxy | None:
        message: MessageProxy | None = super().__next__()  # type: ignore[no-untyped-call]  # dramatiq's
        return message

    def _wait(self) -> None:
        self._room.clear()
        if self.outstanding_message_count >= self.prefetch:
            self._room.wait(self.timeout / 1000)
        else:
            self.broker.blocking.blmove(self._list, self._list, self.timeout / 1000, "LEFT", "LEFT")

    def _settle(self, settle: Any, message: MessageProxy) -> None:
        try:
            settle(message)
        except (redis.RedisError, ConnectionClosed) as error:
            self._failed(error)
        finally:
            self._room.set()

    def _failed(self, error: Exception) -> float:
        self.broker.failed(error)
        return self._outage.failed(error)


class WakingBroker(RedisBroker):
    """Sends and takes the messages that hurry workers; see `make_broker`.

    Attributes:
        draining: Once set, its consumers take no message any more and hand back what they hold unbegun.
        blocking: The client on which consumers wait; its replies may take as long as they wait.
    """

    def __init__(self, redis_url: str, *, prefetch: int) -> None:
        self.draining = threading.Event()
        self.blocking = _client(redis_url, reply_seconds=WAIT_MILLISECONDS / 1000 + _COMMAND_SECONDS)
        self._prefetch = prefetch
        super().__init__(  # type: ignore[no-untyped-call]  # dramatiq's
            client=_client(redis_url, reply_seconds=_COMMAND_SECONDS),
            namespace=NAMESPACE,
            middleware=[Retries(max_retries=0), TraceReceiver()],
        )

    def consume(
        self,
        queue_name: str,
        prefetch: int = 1,  # noqa: ARG002 - dramatiq's guess; `make_broker` was told
        timeout: int = WAIT_MILLISECONDS,
    ) -> WakingConsumer:
        """Give a consumer that holds as many messages as this broker was made for."""
        return WakingConsumer(self, queue_name, self._prefetch, timeout)

    def declare_queue(self, queue_name: str) -> None:
        """Declare a queue, without the one for delays that dramatiq adds: timers are rows in the database."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """Send one message.

        Raises:
            ValueError: A delay was asked for.
            redis.RedisError: It was not sent, or nobody knows.
        """
        if delay is not None:
            raise ValueError("a message cannot be delayed: what is due later is a row in the database")
        return super().enqueue(message)

    def enqueue_all(self, messages: Sequence[Message[Any]]) -> None:
        """Send messages in one round trip.

        Raises:
            redis.RedisError: Not all were sent, or nobody knows.
        """
        try:
            if len(messages) == 1:
                self.enqueue(messages[0])
            else:
                self._enqueue_together(messages)
        except redis.RedisError as error:
            self.failed(error)
            raise

    def _enqueue_together(self, messages: Sequence[Message[Any]]) -> None:
        dispatch = self.scripts["dispatch"]
        stack = self._max_unpack_size()  # type: ignore[no-untyped-call]  # dramatiq's
        with self.client.pipeline(transaction=False) as pipe:
            for message in messages:
                redis_id = str(uuid4())
                data = message.copy(options={"redis_message_id": redis_id}).encode()
                head = ("enqueue", current_millis(), message.queue_name, self.broker_id)
                args = (*head, self.heartbeat_timeout, self.dead_message_ttl, 0, stack, redis_id, data)
                dispatch(keys=[self.namespace], args=args, client=pipe)
            pipe.execute()

    def failed(self, error: Exception) -> None:
        """Note that a command of this broker failed: where a connection broke, no other is trusted either."""
        cause = error.args[0] if isinstance(error, ConnectionClosed) else error
        for pool in (self.client.connection_pool, self.blocking.connection_pool):
            if isinstance(pool, RenewingPool):
                pool.failed(cause)

    def queued(self) -> int:
        """Count the messages that no worker has taken.

        Raises:
            redis.RedisError: Redis did not answer.
        """
        return int(self.client.llen(QUEUE_LIST))

    def close(self) -> None:
        """Close the connections to Redis; a later use opens new ones."""
        self.client.close()
        self.blocking.close()


def make_broker(redis_url: str, *, prefetch: int) -> WakingBroker:
    """Make a broker for one process, which may send, consume, or both; Redis need not be there yet.

    Args:
        redis_url: Where Redis is.
        prefetch: How many messages its consumer holds at most, with those being worked on. A message may
            carry a whole run, so more than there are threads would keep runs from idle workers.
    """
    broker = WakingBroker(redis_url, prefetch=prefetch)
    broker.declare_queue(QUEUE)
    return broker


def _client(redis_url: str, *, reply_seconds: float) -> redis.Redis:
    """Give a client that answers or raises within seconds; it does not try twice."""
    pool = RenewingPool.from_url(
        redis_url,
        max_connections=_CONNECTIONS,
        timeout=_COMMAND_SECONDS,
        socket_timeout=reply_seconds,
        socket_connect_timeout=_COMMAND_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return redis.Redis(connection_pool=pool)
