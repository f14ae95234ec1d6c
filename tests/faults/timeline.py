"""What the logs of runs tell about time: which attempts overlapped, and how long work stood still."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from tests.faults.rows import Event, Rows

WAITS = ("ActivityExecutionWaiting", "ActivityExecutionRetrying")
READY = ("ActivityExecutionPending", "ActivityExecutionStarted")
ENDS = ("ActivityExecutionCompleted", "ActivityExecutionFailed", "ActivityExecutionCanceled")


def attempts_overlap(events: Iterable[Event]) -> list[str]:
    """I4: an attempt starts only once the one before it has ended, and bears a higher number."""
    found, under_way, highest = [], set[str](), defaultdict[str, int](int)
    for event in events:
        key = event.subject_id
        if event.type == "ActivityExecutionStarted":
            if key in under_way:
                found.append(f"{key} started again at {event.seq} while an attempt was under way")
            if (event.attempt or 0) <= highest[key]:
                found.append(f"{key} started attempt {event.attempt} at {event.seq} after {highest[key]}")
            under_way.add(key)
            highest[key] = event.attempt or 0
        elif event.type in (*WAITS, *ENDS, "ActivityExecutionPending"):
            under_way.discard(key)
    return found


def slowest_recovery(rows: Rows, moments: Sequence[datetime], begins: Sequence[datetime] = ()) -> float:
    """Gives the longest that an execution which was ready or executing at a moment then stood still, in seconds.

    An execution that waits stands still from when it is due. What stands in its way again, from one of `begins` on, ends
    the count: it goes on from the moment at which that is over.
    """
    spans = [(moment, min((one for one in begins if one > moment), default=None)) for moment in moments]
    slowest = 0.0
    for events in rows.events.values():
        for line in _lines(events).values():
            slowest = max(slowest, *(_stood_still(line, *span) for span in spans), 0.0)
    return slowest


def _lines(events: Iterable[Event]) -> dict[str, list[Event]]:
    lines: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.type in (*WAITS, *READY, *ENDS) and event.kind != "loop":
            lines[event.subject_id].append(event)
    return lines


def _stood_still(line: Sequence[Event], moment: datetime, until: datetime | None) -> float:
    """From the moment until the execution is started again, or has ended, or something stands in its way again."""
    before = [event for event in line if event.at <= moment]
    if not before or before[-1].type in ENDS:
        return 0.0
    after = [event for event in line if event.at > moment and event.type != "ActivityExecutionPending"]
    if not after:
        return 0.0  # it never went on: its run is lost, which is told elsewhere
    last = before[-1]
    since = max(moment, last.due) if last.due is not None and last.type in WAITS else moment
    end = after[0].at if until is None else min(after[0].at, until)
    return max(0.0, (end - since).total_seconds())


def under_way_at(rows: Rows, moments: Sequence[datetime]) -> int:
    """Counts the runs that were under way at any of the moments."""
    return sum(
        any(
            run.queued_at <= moment and (run.ended_at is None or run.ended_at >= moment) for moment in moments
        )
        for run in rows.runs
    )
