"""How many entries of pages the operation under way may still be served.

What a document asks for is estimated before it is executed, and the estimate takes a page whose size nobody
chose for a short one. This holds the limit where it is not.
"""

from contextvars import ContextVar

from schema.limits import MAX_OBJECTS, too_complex


class Budget:
    """The entries that one answer may still hold; of a subscription, one message."""

    def __init__(self) -> None:
        self.refill()

    def refill(self) -> None:
        """Let the next message hold as many as the first."""
        self._left = MAX_OBJECTS

    def spend(self, entries: int) -> None:
        """Take a page into account.

        Raises:
            GraphQLError: With it the answer holds more than is served.
        """
        self._left -= entries
        if self._left < 0:
            raise too_complex(f"The answer holds more than {MAX_OBJECTS:,} objects. Ask for smaller pages")


_current: ContextVar[Budget | None] = ContextVar("budget", default=None)


def begin() -> Budget:
    """Give the operation that executes in this task a budget."""
    budget = Budget()
    _current.set(budget)
    return budget


def spend(entries: int) -> None:
    """Take a page into account where an operation executes.

    Raises:
        GraphQLError: With it the answer holds more than is served.
    """
    budget = _current.get()
    if budget is not None:
        budget.spend(entries)
