"""Definitions that the tests of the API run, and runs of them."""

import json
from typing import Any

from sqlalchemy import text

from engine.ports import HttpRequest, HttpResponse
from tests.engine.simulation import activity, edge, workflow
from tests.schema.api import Api
from tests.workers.harness import FakeHttp, Harness

CHAIN = workflow(
    [
        activity("a", expression="1 + 1"),
        activity("b", expression="activities.a.value + trigger.payload.n", name="Add"),
    ],
    [edge("trigger", "a"), edge("a", "b")],
)

REVIEW = workflow(
    [
        activity("each", "loop", items="{{ trigger.payload.names }}", name="Each name"),
        activity(
            "keep",
            "create_or_update_record",
            "each",
            object="people",
            matchOn="name",
            values={"name": "{{ loop.item }}"},
        ),
        activity(
            "late",
            "if_else",
            "each",
            match="all",
            conditions=[{"left": "{{ loop.index }}", "operator": "gt", "right": 1}],
        ),
        activity("mark", parent="each", expression="loop.index * 10"),
        activity("count", expression="activities.each.total"),
    ],
    [
        edge("trigger", "each"),
        edge("each", "keep", "each"),
        edge("keep", "late"),
        edge("late", "mark", "true"),
        edge("each", "count"),
    ],
)

WAIT = workflow(
    [activity("wait", "delay", amount=1, unit="hours"), activity("after")],
    [edge("trigger", "wait"), edge("wait", "after")],
)

CALL = workflow(
    [activity("call", "http_request", method="GET", url="https://example.com/x", retry={"maxAttempts": 2})],
    [edge("trigger", "call")],
)


def run(api: Api, definition: dict[str, Any], payload: Any = None) -> str:
    """Publishes a definition, runs it as far as it goes, and gives the run's id."""
    return api.worker.run(definition, payload)


def queued(api: Api, definition: dict[str, Any], payload: Any = None) -> str:
    """Publishes a definition and starts a run that no worker has seen."""
    return api.worker.begin(api.worker.publish(definition), payload).run.id


def calling(api: Api, *statuses: int) -> Harness:
    """A worker whose requests are answered with these statuses, one after the other."""
    answers = iter(statuses)

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(
            status=next(answers),
            headers={"content-type": "application/json"},
            body=b'{"ok": true}',
            truncated=False,
        )

    return Harness(api.database, http=FakeHttp(answer))


def make_due(api: Api, run_id: str) -> None:
    """Lets the time of what waits in a run have come."""
    past = "2026-01-01T00:00:00.000000Z"
    with api.database.write() as session:
        state = json.loads(
            session.execute(text("SELECT state FROM run WHERE id = :id"), {"id": run_id}).scalar_one()
        )
        for scope in state["scopes"].values():
            for live in scope["live"].values():
                live["due_at"] = past
        session.execute(
            text("UPDATE run SET state = :state WHERE id = :id"), {"id": run_id, "state": json.dumps(state)}
        )
