"""How live the updates are: from a commit in a worker to the receipt by each of 1, 100 and 1,000 subscribers."""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory

import psutil
from rich.console import Console
from rich.table import Table

from bench.stack import Stack, redis_server, stacks

PACES = {1: (100, 0.1), 100: (50, 0.25), 1_000: (30, 0.5)}
"""By subscribers: so many events of each run, so many seconds apart; 2,000 deliveries a second to 1,000."""

WARM = 10, 0.1
"""Before it counts."""

BURST = 40
"""Events of each run as fast as they can be made: what a process can deliver, or a worker commit."""

PEERS = {"starlette": "a bare Starlette WebSocket", "strawberry": "a bare Strawberry subscription"}


@dataclass(frozen=True)
class Figures:
    """What was measured; times in milliseconds, memory in KiB."""

    median: float
    p95: float
    p99: float
    a_second: float
    memory: float
    gaps: int
    doubles: int


class Process:
    """A process that takes lines and answers lines."""

    def __init__(self, *arguments: str) -> None:
        self.name = arguments[0]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended")
        return line.strip()

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


def measure(console: Console) -> None:
    """Measure all peers, each with 1, 100 and 1,000 subscribers, and print the table."""
    found: dict[tuple[str, int], Figures] = {}
    with redis_server() as redis_url, stacks(redis_url) as (known, _):
        stack = known["PostgreSQL"]
        for count in PACES:
            for peer in ("Playhead", *PEERS):
                found[peer, count] = _measure(stack, peer, count)
    _print(console, found)


def _measure(stack: Stack, peer: str, count: int) -> Figures:
    runs = min(count, 10)
    with ExitStack() as opened:
        port = _free_port()
        server = opened.enter_context(_server(stack, peer, port))
        database = stack.url if peer == "Playhead" else "peers"
        worker = Process("bench.live_worker", database, stack.redis_url, str(runs))
        opened.callback(worker.close)
        run_ids = json.loads(worker.hear())
        memory = psutil.Process(server).memory_info().rss
        kind = "strawberry" if peer == "Playhead" else peer
        clients = Process("bench.live_clients", kind, f"ws://127.0.0.1:{port}/graphql", str(count), *run_ids)
        opened.callback(clients.close)
        clients.hear()
        memory = psutil.Process(server).memory_info().rss - memory
        _events(worker, clients, *WARM)
        paced = _events(worker, clients, *PACES[count])
        burst = _events(worker, clients, BURST, 0.0)
    return _figures(paced, burst, memory / count / 1024)


@dataclass(frozen=True)
class Deliveries:
    """Of one round: when each event was committed, and when each subscriber had it."""

    committed: dict[str, dict[int, float]]
    received: list[tuple[str, list[tuple[int, float]]]]


def _events(worker: Process, clients: Process, events: int, every: float) -> Deliveries:
    clients.tell(f"{events} {events * every + 60}")
    time.sleep(0.2)
    worker.tell(f"{events} {every}")
    committed = {
        run_id: {int(seq): at for seq, at in times.items()}
        for run_id, times in json.loads(worker.hear()).items()
    }
    return Deliveries(committed, json.loads(clients.hear()))


def _figures(paced: Deliveries, burst: Deliveries, memory: float) -> Figures:
    late = sorted(
        (at - paced.committed[run_id][seq]) * 1000 for run_id, pairs in paced.received for seq, at in pairs
    )
    gaps = doubles = 0
    for deliveries in (paced, burst):
        for run_id, pairs in deliveries.received:
            seqs = [seq for seq, _ in pairs]
            gaps += len(set(deliveries.committed[run_id]) - set(seqs))
            doubles += len(seqs) - len(set(seqs))
    began = min(at for times in burst.committed.values() for at in times.values())
    ended = max(at for _, pairs in burst.received for _, at in pairs)
    return Figures(
        median=statistics.median(late),
        p95=late[int(len(late) * 0.95)],
        p99=late[int(len(late) * 0.99)],
        a_second=sum(len(pairs) for _, pairs in burst.received) / (ended - began),
        memory=memory,
        gaps=gaps,
        doubles=doubles,
    )


@contextmanager
def _server(stack: Stack, peer: str, port: int) -> Iterator[int]:
    """A web process of the peer; gives its id."""
    with TemporaryDirectory(prefix="playhead-bench-") as folder:
        environment = {
            **os.environ,
            "PLAYHEAD_DATABASE_URL": stack.url,
            "PLAYHEAD_REDIS_URL": stack.redis_url,
            "PLAYHEAD_DATA_DIR": folder,
            "PLAYHEAD_PORT": str(port),
        }
        command = (
            ["playhead", "web"]
            if peer == "Playhead"
            else ["bench.live_peers", peer, str(port), stack.redis_url]
        )
        process = subprocess.Popen([sys.executable, "-m", *command], env=environment)
        try:
            _wait_for(port)
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port)):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _print(console: Console, found: dict[tuple[str, int], Figures]) -> None:
    table = Table(
        title="Live updates, from the commit to the receipt: 10, 400 and 2,000 a second to all subscribers"
    )
    titles: Sequence[str] = (
        "", "subscribers", "median ms", "p95 ms", "p99 ms", "beside Strawberry", "most a second", "KiB a subscriber",
        "gaps", "doubles",
    )  # fmt: skip
    for title in titles:
        table.add_column(title, justify="left" if not title else "right")
    for (peer, count), one in found.items():
        ratio = one.median / found["strawberry", count].median
        table.add_row(
            PEERS.get(peer, peer),
            f"{count:,}",
            *(f"{value:.1f}" for value in (one.median, one.p95, one.p99)),
            f"{ratio:.2f}",
            f"{one.a_second:,.0f}",
            f"{one.memory:,.0f}",
            str(one.gaps),
            str(one.doubles),
        )
    console.print(table)


if __name__ == "__main__":
    measure(Console(width=140))
