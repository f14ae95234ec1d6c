"""ISO dates and timestamps in text."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d\d):?(\d\d))?)?",
    re.ASCII,
)
_LONGEST = 35


def parse_time(text: str, zone: tzinfo = UTC) -> datetime | None:
    """Read an ISO date or timestamp, such as `2026-11-22` or `2026-11-22T09:30:00.5+01:00`.

    A date is its midnight; digits beyond microseconds are cut.

    Args:
        text: As written.
        zone: Where the clock stands that a text means which names no zone.

    Returns:
        The time in UTC; None where the text is nothing of the kind, or no day of the calendar.
    """
    if len(text) > _LONGEST or (found := _TIMESTAMP.fullmatch(text)) is None:
        return None
    year, month, day, hour, minute, second, fraction, utc, sign, zone_hours, zone_minutes = found.groups()
    ahead = timedelta(hours=int(zone_hours or 0), minutes=int(zone_minutes or 0))
    try:
        if utc or sign:
            zone = timezone(-ahead if sign == "-" else ahead)
        micros = int((fraction or "")[:6].ljust(6, "0"))
        moment = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            micros,
            tzinfo=zone,
        )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
