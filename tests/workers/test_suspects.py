"""An activity that kills its worker each time ends alone: what executes beside it is lost with it twice at most."""

import threading
from collections.abc import Iterator

import pytest

from db.database import Database
from db.recovery import lose_attempt
from engine.ports import HttpRequest, HttpResponse
from tests.engine.simulation import activity, edge, workflow
from tests.waiting import wait_until
from tests.workers.harness import FakeHttp, Harness
from workers.suspects import SUSPECT_AFTER, Suspects

OK = HttpResponse(status=200, headers={}, body=b"", truncated=False)
THREADS = 8


def calling(path: str) -> dict[str, object]:
    return workflow(
        [
            activity("call", "http_request", method="POST", url=f"https://example.com/{path}"),
            activity("after", expression="1"),
        ],
        [edge("trigger", "call"), edge("call", "after")],
    )


class Killed(BaseException):
    """The worker dies, and this thread with it."""


class Workers:
    """One worker process after the other: poison kills it once all its threads are busy or idle."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.lock = threading.Lock()
        self.deaths = 0
        self.begin()

    def begin(self) -> None:
        self.calling: list[str] = []
        self.told, self.dies = threading.Event(), False
        self.worker = Harness(self.database, http=FakeHttp(self.answer))

    def answer(self, request: HttpRequest) -> HttpResponse:
        with self.lock:
            self.calling.append(request.url)
        assert self.told.wait(30)
        if self.dies:
            raise Killed
        return OK

    def round(self, hints: list[tuple[str, str]]) -> None:
        """Lets as many hints as there are threads be taken at once, until something ends, or the worker dies."""
        self.calling, self.told = [], threading.Event()
        threads = [threading.Thread(target=self.perform, args=hint) for hint in hints[:THREADS]]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(self.calling) >= sum(thread.is_alive() for thread in threads), 30)
        self.dies = any("poison" in url for url in self.calling)
        self.told.set()
        for thread in threads:
            thread.join(30)
        if self.dies:
            self.deaths += 1
            self.begin()

    def perform(self, run_id: str, execution_id: str) -> None:
        try:
            self.worker.chain.perform(run_id, execution_id)
        except Killed:
            return

    def sweep(self) -> list[tuple[str, str]]:
        for row in self.worker.query(
            "SELECT run_id, id, token FROM activity_execution WHERE status = 'RUNNING'"
        ):
            lose_attempt(self.database, row.run_id, row.id, row.token)
        query = "SELECT run_id, id FROM activity_execution WHERE status = 'PENDING' ORDER BY id"
        return [(row.run_id, row.id) for row in self.worker.query(query)]


@pytest.fixture
def workers(database_url: str) -> Iterator[Workers]:
    database = Database(database_url)
    yield Workers(database)
    database.dispose()


@pytest.mark.timeout(120)
def test_a_poison_takes_nothing_with_it_that_executes_beside_it(workers: Workers) -> None:
    harmless = workers.worker.publish(calling("harmless"), "Harmless")
    innocents = [workers.worker.begin(harmless).run.id for _ in range(5)]
    poison = workers.worker.begin(workers.worker.publish(calling("poison"), "Poison")).run.id

    for _ in range(60):
        if not (hints := workers.sweep()):
            break
        workers.round(hints)

    ends = {run_id: workers.worker.row(run_id).status for run_id in (*innocents, poison)}
    assert ends == {**dict.fromkeys(innocents, "COMPLETED"), poison: "FAILED"}
    assert "WORKER_LOST" in str(workers.worker.row(poison).error) and workers.deaths == 5
    query = "SELECT max(attempt) AS most FROM activity_execution WHERE run_id <> :id"
    assert workers.worker.query(query, id=poison)[0].most == SUSPECT_AFTER + 1


def test_one_suspect_at_a_time_and_who_was_turned_away_is_named_at_its_end() -> None:
    suspects = Suspects()

    assert suspects.begin(("run", "exe_1"))
    assert not suspects.begin(("run", "exe_2")) and not suspects.begin(("run", "exe_3"))
    assert suspects.end() == [("run", "exe_2"), ("run", "exe_3")]
    assert suspects.begin(("run", "exe_2")) and suspects.end() == []


def test_a_suspects_chain_ends_with_it_and_others_are_told(workers: Workers) -> None:
    harness = Harness(workers.database, http=FakeHttp(lambda request: OK))
    run_id, execution_id = harness.begin(harness.publish(calling("harmless"))).pending[0]
    for _ in range(SUSPECT_AFTER):
        dying = Harness(workers.database, http=FakeHttp(_dies))
        with pytest.raises(Killed):
            dying.chain.perform(run_id, execution_id)
        workers.sweep()
    harness.chain.suspects.begin(("run", "exe_other"))

    harness.hints.clear()
    harness.chain.perform(run_id, execution_id)
    assert harness.statuses(run_id) == {"call": "PENDING"}, "another suspect executes"
    harness.hints.extend(harness.chain.suspects.end())
    harness.chain.perform(*harness.hints.popleft())

    assert harness.statuses(run_id) == {"call": "COMPLETED", "after": "PENDING"}
    assert len(harness.hints) == 1
    harness.work()
    assert harness.row(run_id).status == "COMPLETED"


def _dies(request: HttpRequest) -> HttpResponse:
    raise Killed
