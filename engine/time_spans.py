"""Spans of time: the units that are always as long, and how long a wait may be."""

from collections.abc import Mapping
from datetime import timedelta

SECONDS_OF: Mapping[str, int] = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}
"""How many seconds a unit has; a day is 24 hours, whatever the clock of a place does."""

LONGEST_WAIT = timedelta(days=3660)
"""About ten years; longer than any wait that is meant."""
