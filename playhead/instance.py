"""The one server of a data folder: the lock that keeps a second one out, and the address found through it."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final

from playhead.start_error import StartError

LOCK_NAME: Final = "playhead.lock"
SECONDS_TO_SETTLE: Final = 1.0  # a look holds the lock for a moment; a start writes its address just after it


@dataclass(frozen=True)
class Instance:
    """A server that runs on a data folder: its supervisor's process id, its address, its Redis."""

    pid: int
    url: str
    redis_url: str


def find_instance(data_dir: Path) -> Instance | None:
    """The server that runs on this data folder, None where none does. Creates nothing."""
    path = data_dir / LOCK_NAME
    deadline = time.monotonic() + SECONDS_TO_SETTLE
    while path.exists():
        with path.open() as file:
            if _lock(file, fcntl.LOCK_SH):
                return None
            text = file.read()
        if text or time.monotonic() > deadline:
            return Instance(**json.loads(text)) if text else None
        time.sleep(0.02)
    return None


def refuse_second(data_dir: Path) -> None:
    """Raises StartError, naming the other, where a server runs on this data folder. Creates nothing."""
    if other := find_instance(data_dir):
        raise _already_running(data_dir, other)


@contextmanager
def sole_instance(data_dir: Path, *, url: str, redis_url: str) -> Iterator[None]:
    """Holds the data folder's lock, which ends with the process however it dies; makes the folder.

    Raises:
        StartError: another process holds it, or the folder cannot be made or written to.
    """
    with _open_lock(data_dir) as file:
        deadline = time.monotonic() + SECONDS_TO_SETTLE
        while not _lock(file, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise _already_running(data_dir, find_instance(data_dir))
            time.sleep(0.02)
        file.truncate(0)
        file.write(json.dumps(asdict(Instance(os.getpid(), url, redis_url))))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _lock(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open_lock(data_dir: Path) -> IO[str]:
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (data_dir / LOCK_NAME).open("a+")
    except OSError as error:
        raise StartError(f"PLAYHEAD_DATA_DIR: {data_dir} cannot be used ({error.strerror})") from error


def _already_running(data_dir: Path, other: Instance | None) -> StartError:
    where = f"at {other.url} (process {other.pid})" if other else "and is just starting or stopping"
    return StartError(
        f"Playhead already runs on {data_dir}, {where}: stop it, or set another PLAYHEAD_DATA_DIR"
    )
