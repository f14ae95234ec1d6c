"""The demo site, as people and as research read it."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from engine.passages.best_passage import best_passage
from engine.passages.page import Page
from engine.ports import HttpRequest, HttpResponse
from playhead.demo_site import HOST, demo_routes, demo_site
from workers.pages.read_page import read_page


def ask(url: str) -> HttpResponse:
    return demo_site().answer(
        HttpRequest(method="GET", url=url, headers={}, query=(), body=None, timeout_seconds=1)
    )


@pytest.fixture(scope="module")
def browser() -> TestClient:
    return TestClient(Starlette(routes=demo_routes()))


def test_people_see_it_at_its_route_and_are_told_what_it_is(browser: TestClient) -> None:
    first = browser.get("/demo-site/")
    assert (first.status_code, first.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert first.headers["content-security-policy"].startswith("default-src 'self';")
    assert "These companies are made up." in first.text
    for path in ("aldermoor/index.html", "bracken-wye/prices.html", "corvela/impressum.html"):
        assert "is made up, and these pages come with Playhead." in browser.get(f"/demo-site/{path}").text


@pytest.mark.parametrize(
    "path", ["none.html", "../pages.py", "%2e%2e/pages.py", "..%2fdata%2fsp500.csv", "aldermoor/none"]
)
def test_nothing_else_is_served(browser: TestClient, path: str) -> None:
    assert browser.get(f"/demo-site/{path}").status_code == 404
    assert ask(f"http://{HOST}/{path}").status == 404


def test_every_page_leads_to_pages_that_are_there() -> None:
    seen, left = set(), [f"http://{HOST}/"]
    while left:
        url = left.pop()
        seen.add(url)
        answer = ask(url)
        assert answer.status == 200, url
        left += [link.url for link in read_page(url, "text/html", answer.body).links if link.url not in seen]
    assert len(seen) == 10


@pytest.mark.parametrize(
    ("company", "question", "quote"),
    [
        (
            "aldermoor",
            "When was it founded?",
            "Aldermoor was founded in 1987 by the watchmakers Ida Renner and Paul Osei, in a room above a bakery.",
        ),
        ("aldermoor", "How many people work there?", "Today 214 people work for us, most of them in Halden."),
        ("aldermoor", "What is its annual revenue?", None),
        ("bracken-wye", "When was it founded?", "Founded\t2004"),
        ("bracken-wye", "How many people work there?", None),
        ("bracken-wye", "What is its annual revenue?", "Annual revenue\t£9.4 million (2025)"),
        ("corvela", "When was it founded?", "Corvela wurde 1952 als Genossenschaft gegründet."),
        (
            "corvela",
            "How many people work there?",
            "Heute beschäftigen wir 68 Mitarbeiterinnen und Mitarbeiter.",
        ),
        ("corvela", "What is its annual revenue?", None),
    ],
)
def test_its_pages_answer_some_questions_and_not_others(
    company: str, question: str, quote: str | None
) -> None:
    found = best_passage(question, pages_of(company), company)
    assert (found and found.text) == quote


def pages_of(company: str) -> list[Page]:
    return [
        read_page(f"http://{HOST}/{path}", "text/html", body)
        for path, body in demo_site().files.items()
        if path.startswith(f"{company}/")
    ]
