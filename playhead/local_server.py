"""The server of a data folder: the one that runs, else one that a command brings up for itself."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from types import TracebackType
from typing import IO, Final, Self
from urllib.parse import urlsplit

from playhead.instance import find_instance
from playhead.processes import spawn
from playhead.readiness import why_not_ready
from playhead.settings import Settings

SECONDS_TO_START: Final = 60.0
SECONDS_TO_STOP: Final = 45.0  # its workers drain for 25, Redis has 10
POLL_SECONDS: Final = 0.05


class NoServerError(Exception):
    """There is no server and none can be brought up. The text is one line with the reason."""


class LocalServer:
    """Finds the server of the settings' data folder, or starts one; at the end of the block, stops what it started.

    What a server that it started executes may end first, unless the block ends by Ctrl-C.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (closed at the end of the block)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop(patient=kind is None or not issubclass(kind, KeyboardInterrupt))
        self._output.close()

    def url(self) -> str:
        """Gives the address of a server that is ready, waiting for one that starts.

        Raises:
            NoServerError: it did not become ready within 60 s, or could not start.
        """
        deadline = time.monotonic() + SECONDS_TO_START
        reason = "it did not start"
        while time.monotonic() < deadline:
            instance = find_instance(self._settings.data_dir)
            if instance is None:
                self._start_or_explain()
            else:
                address = urlsplit(instance.url)
                found = why_not_ready(address.hostname or "", address.port or 80)
                if found is None:
                    return instance.url
                reason = found
            time.sleep(POLL_SECONDS)
        raise NoServerError(f"the server is not ready after {SECONDS_TO_START:.0f} s: {reason}")

    def _stop(self, *, patient: bool) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM if patient else signal.SIGINT)
        try:
            process.wait(SECONDS_TO_STOP if patient else 1.0)
        except subprocess.TimeoutExpired:
            for _ in range(2):  # a second Ctrl-C makes it kill what is left
                process.send_signal(signal.SIGINT)
                time.sleep(POLL_SECONDS)
            process.wait(SECONDS_TO_STOP)

    def _start_or_explain(self) -> None:
        if self._process is None:
            here = self._settings.model_copy(update={"host": "127.0.0.1", "port": 0})
            self._process = spawn(
                [sys.executable, "-P", "-m", "playhead", "up"],
                env={**os.environ, **here.environment()},
                new_session=True,  # Ctrl-C cancels the run first; the server has to be there for that
                death_signal=signal.SIGTERM,
                output=self._output.fileno(),
            )
        elif self._process.poll() is not None:
            self._process = None
            raise NoServerError(f"the server did not start: {self._last_words()}")

    def _last_words(self) -> str:
        self._output.seek(0)
        lines = self._output.read().decode(errors="replace").strip().splitlines()
        return lines[-1].removeprefix("playhead: ") if lines else "it wrote nothing"
