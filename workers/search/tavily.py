"""The search of Tavily, which needs a key."""

from collections.abc import Sequence
from typing import Any

import orjson

from engine.ports import Http, HttpRequest, HttpResponse, PortError
from engine.research.ports import Hit

URL = "https://api.tavily.com/search"
SECONDS = 20.0
SNIPPET = 500


class TavilySearch:
    """Asks Tavily."""

    name: str | None = "tavily"

    def __init__(self, http: Http, key: str, url: str = URL) -> None:
        self._http, self._key, self._url = http, key, url

    def find(self, query: str, limit: int) -> Sequence[Hit]:
        """Give what Tavily finds; see `engine.research.ports.Search`."""
        request = HttpRequest(
            method="POST",
            url=self._url,
            headers={"authorization": f"Bearer {self._key}", "content-type": "application/json"},
            query=(),
            body=orjson.dumps({"query": query, "max_results": limit}),
            timeout_seconds=SECONDS,
            follows=False,
        )
        found = _read(self._http.send(request))
        return [
            Hit(
                url=one["url"],
                title=str(one.get("title") or ""),
                snippet=str(one.get("content") or "")[:SNIPPET],
            )
            for one in found
            if isinstance(one, dict) and isinstance(one.get("url"), str)
        ][:limit]


def _read(response: HttpResponse) -> list[Any]:
    status = response.status
    if status in (401, 403):
        raise PortError(
            "SEARCH_REJECTED",
            f"Tavily does not accept the key ({status})",
            detail={"status": status},
            hint="Who runs this server sets it with PLAYHEAD_SEARCH_KEY",
        )
    if status != 200:
        raise PortError("SEARCH_UNAVAILABLE", f"Tavily answered {status}", detail={"status": status})
    try:
        results = orjson.loads(response.body).get("results")
    except (orjson.JSONDecodeError, AttributeError) as error:
        raise PortError("SEARCH_UNAVAILABLE", "Tavily's answer could not be read") from error
    return results if isinstance(results, list) else []
