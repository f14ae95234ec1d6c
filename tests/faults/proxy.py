"""A proxy between a part and its servers that loses what a network loses: replies, connections, or everything."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

CHUNK = 65_536
GONE = (OSError, asyncio.IncompleteReadError)


class Way(Enum):
    """What happens to bytes.

    PASS lets them through; STALL keeps them until they may pass, as a network does that is mended before anybody's
    patience ends; HOLE swallows them, and a connection that was open meanwhile never says anything again.
    """

    PASS = "pass"
    STALL = "stall"
    HOLE = "hole"


@dataclass(eq=False)
class Link:
    """One connection through the proxy."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    losing: bool = False
    dead: bool = False

    def abort(self) -> None:
        for writer in (self.near, self.far):
            writer.transport.abort()


@dataclass
class Proxy:
    """Between whoever connects and `target`, a socket's path; a test sets `way` and `loses` from any thread.

    Attributes:
        loses: Says of what a client sent whether its reply is to be lost: the server has done what it was asked, and
            the connection breaks before the client hears of it.
        lost: How many replies were lost.
    """

    target: Path
    loop: asyncio.AbstractEventLoop
    way: Way = Way.PASS
    loses: Callable[[bytes], bool] = lambda sent: False
    lost: int = 0
    links: set[Link] = field(default_factory=set)

    def reset(self) -> None:
        """Breaks every connection there is."""

        def abort() -> None:
            for link in list(self.links):
                link.abort()

        self.loop.call_soon_threadsafe(abort)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_unix_connection(str(self.target), limit=CHUNK)
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, far_writer)
        self.links.add(link)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(link, reader, far_writer, outward=True))
                group.create_task(self._pump(link, far_reader, writer, outward=False))
        finally:
            self.links.discard(link)
            link.abort()

    async def _pump(
        self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, outward: bool
    ) -> None:
        with suppress(*GONE):
            while data := await reader.read(CHUNK):
                while self.way is Way.STALL:
                    await asyncio.sleep(0.02)
                link.dead = link.dead or self.way is Way.HOLE
                if link.dead:
                    continue
                if outward:
                    link.losing = link.losing or self.loses(data)
                elif link.losing:
                    self.lost += 1
                    break
                writer.write(data)
                await writer.drain()
        link.abort()


@dataclass
class Network:
    """The proxies of a test, all in one thread with an event loop."""

    loop: asyncio.AbstractEventLoop
    servers: list[asyncio.Server] = field(default_factory=list)

    def link(self, target: Path, *, path: Path | None = None, host: str = "") -> tuple[Proxy, int]:
        """Puts a proxy before a socket: on another socket at `path`, or on a port of `host`, which it gives."""
        proxy = Proxy(target, self.loop)

        async def listen() -> int:
            if path is not None:
                self.servers.append(await asyncio.start_unix_server(proxy.serve, str(path), limit=CHUNK))
                return 0
            server = await asyncio.start_server(proxy.serve, host, 0, limit=CHUNK)
            self.servers.append(server)
            return int(server.sockets[0].getsockname()[1])

        return proxy, asyncio.run_coroutine_threadsafe(listen(), self.loop).result(10)


@contextmanager
def network() -> Iterator[Network]:
    """A thread for proxies, until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    net = Network(loop)
    try:
        yield net
    finally:
        asyncio.run_coroutine_threadsafe(_end(net.servers), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _end(servers: Sequence[asyncio.Server]) -> None:
    for server in servers:
        server.close()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
