"""What the threads of one process that work on one run share: they queue for it, and what they ask is decided together."""

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakValueDictionary

from db.ids import new_id
from engine.commands import Command
from engine.decision import (
    Answer,
    Claim,
    Decision,
    Given,
    GoOn,
    IllegalCommand,
    RunCanceling,
    Started,
    Values,
)
from engine.ports import Interrupted
from engine.state import RunState
from workers.abandoned import Abandoned, TakenAway
from workers.group import taken_lock
from workers.tokens import new_token

_MOST = 64
"""So many commands are written at once; their events are one message."""


@dataclass(slots=True, eq=False, kw_only=True)
class Asked:
    """A command about a run that a thread waits for.

    Attributes:
        command: What to ask of the run.
        held: The attempt that the command is about, where this worker holds one.
        keep: Whether the thread goes on with one of the executions that become ready.
        values: What the thread knows of the run.
        answer: What the latest decision made of it.
        decision: The decision that it is part of, once that is written.
        refused: Why there will be none.
        turn: Released when the thread may go on, or is to settle its command itself.
    """

    command: Command
    held: Started | None
    keep: bool
    values: Values
    answer: Answer = None
    decision: Decision | None = None
    refused: Exception | None = None
    turn: threading.Lock = field(default_factory=taken_lock)

    @property
    def settled(self) -> bool:
        """Whether its thread may go on."""
        return self.decision is not None or self.refused is not None

    def check_held(self, state: RunState) -> bool:
        """Say whether the attempt still is this worker's; one that is not is refused."""
        if self.held is None:
            return True
        live = state.find(self.held.path, self.held.activity.key)
        if live is not None and live.id == self.held.id and live.token == self.held.token:
            return True
        self.refused = TakenAway(f"{self.held.id} is no longer held by this worker")
        return False

    def given(self, now: datetime, state: RunState, worker: str, go_on: GoOn | None) -> Given:
        """Give what its decision may use, if it is made on this state."""
        jitter = random.random()  # noqa: S311 - spreads retries, decides nothing
        claim = Claim(token=new_token(state), worker=worker) if self.keep else None
        return Given(now=now, new_id=new_id, values=self.values, jitter=jitter, claim=claim, go_on=go_on)

    def outcome(self) -> tuple[Decision, Started | None]:
        """Give the decision that was written, and the attempt that this thread holds by it.

        Raises:
            Abandoned: The attempt is another's, or the command did not fit.
            OutageError: The database did not answer.
            Interrupted: The command would begin something, and the run is canceling.
        """
        if self.refused is not None:
            raise self.refused
        if isinstance(self.answer, RunCanceling):
            raise Interrupted from self.answer
        if isinstance(self.answer, IllegalCommand):
            raise Abandoned(str(self.answer)) from self.answer
        if self.decision is None:
            raise RuntimeError(f"{self.command} was not settled")
        return self.decision, self.answer


def still_held(together: Sequence[Asked], state: RunState) -> list[Asked]:
    """Give those that are yet to be settled in this state; an attempt that is another's by now is refused."""
    return [one for one in together if not one.settled and one.check_held(state)]


class SharedRun:
    """A run in the hands of this process: `lock` is held from a decision to its commit, `state` is the newest known."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.state: RunState | None = None
        self._queue = threading.Lock()
        self._waiting: list[Asked] = []
        self._leading = False

    def settle(self, own: Asked, commit: Callable[[Sequence[Asked]], None]) -> None:
        """Have a command settled: by this thread, with what others ask meanwhile, or by one of theirs.

        Args:
            own: What this thread asks.
            commit: Settles commands, a thread's own first; what it leaves, its threads settle themselves.

        Raises:
            Exception: What `commit` raised in this thread.
        """
        with self._queue:
            self._waiting.append(own)
            follows, self._leading = self._leading, True
        if follows:
            own.turn.acquire()
        if own.settled:
            return
        together = self._take(own)
        try:
            with self.lock:
                commit(together)
        finally:
            self._hand_over()
            for one in together[1:]:
                one.turn.release()

    @property
    def waiting(self) -> int:
        """How many commands wait for another thread's write."""
        return len(self._waiting)

    def _take(self, own: Asked) -> list[Asked]:
        with self._queue:
            others = [one for one in self._waiting if one is not own]
            self._waiting = others[_MOST - 1 :]
        return [own, *others[: _MOST - 1]]

    def _hand_over(self) -> None:
        with self._queue:
            if self._waiting:
                self._waiting[0].turn.release()
            else:
                self._leading = False


class RunStates:
    """The runs that threads of this process work on; one that nobody works on any more is forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: WeakValueDictionary[str, SharedRun] = WeakValueDictionary()

    def of(self, run_id: str) -> SharedRun:
        """Give what this process shares of a run; the caller keeps it for as long as it works on the run."""
        with self._lock:
            found = self._runs.get(run_id)
            if found is None:
                found = self._runs[run_id] = SharedRun()
            return found
