"""A model-based test of whole runs: hypothesis chooses what happens next, the judge says whether what came of it is right.

Two workers on one database take hints, lose them, are sent them twice, die around their commits and come back; users
start runs, cancel them, pause and publish. After every step each run's invariants hold; in the end every run ends, and
the judge, who knows the graph rules and no line of the engine, finds nothing wrong with it.
"""

import random
from collections.abc import Sequence
from typing import Any

import orjson
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db.cancel import cancel_run
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.recovery import lose_attempt
from db.workflows import pause_workflow, resume_workflow
from db.writing import RunWrite
from engine.errors import Refused
from engine.ports import HttpRequest, HttpResponse
from tests.engine.judge import Ended, Execution, Iteration, judge, judge_order
from tests.engine.random_workflows import workflows
from tests.workers.folded import check_folding
from tests.workers.harness import USER, FakeHttp, Harness
from tests.workers.outcomes import with_outcomes


class Crash(BaseException):
    """The worker dies here."""


class RunMachine(RuleBasedStateMachine):
    """Runs of one random workflow, in whatever order things happen. Subclasses say on which database."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        http = FakeHttp(self.answer)
        self.workers = [Harness(self.database, http=http), Harness(self.database, http=http)]
        for worker in self.workers[1:]:
            worker.hints = self.workers[0].hints
        self.runs: list[str] = []
        self.final: dict[str, tuple[Any, ...]] = {}
        self.canceled: set[str] = set()
        self.folded: dict[str, int] = {}
        self.paused = False

    @initialize(
        definition=workflows(), seed=st.integers(0, 2**16), failures=st.sampled_from([0.0, 0.15, 0.4])
    )
    def publish(self, definition: dict[str, Any], seed: int, failures: float) -> None:
        self.definition = with_outcomes(definition, seed, failures, waiting=True)
        self.answers = random.Random(seed)
        self.failures = failures
        self.workflow_id = self.workers[0].publish(self.definition)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer a request of a workflow, or be too busy to."""
        status = 503 if self.answers.random() < self.failures else 200
        return HttpResponse(status=status, headers={}, body=b"", truncated=False)

    # -- what users do

    @rule()
    def start(self) -> None:
        if len(self.runs) == 3:
            return
        try:
            self.runs.append(self.workers[0].begin(self.workflow_id).run.id)
        except Refused as refusal:
            assert self.paused and refusal.problems[0].code == "NOT_LIVE"
        else:
            assert not self.paused

    @precondition(lambda self: self.runs)
    @rule(choose=st.randoms(use_true_random=False))
    def cancel(self, choose: random.Random) -> None:
        run_id = choose.choice(self.runs)
        receipt = cancel_run(self.database, DEFAULT_WORKSPACE, run_id, USER)
        assert receipt is not None
        if receipt.error is None:
            self.canceled.add(run_id)
        else:
            assert receipt.error.code == "RUN_ALREADY_ENDED" and receipt.run.ended_at is not None

    @rule()
    def pause_or_resume(self) -> None:
        change = resume_workflow if self.paused else pause_workflow
        change(self.database, DEFAULT_WORKSPACE, self.workflow_id)
        self.paused = not self.paused

    # -- what the queue does

    @precondition(lambda self: self.workers[0].hints)
    @rule()
    def lose_a_hint(self) -> None:
        self.workers[0].hints.popleft()

    @precondition(lambda self: self.workers[0].hints)
    @rule()
    def double_a_hint(self) -> None:
        self.workers[0].hints.append(self.workers[0].hints[0])

    # -- what workers do

    @precondition(lambda self: self.workers[0].hints)
    @rule(which=st.integers(0, 1))
    def work(self, which: int) -> None:
        self._perform(which)

    @precondition(lambda self: self.workers[0].hints)
    @rule(which=st.integers(0, 1), commits=st.integers(0, 3), after=st.booleans())
    def work_and_die(self, which: int, commits: int, after: bool) -> None:
        """Die before or after the commit of this number."""
        worker, left = self.workers[which], [commits]

        def die(writes: Sequence[RunWrite]) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Crash

        hook = "after_write" if after else "before_write"
        setattr(worker, hook, die)
        try:
            self._perform(which)
        finally:
            setattr(worker, hook, _nothing)

    @precondition(lambda self: self.workers[0].hints)
    @rule(
        which=st.integers(0, 1),
        commits=st.integers(0, 3),
        happens=st.lists(st.sampled_from(["sweep", "work", "cancel"]), min_size=1, max_size=3),
    )
    def work_while_others_do(self, which: int, commits: int, happens: list[str]) -> None:
        """Let others come between a decision and its write: the one who decided may be a zombie when it writes."""
        worker, left = self.workers[which], [commits]
        run_id = self.workers[0].hints[0][0]

        def interfere(writes: Sequence[RunWrite]) -> None:
            left[0] -= 1
            if left[0] == -1:
                for one in happens:
                    self._happen(one, 1 - which, run_id)

        worker.before_write = interfere
        try:
            self._perform(which)
        finally:
            worker.before_write = _nothing

    @precondition(lambda self: self.workers[0].hints)
    @rule(which=st.integers(0, 1), most=st.integers(2, 4))
    def work_together(self, which: int, most: int) -> None:
        """Let threads of one worker ask of one run what is decided and written at once."""
        hints, run_id = self.workers[0].hints, self.workers[0].hints[0][0]
        taken = [hint for hint in dict.fromkeys(hints) if hint[0] == run_id][:most]
        for hint in taken:
            hints.remove(hint)
        self.workers[which].work_together(taken)

    def _happen(self, what: str, other: int, run_id: str) -> None:
        if what == "sweep":
            self.sweep()
        elif what == "work" and self.workers[0].hints:
            self._perform(other)
        elif what == "cancel":
            receipt = cancel_run(self.database, DEFAULT_WORKSPACE, run_id, USER)
            if receipt is not None and receipt.error is None:
                self.canceled.add(run_id)

    @rule()
    def sweep(self) -> None:
        """Hint at what is ready or due, and take from the dead what they held. A lease that ran out is anybody's to end."""
        rows = self.workers[0].query(
            "SELECT id, run_id, status, token FROM activity_execution WHERE ended_at IS NULL"
        )
        for row in (each for each in rows if each.run_id in self.runs):
            if row.status != "RUNNING":
                self.workers[0].hints.append((row.run_id, row.id))
            elif row.token is not None:
                recovered = lose_attempt(self.database, row.run_id, row.id, row.token)
                self.workers[0].hints.extend(recovered.pending if recovered is not None else ())

    def _perform(self, which: int) -> None:
        hint = self.workers[0].hints.popleft()
        try:
            self.workers[which].chain.perform(*hint)
        except Crash:
            self.workers[which].leases.held.clear()

    # -- what holds after every step

    @invariant()
    def every_run_adds_up(self) -> None:
        for run_id in self.runs:
            run = self.workers[0].row(run_id)
            events = self.workers[0].query(
                "SELECT seq, type, data FROM run_event WHERE run_id = :id ORDER BY seq", id=run_id
            )
            assert [event.seq for event in events] == list(range(1, run.last_seq + 1))
            judge_order((event.type, _json(event.data)) for event in events)
            self._adds_up(run_id, run)
            if self.folded.get(run_id) != run.last_seq:
                check_folding(self.database, run_id)
                self.folded[run_id] = run.last_seq

    def _adds_up(self, run_id: str, run: Any) -> None:
        rows = self.workers[0].query("SELECT * FROM activity_execution WHERE run_id = :id", id=run_id)
        ledger = self.workers[0].query("SELECT amount FROM credit_entry WHERE run_id = :id", id=run_id)
        assert run.credits_used == sum(row.credits_used for row in rows) == sum(row.amount for row in ledger)
        for row in rows:
            if row.status in ("COMPLETED", "FAILED", "CANCELED"):
                assert self.final.setdefault(row.id, tuple(row)) == tuple(row), "a final row never changes"

    # -- how it ends

    def teardown(self) -> None:
        for _ in range(300):
            if all(self.workers[0].row(run_id).ended_at is not None for run_id in self.runs):
                break
            self.sweep()
            while self.workers[0].hints:
                self._perform(0)
        for run_id in self.runs:
            assert self.workers[0].row(run_id).ended_at is not None, "every run ends"
            self._adds_up(run_id, self.workers[0].row(run_id))
            judge(ended(self.workers[0], run_id, self.definition))
            assert (self.workers[0].row(run_id).status == "CANCELED") == (run_id in self.canceled)


def _nothing(writes: Sequence[RunWrite]) -> None:
    del writes


def ended(harness: Harness, run_id: str, definition: dict[str, Any]) -> Ended:
    """Tell the judge of a run in the database."""
    run = harness.row(run_id)
    executions = tuple(
        Execution(
            row.path, row.key, row.status, row.exit, row.credits_used, _json(row.outputs), _code(row.error)
        )
        for row in harness.query("SELECT * FROM activity_execution WHERE run_id = :id", id=run_id)
    )
    iterations = tuple(
        Iteration(row.path, row.status, row.credits_used)
        for row in harness.query("SELECT * FROM loop_iteration WHERE run_id = :id", id=run_id)
    )
    canceled = "RunCancelRequested" in harness.types(run_id)
    return Ended(definition, run.status, run.credits_used, canceled, executions, iterations)


def _code(error: Any) -> str | None:
    return None if error is None else str(_json(error)["code"])


def _json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str) else value
