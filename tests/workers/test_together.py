"""Threads of one process that ask things of one run at the same time: decided together, written at once, each answered."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from db.database import Database
from engine.commands import Command, CompleteExecution, LogLine, StartExecution
from engine.decision import Started
from tests.engine.simulation import activity, edge, workflow
from tests.waiting import wait_until
from tests.workers.harness import Harness, check_invariants
from workers.abandoned import Abandoned
from workers.run_session import RunSession


class Asking(threading.Thread):
    """A thread that completes what it holds, and what came of that."""

    def __init__(self, session: RunSession, held: Started, command: Command | None = None) -> None:
        super().__init__()
        self.session, self.held = session, held
        self.command = command or CompleteExecution(
            path=held.path, key=held.activity.key, outputs={"value": 1}, exit="next"
        )
        self.following: Started | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self.following = self.session.commit(self.command, self.held, keep=True)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            self.error = error


class Crowd:
    """A run with several activities executing at once, each held by a session of its own."""

    def __init__(self, harness: Harness, count: int) -> None:
        self.harness, self.writes = harness, 0
        keys = [f"a{number}" for number in range(count)]
        ways = [edge("trigger", key) for key in keys] + [edge(key, "join") for key in keys]
        join = activity(
            "join", "random_number", min=1, max=6
        )  # asks something of the world: it is not gone on with
        definition = workflow([*(activity(key) for key in keys), join], ways)
        self.run_id = harness.begin(harness.publish(definition)).run.id
        self.shared = harness.sessions.states.of(self.run_id)
        self.asking = [Asking(session, held) for session, held in map(self._held, keys)]
        harness.hints.clear()
        harness.before_write = self._count

    def _held(self, key: str) -> tuple[RunSession, Started]:
        run_id, execution_id = self.harness.hints.popleft()
        session = self.harness.sessions.open(run_id)
        assert session is not None
        assert session.place_of(execution_id) is not None
        held = session.commit(StartExecution(path="", key=key), None, keep=True)
        assert held is not None and held.activity.key == key
        return session, held

    def _count(self, writes: Any) -> None:
        self.writes += len(writes)

    @contextmanager
    def while_one_writes(self) -> Iterator[None]:
        """Hold back the first write until the others wait for it."""
        go_on, begun = threading.Event(), threading.Event()

        def wait(writes: Any) -> None:
            self._count(writes)
            begun.set()
            assert go_on.wait(20)

        self.harness.before_write = wait
        self.asking[0].start()
        assert begun.wait(20)
        self.harness.before_write = self._count
        yield
        for one in self.asking[1:]:
            one.start()
        wait_until(lambda: self.shared.waiting == len(self.asking) - 1)
        go_on.set()
        for one in self.asking:
            one.join(20)


@pytest.fixture
def harness(database: Database) -> Harness:
    return Harness(database)


def test_what_comes_while_one_writes_is_written_at_once(harness: Harness) -> None:
    crowd = Crowd(harness, 8)
    with crowd.while_one_writes():
        pass
    assert crowd.writes == 2
    assert [one.error for one in crowd.asking] == [None] * 8
    (last,) = [one.following for one in crowd.asking if one.following is not None]
    assert last.activity.key == "join"
    assert harness.row(crowd.run_id).credits_used == 8
    check_invariants(harness, crowd.run_id)


def test_one_that_is_held_no_more_is_abandoned_alone(harness: Harness) -> None:
    crowd = Crowd(harness, 4)
    taken = crowd.asking[2]
    taken.held = Started(
        **{name: getattr(taken.held, name) for name in taken.held.__slots__} | {"token": "another's"}
    )
    with crowd.while_one_writes():
        pass
    assert isinstance(taken.error, Abandoned)
    assert [one.error for one in crowd.asking if one is not taken] == [None] * 3
    assert crowd.writes == 2
    assert harness.row(crowd.run_id).credits_used == 3


def test_one_that_does_not_fit_is_abandoned_alone(harness: Harness) -> None:
    crowd = Crowd(harness, 4)
    crowd.asking[1].command = CompleteExecution(path="", key="join", outputs={}, exit="next")
    with crowd.while_one_writes():
        pass
    assert isinstance(crowd.asking[1].error, Abandoned)
    assert [one.error for one in crowd.asking[2:]] == [None] * 2
    assert crowd.writes == 2
    assert harness.row(crowd.run_id).credits_used == 3


@pytest.mark.parametrize("at", [1, 2, 3])
def test_one_that_cannot_be_written_fails_in_its_own_thread_alone(harness: Harness, at: int) -> None:
    crowd = Crowd(harness, 4)
    unwritable: Any = object()
    crowd.asking[at].command = CompleteExecution(
        path="", key=f"a{at}", outputs={"value": unwritable}, exit="next"
    )
    with crowd.while_one_writes():
        pass
    assert isinstance(crowd.asking[at].error, TypeError)
    assert [one.error for one in crowd.asking if one is not crowd.asking[at]] == [None] * 3
    assert harness.row(crowd.run_id).credits_used == 3
    check_invariants(harness, crowd.run_id)


def test_those_who_miss_the_fence_together_are_decided_again_together(harness: Harness) -> None:
    crowd = Crowd(harness, 4)
    other = Harness(harness.database)
    with crowd.while_one_writes():
        session = other.sessions.open(crowd.run_id)
        assert session is not None
        session.report(crowd.asking[3].held, LogLine(path="", key="a3", level="info", message="I was here"))
    assert [one.error for one in crowd.asking] == [None] * 4
    assert crowd.writes == 3
    assert harness.row(crowd.run_id).credits_used == 4
