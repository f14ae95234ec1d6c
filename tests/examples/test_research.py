"""Research companies, Triage a message: what needs no model, over pages and words that are there."""

from typing import Any

from sqlalchemy import select

from db.rows import QUESTION, STEP
from playhead.demo_site import HOST, demo_site
from tests.examples.playing import LIFE, Play, of_executions, of_iterations, on_both_databases
from workers.ports.pace import Pace
from workers.ports.packaged_site import WithPackagedSite
from workers.ports.pages import PagesPort
from workers.ports.robots import Robots


def reading_the_demo_site(play: Play) -> Play:
    """The same world, in which pages of the demo site are read, and a request to any other fails the test."""
    play.harness.pages = PagesPort(  # type: ignore[assignment]  # the real port, where others have a fake
        WithPackagedSite(play.http, demo_site()),
        robots=Robots(),
        pace=Pace(pause=0.0),
        interrupted=lambda: False,
        record=lambda record_id: None,
    )
    return play


def rows(play: Play, table: Any) -> list[Any]:
    with play.database.read() as session:
        return list(session.execute(select(table).order_by(table.c.index)).all())


@on_both_databases
def test_companies_are_researched_over_the_demo_site_without_a_request(play: Play) -> None:
    ran = reading_the_demo_site(play).run("Research companies")
    assert ran.ended == ("COMPLETED", 1 + 3 * (1 + 30 + 1))
    assert play.http.requests == []
    assert ran.outputs("company")["collected"] == [
        {
            "name": "Aldermoor Instruments",
            "answers": [
                "Aldermoor was founded in 1987 by the watchmakers Ida Renner and Paul Osei, in a room above a bakery.",
                "Today 214 people work for us, most of them in Halden.",
                None,
            ],
        },
        {"name": "Bracken & Wye", "answers": ["Founded: 2004", None, "Annual revenue: £9.4 million (2025)"]},
        {
            "name": "Corvela Feinkost",
            "answers": [
                "Corvela wurde 1952 als Genossenschaft gegründet.",
                "Heute beschäftigen wir 68 Mitarbeiterinnen und Mitarbeiter.",
                None,
            ],
        },
    ]
    assert ran.executed == {"company": 1, "keep": 3, "research": 3, "note": 3}
    told = {name: count for name, count in ran.events.items() if not name.startswith("Research")}
    assert told == {**LIFE, **of_executions(10), **of_iterations(3)}
    assert play.records("prospects") == [
        {
            "name": one["name"],
            "website": f"http://{HOST}/{folder}/",
            "founded": one["answers"][0],
            "people": one["answers"][1],
            "revenue": one["answers"][2],
        }
        for one, folder in zip(
            ran.outputs("company")["collected"], ("aldermoor", "bracken-wye", "corvela"), strict=True
        )
    ]


def test_each_answer_has_a_quote_of_its_page_and_an_empty_one_says_so(play: Play) -> None:
    company = {"name": "Aldermoor Instruments", "website": f"http://{HOST}/aldermoor/"}
    ran = reading_the_demo_site(play).run("Research companies", {"companies": [company]})
    founded, people, revenue = rows(play, QUESTION)
    assert (founded.status, founded.usage, founded.sources) == (
        "ANSWERED",
        {"model": "extractive"},
        [
            {
                "url": f"http://{HOST}/aldermoor/about.html",
                "title": "About us – Aldermoor Instruments",
                "quote": "Aldermoor was founded in 1987 by the watchmakers Ida Renner and Paul Osei, in a room above a bakery.",
            }
        ],
    )
    assert (people.status, people.answer) == (
        "ANSWERED",
        "Today 214 people work for us, most of them in Halden.",
    )
    assert (revenue.status, revenue.answer, revenue.empty_reason, revenue.sources) == (
        "NOT_FOUND",
        None,
        "NOT_FOUND",
        [],
    )
    steps = rows(play, STEP)
    assert {step.kind for step in steps} == {"READ_PAGE", "ANSWER"}
    assert all(step.error is None for step in steps if step.kind == "ANSWER")
    assert ran.charged["research"] == 30


def test_a_message_is_sorted_and_said_in_short_and_waits_for_somebody_without_a_model(play: Play) -> None:
    ran = play.run("Triage a message")
    assert ran.ended == ("COMPLETED", 3)
    assert ran.executed == {"sort": 1, "short": 1, "draft": 1, "keep": 1}
    [message] = play.records("messages")
    assert (message["about"], message["problem"]) == ("delivery", "MODEL_REQUIRED")
    assert message["summary"] == (
        "I ordered two pumps three weeks ago. The parcel has not been delivered yet, and the delivery was promised within "
        "five days. Please tell me when the delivery will arrive."
    )
