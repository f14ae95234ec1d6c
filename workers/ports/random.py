"""The random port."""

import random


class SystemRandom:
    """Chance from the operating system: nobody can foretell it, and no two workers draw the same row."""

    def __init__(self) -> None:
        """Make it."""
        self._source = random.SystemRandom()

    def whole(self, low: int, high: int) -> int:
        """Give a whole number from `low` to `high`, both among them, each as likely."""
        return self._source.randint(low, high)

    def between(self, low: float, high: float) -> float:
        """Give a number from `low` to `high`, both among them, evenly spread."""
        return min(max(self._source.uniform(low, high), low), high)
