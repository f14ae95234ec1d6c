"""The writes of one decision that is made again and again: any of them may have come through unanswered."""

from collections.abc import Callable, Sequence

from db.database import Database
from db.writing import RunWrite
from db.written import was_written
from engine.decision import Decision


class Tries:
    """What was sent to the database, until one of it is known to be written."""

    def __init__(self, database: Database, publish: Callable[[Sequence[RunWrite]], None]) -> None:
        self._database, self._publish = database, publish
        self._sent: list[tuple[Decision, RunWrite]] = []

    def clear(self) -> None:
        """Begin with another decision."""
        self._sent.clear()

    def sending(self, decision: Decision, write: RunWrite) -> None:
        """Note what is about to be sent."""
        self._sent.append((decision, write))

    def written(self) -> Decision | None:
        """Say which of it was written although its reply was lost, and publish it.

        Raises:
            SQLAlchemyError: The database could not be reached.
        """
        for decision, write in self._sent:
            if was_written(self._database, write):
                self._publish([write])
                return decision
        return None
