"""DATE and DAYS_BETWEEN."""

from datetime import datetime, timedelta

from engine.expression.call import Call, function
from engine.expression.times import parse_time


def _time(call: Call, index: int) -> datetime:
    text = call.text(index)
    moment = parse_time(text.strip())
    if moment is None:
        raise call.fail(
            f"'{text[:40]}' is no ISO date or timestamp",
            hint="They are written 2026-11-22 or 2026-11-22T09:30:00Z",
        )
    return moment


@function("DATE(text)", 1, 1)
def date(call: Call) -> object:
    """Give the day of a date or timestamp, in UTC."""
    return _time(call, 0).date().isoformat()


@function("DAYS_BETWEEN(from, to)", 2, 2)
def days_between(call: Call) -> object:
    """Give the whole days from one time to another, negative where the second is earlier."""
    start, end = _time(call, 0), _time(call, 1)
    days = abs(end - start) // timedelta(days=1)
    return days if end >= start else -days


DATES = (date, days_between)
