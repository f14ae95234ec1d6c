"""Whatever a worker logs while it performs an execution carries the ids of the run and of the execution."""

from typing import Any

from structlog.contextvars import get_contextvars

from db.database import Database
from engine.ports import HttpRequest, HttpResponse
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import FakeHttp, Harness

CALLS = workflow(
    [activity(key, "http_request", method="GET", url=f"https://example.com/{key}") for key in "ab"],
    [edge("trigger", "a"), edge("a", "b")],
)


def test_the_log_of_a_chain_names_the_run_and_the_execution_at_work(migrated_sqlite_url: str) -> None:
    seen: list[dict[str, Any]] = []

    def answer(_: HttpRequest) -> HttpResponse:
        seen.append(dict(get_contextvars()))
        return HttpResponse(status=200, headers={}, body=b"", truncated=False)

    database = Database(migrated_sqlite_url)
    worker = Harness(database, http=FakeHttp(answer))
    run_id = worker.run(CALLS)
    rows = worker.query("SELECT id FROM activity_execution ORDER BY created_seq")
    assert seen == [{"run_id": run_id, "execution_id": row.id} for row in rows]
    assert get_contextvars() == {}
    database.dispose()
