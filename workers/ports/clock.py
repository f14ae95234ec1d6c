"""The clock port."""

from datetime import UTC, datetime


class SystemClock:
    """This machine's time."""

    def now(self) -> datetime:
        """Give the time in UTC."""
        return datetime.now(UTC)
