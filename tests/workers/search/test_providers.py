"""The searches that ask somebody else, against a server on this machine or the library's own words."""

from typing import Any

import httpx2
import orjson
import pytest

from engine.ports import PortError
from engine.research.ports import Hit
from tests.workers.ports.exchange import FakeCancellation
from tests.workers.ports.local_server import Answer, LocalServer, answer, local_server
from workers.ports.http import HttpPort
from workers.search.duckduckgo import KeylessSearch
from workers.search.none import NoSearch
from workers.search.providers import search_of
from workers.search.setup import SearchSetup
from workers.search.tavily import TavilySearch

KEY = "tvly-canary"


def tavily(server: LocalServer, reply: Answer) -> TavilySearch:
    server.answers["/search"] = reply
    http = HttpPort(
        FakeCancellation(),
        "run",
        ssl_context=httpx2.create_ssl_context(trust_env=False),
        allow_private=True,
        timeout_seconds=10,
    )
    return TavilySearch(http, KEY, server.url("/search"))


def results(*found: Any) -> Answer:
    return answer(body=orjson.dumps({"results": list(found)}), Content_Type="application/json")


def failure(search: Any) -> PortError:
    with pytest.raises(PortError) as caught:
        search.find("acme", 5)
    return caught.value


def test_tavily_is_asked_with_the_key_and_its_results_are_hits() -> None:
    with local_server() as server:
        one = {"url": "https://acme.example/", "title": "Acme", "content": "Anvils. " * 200, "score": 0.9}
        hits = tavily(server, results(one, {"title": "no address"}, "nonsense")).find("acme", 5)
        assert [(hit.url, hit.title, len(hit.snippet)) for hit in hits] == [
            ("https://acme.example/", "Acme", 500)
        ]
        (request,) = server.requests
        assert request.headers["authorization"] == f"Bearer {KEY}"
        assert orjson.loads(request.body) == {"query": "acme", "max_results": 5}


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (answer("401 Unauthorized"), "SEARCH_REJECTED"),
        (answer("429 Too Many Requests"), "SEARCH_UNAVAILABLE"),
        (answer("500 Oh"), "SEARCH_UNAVAILABLE"),
        (answer(body=b"<html>"), "SEARCH_UNAVAILABLE"),
        (answer(body=b"[]"), "SEARCH_UNAVAILABLE"),
        (answer("302 Found", Location="https://evil.example/"), "SEARCH_UNAVAILABLE"),
    ],
)
def test_what_tavily_does_wrong_is_told_without_the_key(reply: Answer, code: str) -> None:
    with local_server() as server:
        error = failure(tavily(server, reply))
        assert error.code == code
        assert KEY not in f"{error} {error.detail} {error.hint}"
        assert len(server.requests) == 1


def test_a_keyless_search_gives_what_the_engines_find() -> None:
    found = [{"title": "Acme", "href": "https://acme.example/", "body": "Anvils"}, {"title": "no address"}]
    search = KeylessSearch(lambda query, limit: found if (query, limit) == ("acme", 5) else [])
    assert search.find("acme", 5) == [Hit(url="https://acme.example/", title="Acme", snippet="Anvils")]


def test_a_keyless_search_that_comes_to_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from ddgs.ddgs import DDGS
    from ddgs.exceptions import RatelimitException

    def refuses(self: Any, query: str, **given: Any) -> Any:
        raise RatelimitException("202 Ratelimit")

    monkeypatch.setattr(DDGS, "text", refuses)
    error = failure(KeylessSearch())
    assert (error.code, "Ratelimit" in error.message) == ("SEARCH_UNAVAILABLE", True)


def test_without_a_search_nothing_is_searched_and_the_hint_says_how_to_set_one_up() -> None:
    error = failure(NoSearch())
    assert error.code == "SEARCH_UNAVAILABLE" and "PLAYHEAD_SEARCH" in str(error.hint)


@pytest.mark.parametrize(
    ("provider", "name"),
    [("none", None), ("local", "local"), ("duckduckgo", "duckduckgo"), ("tavily", "tavily")],
)
def test_each_provider_is_had_by_its_name(provider: Any, name: str | None) -> None:
    nothing: Any = None
    setup = SearchSetup(provider=provider, key="x")
    assert (
        search_of(setup, database=nothing, workspace_id="ws", http=nothing, lost=lambda: False).name == name
    )
