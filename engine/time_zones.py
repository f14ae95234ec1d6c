"""Time zones by their IANA names."""

from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


def time_zone(name: str) -> ZoneInfo | None:
    """Give the zone of this name, such as Europe/Berlin; None where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # no name at all, or that of a folder
        return None


def nearest_zone(name: str) -> str:
    """Give the name of a zone that may be meant, else one for an example."""
    return next(iter(get_close_matches(name, sorted(available_timezones()), 1)), "Europe/Berlin")
