"""Traces of runs, where the operator has configured OpenTelemetry; elsewhere nothing, at no cost.

A run's trace has the run's own id, so that nothing is kept for it and whoever knows a run finds its trace. An attempt is a
span, whichever worker makes it and when; so is the whole run, once it has ended. A message to workers says which span
sent it: the attempt that it leads to links there, and a web request links to the run that it woke.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, TypeVar

from dramatiq import Broker, Middleware
from dramatiq.broker import MessageProxy

from engine.commands import FailExecution, InterruptExecution, WaitExecution
from engine.decision import Started
from engine.event_record import EventRecord
from engine.events import LAST_EVENTS

try:
    from opentelemetry import propagate, trace
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
except ImportError:  # the extra `tracing` is not installed
    trace = None  # type: ignore[assignment]  # `is_on` comes before each use

Outcome = TypeVar("Outcome")

_sender: ContextVar[str | None] = ContextVar("sender", default=None)
_ending: ContextVar[int] = ContextVar("ending")
_SPAN_BITS = 2**64 - 1
_OUTCOMES: Mapping[type, str] = {
    FailExecution: "failed",
    InterruptExecution: "interrupted",
    WaitExecution: "waiting",
}


def is_on() -> bool:
    """Say whether there is anybody to give spans to."""
    if trace is None:
        return False
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider | trace.NoOpTracerProvider)


def attempt(run_id: str, held: Started, perform: Callable[[], Outcome]) -> Outcome:
    """Perform an attempt within its span; gives what it comes to."""
    if not is_on():
        return perform()
    attributes: dict[str, str | int] = {
        "playhead.run.id": run_id,
        "playhead.execution.id": held.id,
        "playhead.activity.key": held.activity.key,
        "playhead.activity.type": held.activity.type,
        "playhead.path": held.path,
        "playhead.attempt": held.attempt,
    }
    sender = _span_context(_sender.get())
    _sender.set(None)  # what follows in the same chain was sent by nobody
    links = [trace.Link(sender)] if sender.is_valid else []
    with _tracer().start_as_current_span(
        held.activity.type, _trace_of(run_id), attributes=attributes, links=links
    ) as span:
        outcome = perform()
        span.set_attribute("playhead.outcome", _OUTCOMES.get(type(outcome), "completed"))
        if isinstance(outcome, FailExecution):
            span.set_status(trace.StatusCode.ERROR, outcome.error.code)
    return outcome


@contextmanager
def request(name: str, headers: Mapping[str, str]) -> Iterator[Callable[[int], None]]:
    """Serve a web request within its span, unless somebody else made one; gives what is told its status."""
    if not is_on() or trace.get_current_span().get_span_context().is_valid:
        yield lambda _status: None
        return
    with _tracer().start_as_current_span(
        name, propagate.extract(headers), kind=trace.SpanKind.SERVER
    ) as span:

        def ended(status: int) -> None:
            span.set_attribute("http.response.status_code", status)
            if status >= 500:
                span.set_status(trace.StatusCode.ERROR)

        yield ended


def end_runs(events: Sequence[EventRecord]) -> None:
    """Make a span of each run that these events end, from its start to its end: the root of its trace."""
    if not is_on():
        return
    for event in events:
        if event.type in LAST_EVENTS:
            header = event.header
            attributes = {"playhead.run.id": event.run_id, "playhead.run.status": header["status"]}
            start = _nanoseconds(header["startedAt"] or header["endedAt"])
            tracer, context = _tracer_of_run(event.run_id)
            span = tracer.start_span("run", context, attributes=attributes, start_time=start)
            if header["error"] is not None:
                span.set_status(trace.StatusCode.ERROR, header["error"]["code"])
            span.end(_nanoseconds(header["endedAt"]))


def sent_with(run_id: str) -> dict[str, Any]:
    """Give the options of a message about a run: which span sends it, where one is open; it links to the run."""
    if not is_on():
        return {}
    span = trace.get_current_span()
    context = span.get_span_context()
    if not context.is_valid:
        return {}
    run = trace.get_current_span(_trace_of(run_id)).get_span_context()
    if context.trace_id != run.trace_id:
        span.add_link(run)
    options: dict[str, Any] = {}
    TraceContextTextMapPropagator().inject(options, trace.set_span_in_context(span))
    return options


class TraceReceiver(Middleware):
    """Remembers, in the thread that works on a message, which span sent the message."""

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:  # noqa: ARG002 - of the base
        """Take the sender from the options."""
        sender = message.options.get("traceparent")
        _sender.set(sender if isinstance(sender, str) else None)


def _tracer() -> "trace.Tracer":
    return trace.get_tracer("playhead")


def _number(run_id: str) -> int:
    return int(run_id.partition("_")[2], 16)


def _trace_of(run_id: str) -> "Context":
    """Give the context of what happens in a run: its trace, below the span of the run, which is made at its end."""
    parent = trace.SpanContext(
        trace_id=_number(run_id),
        span_id=_number(run_id) & _SPAN_BITS,
        is_remote=True,
        trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
    )
    return trace.set_span_in_context(trace.NonRecordingSpan(parent))


def _tracer_of_run(run_id: str) -> tuple["trace.Tracer", "Context"]:
    """Give what makes the root of a run's trace, where the ids of spans can be chosen; else one of its spans."""
    tracer: Any = trace.get_tracer("playhead.runs")
    if not hasattr(tracer, "id_generator"):  # no tracer of the SDK
        return tracer, _trace_of(run_id)
    tracer.id_generator = _RunIds()
    _ending.set(_number(run_id))
    return tracer, Context()


class _RunIds:
    """The ids of the span that stands for a run; the SDK asks for them where it would draw random ones."""

    def generate_trace_id(self) -> int:
        return _ending.get()

    def generate_span_id(self) -> int:
        return _ending.get() & _SPAN_BITS

    def is_trace_id_random(self) -> bool:
        return False


def _span_context(sender: str | None) -> "trace.SpanContext":
    carrier: Mapping[str, str] = {} if sender is None else {"traceparent": sender}
    found = TraceContextTextMapPropagator().extract(carrier)
    return trace.get_current_span(found).get_span_context()


def _nanoseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1e6) * 1000
