"""The parts of a deployment as processes of their own, each of which a test may stop, kill and start again."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from db.migrations import upgrade
from tests.acceptance.client import Api
from tests.acceptance.servers import environment
from tests.servers import OwnRedis, started_own_redis
from tests.waiting import wait_until

SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 30.0


@dataclass
class Part:
    """A process of `playhead`, told by its environment alone."""

    command: str
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "playhead", self.command],
                stdout=log,
                stderr=log,
                cwd=self.log.parent,
                env=self.environment,
            )

    def end(self, how: signal.Signals) -> None:
        """Ends the process, kindly or not."""
        assert self.process is not None and self.process.poll() is None, self.log.read_text()
        self.process.send_signal(how)
        code = self.process.wait(SECONDS_TO_STOP)
        assert code in (0, -how), self.log.read_text()


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
    """A deployment: a Redis, two web processes, a worker and a scheduler."""

    redis: OwnRedis
    webs: list[Web]
    others: list[Part]
    apis: list[Api] = field(default_factory=list)


@contextmanager
def deployed(folder: Path, database_url: str) -> Iterator[Parts]:
    """All of it, ready."""
    upgrade(database_url)
    with ExitStack() as stack:
        own = stack.enter_context(started_own_redis(folder / "redis"))
        told = {"database_url": database_url, "redis_url": own.url, "lease_seconds": "2"}
        webs = [
            Web(
                "web",
                environment(folder, port=str(port), **told),
                folder / f"web{number}.log",
                port=port,
            )
            for number, port in enumerate(free_ports(2))
        ]
        others = [
            Part(command, environment(folder, **told), folder / f"{command}.log")
            for command in ("worker", "scheduler")
        ]
        parts = Parts(own, webs, others, [Api(web.url) for web in webs])
        for part in (*webs, *others):
            part.start()
            stack.callback(ended, part)
        for api in parts.apis:
            stack.callback(api.close)
        yield parts


def ended(part: Part) -> None:
    if part.process is not None and part.process.poll() is None:
        part.process.send_signal(signal.SIGTERM)
        part.process.wait(SECONDS_TO_STOP)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
