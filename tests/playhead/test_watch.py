import os
import signal
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from playhead.client import Rejected, Unreachable
from playhead.run_picture import Line, RunPicture
from playhead.watch import Left, Watch
from tests.playhead.updates import execution, run_change, update

Step = dict[str, Any] | None | Exception

START = update(1, "RunQueued", run_change(), status="QUEUED")
FIND = update(2, "ActivityExecutionStarted", execution("find", "RUNNING"))
END = update(3, "RunCompleted", run_change(), status="COMPLETED")
CANCELED = update(3, "RunCanceled", run_change(), status="CANCELED")


class FakeServer:
    """Serves scripted connections, one after another; a step that is an exception is raised."""

    def __init__(self, *connections: list[Step]) -> None:
        self.connections = iter(connections)
        self.asked_after: list[int] = []
        self.canceled: list[str] = []
        self.refuses_cancel: list[dict[str, str]] = []
        self.open = 0

    def connect(self) -> "FakeServer":
        self.open += 1
        return self

    def close(self) -> None:
        self.open -= 1

    def execute(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        self.canceled.append(variables["id"])
        return {"cancelRun": {"errors": self.refuses_cancel}}

    def subscribe(self, document: str, variables: Mapping[str, Any]) -> Iterator[dict[str, Any] | None]:
        self.asked_after.append(variables["after"])
        for step in next(self.connections):
            if isinstance(step, Exception):
                raise step
            yield None if step is None else {"runUpdates": step}


class FakeView:
    """Keeps what it was told; at given ticks it presses Ctrl-C."""

    def __init__(self, interrupts: tuple[int, ...] = ()) -> None:
        self.taken: list[int] = []
        self.notes: list[str] = []
        self._interrupts, self._ticks = interrupts, 0

    def take(self, update: Mapping[str, Any], line: Line | None) -> None:
        self.taken.append(update["seq"])

    def tick(self) -> None:
        self._ticks += 1
        if self._ticks in self._interrupts:
            os.kill(os.getpid(), signal.SIGINT)

    def note(self, text: str) -> None:
        self.notes.append(text)


def watch(server: FakeServer, view: FakeView) -> RunPicture:
    picture = RunPicture("Review")
    Watch(server.connect, "run_1", picture, view).to_the_end()  # type: ignore[arg-type]  # a fake
    return picture


def test_it_follows_a_run_from_its_first_event_to_its_last() -> None:
    server, view = FakeServer([START, None, FIND, END]), FakeView()
    assert watch(server, view).status == "COMPLETED"
    assert view.taken == [1, 2, 3]
    assert (server.asked_after, server.canceled, server.open) == ([0], [], 0)


def test_after_a_lost_connection_it_goes_on_behind_the_last_seq() -> None:
    lost = Unreachable("the connection was lost")
    server, view = FakeServer([START, FIND, lost], [lost], [], [END]), FakeView()
    watch(server, view)
    assert view.taken == [1, 2, 3]
    assert server.asked_after == [0, 2, 2, 2]
    assert server.open == 0


def test_what_the_server_refuses_is_not_tried_again() -> None:
    server = FakeServer([START, Rejected("no such field")])
    with pytest.raises(Rejected, match="no such field"):
        watch(server, FakeView())
    assert (server.asked_after, server.open) == ([0], 0)


def test_without_any_server_it_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playhead.watch.SECONDS_WITHOUT_SERVER", 0.1)
    monkeypatch.setattr("playhead.watch.PAUSE_SECONDS", 0.01)
    connections: list[list[Step]] = [[Unreachable("nobody answers")] for _ in range(1000)]
    server = FakeServer(*connections)
    with pytest.raises(Unreachable, match="nobody answers"):
        watch(server, FakeView())


def test_ctrl_c_cancels_the_run_once_and_follows_it_to_its_end() -> None:
    server, view = FakeServer([START, FIND, None, None, CANCELED]), FakeView(interrupts=(1,))
    assert watch(server, view).status == "CANCELED"
    assert server.canceled == ["run_1"]
    assert view.notes == ["Canceling the run; Ctrl-C again leaves it to itself"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_leaves() -> None:
    server = FakeServer([START, FIND, None, None, CANCELED])
    with pytest.raises(Left):
        watch(server, FakeView(interrupts=(1, 3)))
    assert (server.canceled, server.open) == (["run_1"], 0)


def test_a_run_that_ended_before_the_cancel_is_no_error() -> None:
    server = FakeServer([START, None, END])
    server.refuses_cancel = [{"code": "RUN_ALREADY_ENDED", "message": "The run is COMPLETED."}]
    assert watch(server, FakeView(interrupts=(1,))).status == "COMPLETED"
    server = FakeServer([START, None, END])
    server.refuses_cancel = [{"code": "NOT_FOUND", "message": "There is no such run."}]
    with pytest.raises(Rejected, match="There is no such run"):
        watch(server, FakeView(interrupts=(1,)))
