"""One trace a run, a span an attempt, the request linked; and nothing at all where nobody configured it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import dramatiq
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from db.cancel import cancel_run
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from tests.engine.simulation import activity, edge, workflow
from tests.waiting import wait_until
from tests.workers.harness import USER, Harness
from workers import tracing
from workers.actors import declare_perform
from workers.broker import make_broker
from workers.counting import CountingPublisher
from workers.hints import Waker

BRANCHES = workflow(
    [activity("a"), activity("b", expression="1 / 0", retry={"maxAttempts": 1}), activity("c")],
    [edge("trigger", "a"), edge("a", "c"), edge("a", "b")],
)
WAIT = workflow([activity("late", "delay", amount=1, unit="hours")], [edge("trigger", "late")])


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """OpenTelemetry as an operator configures it, for the time of a test."""
    spans, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    yield spans
    provider.shutdown()


@pytest.fixture
def worker(migrated_sqlite_url: str) -> Iterator[Harness]:
    database = Database(migrated_sqlite_url)
    yield Harness(database)
    database.dispose()


def told(span: ReadableSpan) -> dict[str, Any]:
    return {name.removeprefix("playhead."): value for name, value in (span.attributes or {}).items()}


def number(run_id: str) -> int:
    """The id of a run's trace."""
    return int(run_id.removeprefix("run_"), 16)


def test_the_attempts_of_a_run_are_spans_of_the_trace_that_has_its_id(
    worker: Harness, exporter: InMemorySpanExporter
) -> None:
    run_id = worker.run(BRANCHES)
    found = {told(span)["activity.key"]: span for span in exporter.get_finished_spans()}
    assert set(found) == {"a", "b", "c"}
    assert {span.context.trace_id for span in found.values() if span.context} == {number(run_id)}
    assert {span.parent.span_id for span in found.values() if span.parent} == {number(run_id) & (2**64 - 1)}
    assert {span.name for span in found.values()} == {"formula"}
    assert [told(found[key])["outcome"] for key in "abc"] == ["completed", "failed", "completed"]
    assert found["b"].status.status_code is trace.StatusCode.ERROR
    assert found["b"].status.description == json.loads(worker.row(run_id).error)["code"]
    (execution,) = worker.query("SELECT id FROM activity_execution WHERE key = 'a'")
    assert told(found["a"]) == {
        "run.id": run_id,
        "execution.id": execution.id,
        "activity.key": "a",
        "activity.type": "formula",
        "path": "",
        "attempt": 1,
        "outcome": "completed",
    }


def test_what_waits_says_so(worker: Harness, exporter: InMemorySpanExporter) -> None:
    worker.run(WAIT)
    (span,) = exporter.get_finished_spans()
    assert told(span)["outcome"] == "waiting"


def test_a_run_that_has_ended_is_a_span_from_its_start_to_its_end(
    worker: Harness, exporter: InMemorySpanExporter, redis_url: str
) -> None:
    failed, waiting = worker.run(BRANCHES), worker.run(WAIT)
    canceled = cancel_run(worker.database, DEFAULT_WORKSPACE, waiting, USER)
    assert canceled is not None
    exporter.clear()
    publisher = CountingPublisher(redis_url)
    publisher.publish([*worker.published, *canceled.events], DEFAULT_WORKSPACE)
    publisher.close()
    spans = exporter.get_finished_spans()
    assert [(span.name, told(span)["run.id"], told(span)["run.status"]) for span in spans] == [
        ("run", failed, "FAILED"),
        ("run", waiting, "CANCELED"),
    ]
    for span, run_id in zip(spans, (failed, waiting), strict=True):
        assert span.context is not None and span.parent is None
        assert (span.context.trace_id, span.context.span_id) == (number(run_id), number(run_id) & (2**64 - 1))
    row = worker.row(failed)
    end = next(event for event in worker.published if event.run_id == failed and event.type == "RunFailed")
    assert spans[0].end_time == int(end.at.timestamp() * 1e6) * 1000
    assert spans[0].start_time is not None and spans[0].start_time < spans[0].end_time
    assert spans[0].status.status_code is trace.StatusCode.ERROR and row.error is not None
    assert spans[1].status.status_code is trace.StatusCode.UNSET


def test_where_the_ids_of_spans_cannot_be_chosen_a_run_is_a_span_of_its_trace(
    worker: Harness, exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = trace.get_tracer("playhead.runs")

    class OtherTracer:
        """One that is not of the SDK."""

        def start_span(self, *args: Any, **kwargs: Any) -> trace.Span:
            return real.start_span(*args, **kwargs)

    run_id = worker.run(BRANCHES)
    exporter.clear()
    monkeypatch.setattr(trace, "get_tracer", lambda _name: OtherTracer())
    tracing.end_runs(worker.published)
    (span,) = exporter.get_finished_spans()
    assert span.context is not None and span.parent is not None
    assert (span.context.trace_id, span.parent.span_id) == (number(run_id), number(run_id) & (2**64 - 1))
    assert span.context.span_id != span.parent.span_id


def test_a_request_and_the_attempt_that_it_leads_to_link_to_each_other(
    worker: Harness, exporter: InMemorySpanExporter, redis_url: str
) -> None:
    done: list[tuple[str, str]] = []

    class Performing:
        def perform(self, run_id: str, execution_id: str) -> None:
            worker.chain.perform(run_id, execution_id)
            done.append((run_id, execution_id))

    broker = make_broker(redis_url, prefetch=1)
    declare_perform(broker, Performing())
    with tracing.request("POST /graphql", {}) as ended:
        started = worker.begin(worker.publish(BRANCHES))
        Waker(broker).wake(started.pending)
        ended(200)
    consumer = dramatiq.Worker(broker, worker_threads=1, worker_timeout=100)
    consumer.start()
    wait_until(lambda: done)
    consumer.stop()
    broker.close()
    by_name = {told(span).get("activity.key", span.name): span for span in exporter.get_finished_spans()}
    request, first = by_name["POST /graphql"], by_name["a"]
    assert request.context is not None and first.context is not None
    assert request.context.trace_id != first.context.trace_id == number(started.run.id)
    assert [link.context.trace_id for link in request.links] == [first.context.trace_id]
    assert [link.context.span_id for link in first.links] == [request.context.span_id]
    assert by_name["c"].links == ()  # the same chain went on with it


def test_a_request_goes_on_with_the_trace_of_its_client_and_shows_its_status(
    exporter: InMemorySpanExporter,
) -> None:
    sender = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    for status in (200, 401, 500):
        with tracing.request("POST /graphql", {"traceparent": sender}) as ended:
            ended(status)
    spans = exporter.get_finished_spans()
    assert {format(span.context.trace_id, "x") for span in spans if span.context} == {
        "af7651916cd43dd8448eb211c80319c"
    }
    statuses = [span.status.status_code for span in spans]
    assert statuses == [trace.StatusCode.UNSET, trace.StatusCode.UNSET, trace.StatusCode.ERROR]


def test_a_request_that_has_a_span_gets_no_second_one(exporter: InMemorySpanExporter) -> None:
    with trace.get_tracer("server").start_as_current_span("outer"), tracing.request("inner", {}) as ended:
        ended(200)
    assert [span.name for span in exporter.get_finished_spans()] == ["outer"]


@pytest.mark.parametrize("sender", ["", "00-x", 5, None, "00-" + "0" * 32 + "-" + "0" * 16 + "-01"])
def test_a_forged_sender_is_no_link(worker: Harness, exporter: InMemorySpanExporter, sender: object) -> None:
    started = worker.begin(worker.publish(BRANCHES))
    message: Any = dramatiq.Message(
        queue_name="q", actor_name="a", args=(), kwargs={}, options={"traceparent": sender}
    )
    broker: Any = None
    tracing.TraceReceiver().before_process_message(broker, message)
    worker.chain.perform(*started.pending[0])
    assert all(span.links == () for span in exporter.get_finished_spans())


def without_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "trace", None)


def without_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """The API is there, as in the tests, and nobody has configured it."""


@pytest.mark.parametrize("how", [without_api, without_provider])
def test_where_nobody_configured_it_nothing_is_traced(
    worker: Harness, monkeypatch: pytest.MonkeyPatch, how: Callable[[pytest.MonkeyPatch], None]
) -> None:
    how(monkeypatch)
    assert not tracing.is_on()
    with tracing.request("POST /graphql", {}) as ended:
        run_id = worker.run(BRANCHES)
        assert tracing.sent_with(run_id) == {}
        tracing.end_runs(worker.published)
        ended(200)
    assert worker.row(run_id).status == "FAILED"
