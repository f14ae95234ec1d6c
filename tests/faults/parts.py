"""The parts of a deployment as processes of their own, each of which a test may stop, kill and start again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from db.migrations import upgrade
from tests.acceptance.client import Api
from tests.acceptance.servers import environment
from tests.faults.forking import Forked
from tests.servers import OwnRedis, started_own_redis
from tests.waiting import wait_until

SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 40.0
LEASE_SECONDS = 2.0


@dataclass
class Part:
    """A process of the test build of `playhead`, told by its environment alone."""

    command: str
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | Forked | None = None

    def launch(self, **more: str) -> None:
        """Starts the process without waiting for it; `more` goes to its environment this once."""
        self.process = Forked(self.command, {**self.environment, **more}, self.log)

    def launch_under(self, prefix: Sequence[str] = (), **more: str) -> None:
        """Starts it from scratch, by a command that begins with `prefix`."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*prefix, sys.executable, "-P", "-m", "playhead", self.command],
                stdout=log,
                stderr=log,
                cwd=self.log.parent,
                env={**self.environment, **more},
            )

    def start(self) -> None:
        self.launch()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def send(self, what: signal.Signals) -> None:
        os.kill(self.pid, what)

    def end(self, how: signal.Signals) -> float:
        """Ends the process, kindly or not; gives the seconds that it took."""
        assert self.process is not None and self.process.poll() is None, self.log.read_text()
        began = time.monotonic()
        self.process.send_signal(how)
        code = self.process.wait(SECONDS_TO_STOP)
        assert code in (0, -how), f"it ended with {code}: {self.log.read_text()}"
        return time.monotonic() - began


@dataclass
class Web(Part):
    """A web process on a port that stays the same."""

    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        super().start()
        wait_until(self.answers, SECONDS_TO_START)

    def answers(self) -> bool:
        assert self.process is not None and self.process.poll() is None, self.log.read_text()
        try:
            return httpx2.get(f"{self.url}/healthz", trust_env=False).status_code == 200
        except httpx2.TransportError:
            return False

    def subscribers(self) -> int:
        """How many it says that it has."""
        text = httpx2.get(f"{self.url}/metrics", trust_env=False).text
        line = next(line for line in text.splitlines() if line.startswith("playhead_subscribers "))
        return int(float(line.split()[1]))


@dataclass
class Parts:
    """A deployment: a Redis, web processes, workers and a scheduler."""

    redis: OwnRedis
    webs: list[Web]
    workers: list[Part]
    scheduler: Part
    apis: list[Api] = field(default_factory=list)

    @property
    def all(self) -> list[Part]:
        return [*self.webs, *self.workers, self.scheduler]


@dataclass(frozen=True)
class Shape:
    """What a deployment is made of; `told` are settings of one kind of part, `settings` those of all."""

    webs: int = 2
    workers: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@contextmanager
def deployed(
    folder: Path, database_url: str, shape: Shape | None = None, redis: OwnRedis | None = None
) -> Iterator[Parts]:
    """All of it, ready; with a Redis of its own where none is given."""
    upgrade(database_url)
    with ExitStack() as stack:
        own = redis or stack.enter_context(started_own_redis(folder / "redis"))
        parts = _parts(folder, database_url, shape or Shape(), own)
        for part in parts.all:
            stack.callback(ended, part)
            part.launch()
        for web in parts.webs:
            wait_until(web.answers, SECONDS_TO_START)
            parts.apis.append(Api(web.url))
            stack.callback(parts.apis[-1].close)
        yield parts


def _parts(folder: Path, database_url: str, shape: Shape, own: OwnRedis) -> Parts:
    common = {
        "database_url": database_url,
        "redis_url": own.url,
        "lease_seconds": f"{LEASE_SECONDS:g}",
        **shape.settings,
    }

    def told(command: str, **more: str) -> dict[str, str]:
        return environment(folder, **{**common, **shape.told.get(command, {}), **more})

    def part(command: str, name: str) -> Part:
        return Part(command, told(command), folder / f"{name}.log")

    webs = [
        Web("web", told("web", port=str(port)), folder / f"web{number}.log", port=port)
        for number, port in enumerate(free_ports(shape.webs))
    ]
    workers = [part("worker", f"worker{number}") for number in range(shape.workers)]
    return Parts(own, webs, workers, part("scheduler", "scheduler"))


def ended(part: Part) -> None:
    if part.process is not None and part.process.poll() is None:
        part.process.send_signal(signal.SIGCONT)
        part.process.send_signal(signal.SIGTERM)
        try:
            part.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            part.process.kill()
            part.process.wait()
            raise


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
