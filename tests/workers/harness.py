"""A worker without its process: the real chain, group and database; hints go into a deque, ports are fakes."""

import random
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from db.database import Database
from db.finish import finish
from db.ids import DEFAULT_WORKSPACE
from db.records import Actor
from db.start import Start, Started, start_run
from db.terms import Terms
from db.workflows import create_workflow
from db.writing import RunWrite
from engine.event_record import EventRecord
from engine.model import Models
from engine.ports import HttpRequest, HttpResponse, Log, Ports
from tests.engine.research.fakes import FakeModels, FakePages, FakeSearch
from tests.waiting import wait_until
from tests.workers.folded import check_folding
from workers.chain import Chain
from workers.group import CommitGroup
from workers.performing import Performer
from workers.ports.trace import AttemptTrace, Tell
from workers.run_session import Sessions

USER = Actor(kind="USER", id=None, name="somebody")
TERMS = Terms(tariff="classic")


class FakeHttp:
    """Answers each request with the next of the given answers; keeps what it was asked."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse] | None = None) -> None:
        self.requests: list[HttpRequest] = []
        self._answer = answer

    def send(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        if self._answer is None:
            raise AssertionError("no request was expected")
        return self._answer(request)


class FakeClock:
    """A clock that the test sets."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FakeRandom:
    """Draws these, then always the lowest."""

    def __init__(self) -> None:
        self.draws: list[int] = []

    def whole(self, low: int, high: int) -> int:
        return self.draws.pop(0) if self.draws else low

    def between(self, low: float, high: float) -> float:
        return low


class NoRecords:
    """Records that are empty."""

    def find(self, object_name: str, conditions: Any, sort: Any, limit: int) -> Sequence[Mapping[str, Any]]:
        return []

    def get(self, record_id: str) -> Mapping[str, Any] | None:
        return None


class FakeLeases:
    """Remembers what is held."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}
        self.given_up: set[str] = set()

    def hold(self, execution_id: str, token: str) -> None:
        self.held[execution_id] = token

    def release(self, execution_id: str) -> None:
        self.held.pop(execution_id, None)

    def lost(self, execution_id: str) -> bool:
        return execution_id in self.given_up


class Harness:
    """One worker on a real database."""

    def __init__(self, database: Database, *, http: FakeHttp | None = None, records: Any = None) -> None:
        self.database, self.http, self.records = database, http or FakeHttp(), records or NoRecords()
        self.search, self.pages = FakeSearch(), FakePages()
        self.models: Models = FakeModels()
        self.random = FakeRandom()
        self.hints: deque[tuple[str, str]] = deque()
        self.published: list[EventRecord] = []
        self.leases, self.draining = FakeLeases(), threading.Event()
        self.before_write: Callable[[Sequence[RunWrite]], None] = lambda writes: None
        self.after_write: Callable[[Sequence[RunWrite]], None] = lambda writes: None
        self.sessions = Sessions(
            database=database,
            group=CommitGroup(self._write, self._publish),
            publish=self._publish,
            wake=self._wake,
            lost=self.leases.lost,
            worker="test:1:a",
            lease_seconds=30,
            terms=TERMS,
        )
        self.chain = Chain(
            sessions=self.sessions,
            leases=self.leases,
            performer=Performer(ports_for=self._ports),
            draining=self.draining,
        )

    def _write(self, writes: Sequence[RunWrite]) -> set[str]:
        self.before_write(writes)
        accepted = finish(self.database, writes)
        self.after_write(writes)
        return accepted

    def _publish(self, writes: Sequence[RunWrite]) -> None:
        self.published += [event for write in writes for event in write.events]

    def _wake(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.hints.extend(pairs)

    @contextmanager
    def _ports(
        self,
        *,
        run_id: str,
        workspace_id: str,
        timeout_seconds: float,
        log: Log,
        tell: Tell,
        lost: Callable[[], bool],
    ) -> Iterator[Ports]:
        yield Ports(
            http=self.http,
            records=self.records,
            clock=FakeClock(),
            random=self.random,
            search=self.search,
            pages=self.pages,
            models=self.models,
            trace=AttemptTrace(tell),
            log=log,
        )

    def publish(self, definition: Mapping[str, Any], name: str = "Test") -> str:
        return create_workflow(
            self.database,
            DEFAULT_WORKSPACE,
            USER,
            name=name,
            description=None,
            definition=definition,
            publish=True,
        ).id

    def begin(self, workflow_id: str, payload: Any = None, key: str | None = None) -> Started:
        wish = Start(
            workflow_id=workflow_id,
            payload=payload if payload is not None else {},
            actor=USER,
            terms=TERMS,
            idempotency_key=key,
        )
        started = start_run(self.database, DEFAULT_WORKSPACE, wish)
        self.published += started.events
        self.hints.extend(started.pending)
        return started

    def work(self, choose: random.Random | None = None) -> None:
        """Take hints, the oldest first or any, until none is left."""
        while self.hints:
            if choose is not None:
                self.hints.rotate(choose.randrange(len(self.hints)))
            self.chain.perform(*self.hints.popleft())

    def work_together(self, hints: Sequence[tuple[str, str]]) -> None:
        """Take hints of one run in a thread each; what they ask while the first one writes is written at once."""
        shared, go_on = self.sessions.states.of(hints[0][0]), threading.Event()
        threads = [threading.Thread(target=self.chain.perform, args=hint) for hint in hints]
        writing: list[threading.Thread] = []

        def wait(writes: Sequence[RunWrite]) -> None:
            if not writing:
                writing.append(threading.current_thread())
                assert go_on.wait(20)

        self.before_write = wait
        for one in threads:
            one.start()
            wait_until(lambda: writing or not any(each.is_alive() for each in threads if each.ident))
        wait_until(lambda: shared.waiting >= sum(one.is_alive() for one in threads) - len(writing))
        go_on.set()
        for one in threads:
            one.join(20)
        self.before_write = lambda writes: None

    def run(self, definition: Mapping[str, Any], payload: Any = None) -> str:
        """Publish, start and work; give the run's id."""
        run_id = self.begin(self.publish(definition), payload).run.id
        self.work()
        return run_id

    # -- looking

    def query(self, statement: str, **values: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.execute(text(statement), values).all())

    def row(self, run_id: str) -> Any:
        return self.query("SELECT * FROM run WHERE id = :id", id=run_id)[0]

    def statuses(self, run_id: str) -> dict[str, str]:
        rows = self.query(
            "SELECT path, key, status FROM activity_execution WHERE run_id = :id ORDER BY created_seq",
            id=run_id,
        )
        return {f"{row.path}/{row.key}".removeprefix("/"): row.status for row in rows}

    def types(self, run_id: str) -> list[str]:
        return [
            row.type
            for row in self.query("SELECT type FROM run_event WHERE run_id = :id ORDER BY seq", id=run_id)
        ]


def check_invariants(harness: Harness, run_id: str) -> None:
    """What holds of every run at every moment: seq without gaps, credits as the executions and the ledger say."""
    run = harness.row(run_id)
    seqs = [
        row.seq
        for row in harness.query("SELECT seq FROM run_event WHERE run_id = :id ORDER BY seq", id=run_id)
    ]
    assert seqs == list(range(1, run.last_seq + 1))
    executions = harness.query(
        "SELECT status, credits_used FROM activity_execution WHERE run_id = :id", id=run_id
    )
    assert run.credits_used == sum(row.credits_used for row in executions)
    assert all(row.status == "COMPLETED" or row.credits_used == 0 for row in executions)
    ledger = harness.query("SELECT amount FROM credit_entry WHERE run_id = :id", id=run_id)
    assert run.credits_used == sum(row.amount for row in ledger)
    published = [event.seq for event in harness.published if event.run_id == run_id]
    assert sorted(set(published)) == seqs
    check_folding(harness.database, run_id)
