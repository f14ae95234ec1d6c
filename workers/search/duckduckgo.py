"""A search without a key, by the library ddgs: the web's search engines as anyone may ask them, at their own rate."""

from collections.abc import Callable, Sequence
from typing import Any

from engine.ports import PortError
from engine.research.ports import Hit

SECONDS = 10
SNIPPET = 500

Ask = Callable[[str, int], Sequence[dict[str, Any]]]
"""Gives results as ddgs has them: {title, href, body}."""


class KeylessSearch:
    """Asks the engines that ddgs knows; they bound how often one may ask, and a search may come to nothing."""

    name: str | None = "duckduckgo"

    def __init__(self, ask: Ask | None = None) -> None:
        """Make it; the library is loaded when it is first asked."""
        self._ask = ask or _ask_ddgs

    def find(self, query: str, limit: int) -> Sequence[Hit]:
        """Give what is found; see `engine.research.ports.Search`."""
        return [
            Hit(
                url=one["href"],
                title=str(one.get("title") or ""),
                snippet=str(one.get("body") or "")[:SNIPPET],
            )
            for one in self._ask(query, limit)
            if isinstance(one.get("href"), str)
        ][:limit]


def _ask_ddgs(query: str, limit: int) -> Sequence[dict[str, Any]]:
    try:
        from ddgs import DDGS  # noqa: PLC0415 - an optional extra, loaded only where it is used
        from ddgs.exceptions import DDGSException  # noqa: PLC0415 - as above
    except ImportError as error:
        raise PortError(
            "SEARCH_UNAVAILABLE",
            "The library for this search is not installed",
            hint="Who runs this server installs it with: pip install 'playhead[search]'",
        ) from error
    try:
        found: Sequence[dict[str, Any]] = DDGS(timeout=SECONDS).text(query, max_results=limit)
    except DDGSException as error:
        raise PortError("SEARCH_UNAVAILABLE", f"The search gave nothing: {str(error)[:200]}") from error
    return found
