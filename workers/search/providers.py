"""The search providers by their names, as the operator chooses one."""

from collections.abc import Callable

from db.database import Database
from engine.ports import Http
from engine.research.ports import Search
from workers.search.duckduckgo import KeylessSearch
from workers.search.local import LocalSearch
from workers.search.none import NoSearch
from workers.search.setup import SearchSetup
from workers.search.tavily import TavilySearch


def search_of(
    setup: SearchSetup, *, database: Database, workspace_id: str, http: Http, lost: Callable[[], bool]
) -> Search:
    """Give the search of one attempt."""
    match setup.provider:
        case "none":
            return NoSearch()
        case "local":
            return LocalSearch(database, workspace_id, lost)
        case "duckduckgo":
            return KeylessSearch()
        case "tavily":
            return TavilySearch(http, setup.key or "")
