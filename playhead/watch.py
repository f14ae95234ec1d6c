"""Watches a run from the terminal to its end: reconnects where the connection drops, cancels at Ctrl-C."""

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, Protocol

from playhead.client import Client, Rejected, Unreachable
from playhead.run_picture import UPDATES, Line, RunPicture

SECONDS_WITHOUT_SERVER: Final = 60.0
PAUSE_SECONDS: Final = 0.2

_CANCEL: Final = "mutation Cancel($id: ID!) { cancelRun(id: $id) { errors { code message } } }"
_ALREADY_ENDED: Final = "RUN_ALREADY_ENDED"


class View(Protocol):
    """What shows a run to the person at the terminal."""

    def take(self, update: Mapping[str, Any], line: Line | None) -> None:
        """Shows what an update, already folded into the picture, changed."""
        ...

    def tick(self) -> None:
        """Shows the picture again; called every 0.1 s while nothing happens."""
        ...

    def note(self, text: str) -> None:
        """Shows a line of the command's own."""
        ...


class Left(KeyboardInterrupt):
    """A second Ctrl-C: the person left before the run ended."""


class Watch:
    """Follows one run. `connect` gives a client of a server that is ready, each time anew."""

    def __init__(self, connect: Callable[[], Client], run_id: str, picture: RunPicture, view: View) -> None:
        self._connect = connect
        self._run_id = run_id
        self._picture = picture
        self._view = view
        self._interrupts = 0
        self._cancel_sent = False

    def to_the_end(self) -> None:
        """Returns when the run has ended and the picture holds its last event.

        Raises:
            Left: Ctrl-C came twice.
            Unreachable: no server answered for 60 s.
            Rejected: the server refuses to show or to cancel the run.
        """
        reached = time.monotonic()
        with self._counting_interrupts():
            while not self._picture.ended:
                seq = self._picture.seq
                try:
                    self._follow(self._connect())
                except Unreachable:
                    if self._picture.seq > seq:
                        reached = time.monotonic()
                    if time.monotonic() - reached > SECONDS_WITHOUT_SERVER:
                        raise
                    self._heed_interrupts(None)
                    time.sleep(PAUSE_SECONDS)

    def _follow(self, client: Client) -> None:
        try:
            for update in self._updates(client):
                if update is not None:
                    self._view.take(update, self._picture.take(update))
                self._heed_interrupts(client)
                self._view.tick()
        finally:
            client.close()

    def _updates(self, client: Client) -> Iterator[Mapping[str, Any] | None]:
        variables = {"runId": self._run_id, "after": self._picture.seq}
        for data in client.subscribe(UPDATES, variables):
            yield None if data is None else data["runUpdates"]

    def _heed_interrupts(self, client: Client | None) -> None:
        if self._interrupts > 1:
            raise Left
        if self._interrupts and not self._cancel_sent and client is not None:
            self._view.note("Canceling the run; Ctrl-C again leaves it to itself")
            errors = client.execute(_CANCEL, {"id": self._run_id})["cancelRun"]["errors"]
            self._cancel_sent = True
            if errors and errors[0]["code"] != _ALREADY_ENDED:
                raise Rejected(errors[0]["message"])

    @contextmanager
    def _counting_interrupts(self) -> Iterator[None]:
        before = signal.signal(signal.SIGINT, self._interrupted)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _interrupted(self, _number: int, _frame: FrameType | None) -> None:
        self._interrupts += 1
