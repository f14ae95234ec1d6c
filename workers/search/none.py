"""No search: what is read is what the record and its workflow name."""

from collections.abc import Sequence

from engine.ports import PortError
from engine.research.ports import Hit


class NoSearch:
    """Nothing is set up."""

    name: str | None = None

    def find(self, query: str, limit: int) -> Sequence[Hit]:  # noqa: ARG002 - nothing is asked
        """Refuse.

        Raises:
            PortError: SEARCH_UNAVAILABLE.
        """
        raise PortError(
            "SEARCH_UNAVAILABLE",
            "No search is set up",
            hint="Who runs this server sets one up with PLAYHEAD_SEARCH",
        )
