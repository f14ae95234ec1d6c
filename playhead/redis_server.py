"""The private Redis of a data folder: on a socket that only its owner can reach, never on a port."""

import hashlib
import os
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from playhead.processes import spawn
from playhead.redis_binary import find_redis
from playhead.start_error import StartError

LONGEST_SOCKET_PATH: Final = 100  # the system takes 107 bytes; some clients add to the name
OLDEST_VERSION: Final = (6, 2)  # the workers' consumer needs BLMOVE
SECONDS_TO_START: Final = 10.0
SECONDS_TO_STOP: Final = 10.0


class RedisServer:
    """Runs Redis for one data folder. Only the holder of the data folder's lock may start it.

    Its files live in `<data_dir>/redis`, its socket too, or in the system's temporary folder where the path
    would be too long. What it holds are hints: losing it loses no run.
    """

    def __init__(self, data_dir: Path) -> None:
        self.socket = socket_path(data_dir)
        self.url = f"unix://{quote(str(self.socket))}?db=0"
        self._data_dir = data_dir
        self._folder = data_dir / "redis"
        self.origin = ""

    def prepare(self, say: Callable[[str], None]) -> None:
        """Finds the program, makes the folders, and ends a server that an earlier start left on the socket.

        Says so where the program must be fetched.

        Raises:
            StartError: there is no Redis and none can be fetched, a folder belongs to someone else, or a
                server does not let go of the socket.
        """
        binary = find_redis(self._data_dir, say)
        self._program, self.origin = binary.path, binary.origin
        for folder in (self._folder, self.socket.parent):
            _make_private(folder)
        self._clear_socket()

    def spawn(self) -> subprocess.Popen[bytes]:
        """Starts the process, without waiting for it; it keeps what an earlier one wrote."""
        command: list[str | Path] = [self._program, "--port", "0", "--daemonize", "no"]
        command += ["--unixsocket", self.socket, "--unixsocketperm", "700", "--dir", self._folder]
        command += ["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"]
        command += ["--logfile", self._log, "--loglevel", "warning"]
        # A session of its own keeps Ctrl-C away: it is stopped last. SIGTERM lets it write its file out.
        return spawn(command, new_session=True, death_signal=signal.SIGTERM)

    def wait_until_ready(self, running: Callable[[], bool]) -> None:
        """Returns when Redis answers; `running` tells whether its process is still there.

        Raises:
            StartError: it ended, is too old, or did not answer within 10 s.
        """
        deadline = time.monotonic() + SECONDS_TO_START
        while not (version := self._version()):
            if not running() or time.monotonic() > deadline:
                raise StartError(f"Redis ({self._program}) did not start: {self._last_words()}")
            time.sleep(0.01)
        if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_VERSION:
            raise StartError(f"Redis ({self._program}) is {version}; Playhead needs 6.2 or newer")

    def remove_socket(self) -> None:
        """Removes what a stopped server leaves: the socket, and its folder where that is a temporary one."""
        self.socket.unlink(missing_ok=True)
        if self.socket.parent != self._folder and self.socket.parent.exists():
            self.socket.parent.rmdir()

    @property
    def _log(self) -> Path:
        return self._folder / "redis.log"

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=1.0, retry=Retry(NoBackoff(), 0))

    def _version(self) -> str:
        """The version of the server that answers on the socket, or nothing."""
        try:
            with self._client() as client:
                client.ping()  # refused while it still reads its file; the next is not
                return str(client.info("server")["redis_version"])
        except (redis.ConnectionError, redis.TimeoutError):
            return ""

    def _clear_socket(self) -> None:
        """The lock is ours: whatever still answers here is left from a start that was killed."""
        deadline = time.monotonic() + SECONDS_TO_STOP
        while self._version():
            with self._client() as client:
                client.shutdown(nosave=True)
            if time.monotonic() > deadline:
                raise StartError(f"another Redis answers on {self.socket} and does not stop")
            time.sleep(0.02)
        self.socket.unlink(missing_ok=True)

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines() if self._log.exists() else []
        return f"{lines[-1] if lines else 'it wrote nothing'} (log: {self._log})"


def socket_path(data_dir: Path) -> Path:
    """The socket of a data folder's private Redis: always the same one for the same folder."""
    path = data_dir / "redis" / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = f"playhead-{os.getuid()}-{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]}"
    path = Path(tempfile.gettempdir()) / name / "redis.sock"
    return path if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH else Path("/tmp") / name / "redis.sock"  # noqa: S108  (its mode and owner are checked)


def _make_private(folder: Path) -> None:
    """Makes a folder that nobody else can enter; refuses one that somebody else put there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise StartError(f"{folder} belongs to another user: remove it, or set another PLAYHEAD_DATA_DIR")
    folder.chmod(0o700)
