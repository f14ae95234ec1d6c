"""The way in: one connection that reads all the streams, for a whole process."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn, cast

from redis import RedisError
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.typing import KeyT, StreamIdT

from live.outage import Outage
from live.wire import STREAMS, Entry, unpack

_logger = logging.getLogger(__name__)

_BLOCK = 5.0  # seconds that one read waits for entries
_SILENCE = 10.0  # seconds without an answer to a read, after which the connection is taken for dead
_COUNT = 100  # entries of each stream in one answer: more would hold up the event loop
_START = b"0-0"

_Answer = list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]]


class RedisSource:
    """Reads what `Publisher` announces, through restarts, flushes and outages of Redis.

    Raises:
        ValueError: The URL is none of Redis.
    """

    def __init__(self, redis_url: str) -> None:
        self._pool = ConnectionPool.from_url(
            redis_url,
            protocol=2,  # the shape of the answers depends on it
            max_connections=1,
            socket_timeout=None,
            socket_connect_timeout=5.0,
            retry=Retry(NoBackoff(), 0),
        )
        self._outage = Outage(
            "Redis gives no events, live updates come up to 2 s late",
            first_pause=0.1,
            longest_pause=2.0,
            traceback=False,
        )

    async def run(self, deliver: Callable[[Sequence[Entry]], None], missed: Callable[[], None]) -> None:
        """Call `deliver` with what arrives and `missed` after each connecting, until canceled."""
        while True:
            client = Redis(connection_pool=self._pool)
            try:
                await self._read(client, deliver, missed)
            except (RedisError, OSError) as error:
                pause = self._outage.failed(error)
            finally:
                await self._pool.disconnect()
            await asyncio.sleep(pause)

    async def _read(
        self, client: Redis, deliver: Callable[[Sequence[Entry]], None], missed: Callable[[], None]
    ) -> NoReturn:
        clock = asyncio.get_running_loop().time
        position = await self._ends(client)
        self._outage.ended()
        missed()
        checked = clock()
        while True:
            deliver(await self._next(client, position))
            # Who waits for it goes first: to ask Redis for more may take as long as to send it to them.
            await asyncio.sleep(0)
            if clock() - checked >= _BLOCK:
                await self._rewind(client, position)
                checked = clock()

    async def _next(self, client: Redis, position: dict[bytes, bytes]) -> list[Entry]:
        streams = cast(dict[KeyT, StreamIdT], position)
        async with asyncio.timeout(_SILENCE):
            answer = cast(_Answer, await client.xread(streams, count=_COUNT, block=int(_BLOCK * 1000)))
        for stream, entries in answer:
            position[stream] = entries[-1][0]
        return list(_parsed(answer))

    async def _ends(self, client: Redis) -> dict[bytes, bytes]:
        async with asyncio.timeout(_SILENCE), client.pipeline(transaction=False) as pipeline:
            for stream in STREAMS:
                pipeline.xrevrange(stream, count=1)
            newest = await pipeline.execute()
        return {
            stream.encode(): entries[0][0] if entries else _START
            for stream, entries in zip(STREAMS, newest, strict=True)
        }

    async def _rewind(self, client: Redis, position: dict[bytes, bytes]) -> None:
        # A flushed stream begins anew. Its ids follow the clock, so they go on from where they were. Where
        # the clock was set back, though, all that the stream holds is new, and behind the position.
        for stream, end in (await self._ends(client)).items():
            if _order(end) < _order(position[stream]):
                position[stream] = _START


def _order(entry_id: bytes) -> tuple[int, int]:
    milliseconds, _, count = entry_id.partition(b"-")
    return int(milliseconds), int(count)


def _parsed(answer: _Answer) -> Iterable[Entry]:
    for stream, entries in answer:
        for entry_id, fields in entries:
            try:
                yield from unpack(fields)
            except ValueError as error:
                _logger.warning(
                    "entry %s of %s announces no events: %s", entry_id.decode(), stream.decode(), error
                )
