"""The search over what a workspace has, on both databases."""

from typing import Any

from db.database import Database
from db.record_store import Author, create_record
from db.records import Actor
from engine.status import StepKind
from tests.db.filling import DEFAULT, NOON, add_workspace
from tests.workers.harness import Harness
from tests.workers.researching import BROKEN, Researching
from workers.search.local import LocalSearch


def add(database: Database, object_name: str, workspace_id: str = DEFAULT, **values: Any) -> str:
    author = Author(workspace_id=workspace_id, actor=Actor(kind="SYSTEM", id=None, name="test"), at=NOON)
    with database.write() as session:
        return create_record(session, author, object_name, values).record.id


def search(database: Database, workspace_id: str = DEFAULT) -> LocalSearch:
    return LocalSearch(database, workspace_id, lambda: False)


def read_a_page(look: Researching, question_id: str, url: str, title: str, excerpt: str) -> None:
    from engine.research.reports import BeginStep, EndStep

    step_id = f"rss_{len(url)}{hash(url) & 0xFFFF:x}"
    begun = BeginStep(
        question_id=question_id, step_id=step_id, kind=StepKind.READ_PAGE, title="Read it", input={"url": url}
    )
    look.report(begun)
    output = {"url": url, "title": title, "characters": 9, "links": 0, "excerpt": excerpt}
    look.report(EndStep(question_id=question_id, step_id=step_id, output=output))


def test_records_are_found_by_the_words_of_their_attributes_the_best_first(database: Database) -> None:
    anvils = add(database, "companies", name="Acme", products="anvils and rockets")
    add(database, "companies", name="Globex", products="doomsday devices")
    rockets = add(database, "people", name="Wile", hobby="rockets")
    found = search(database).find("anvils, rockets", 5)
    assert [hit.url for hit in found] == [f"record:{anvils}", f"record:{rockets}"]
    assert (found[0].title, found[0].snippet) == (
        "Acme",
        "A record of companies\nname: Acme\nproducts: anvils and rockets",
    )
    assert [hit.title for hit in search(database).find("rockets", 1)] != []


def test_pages_that_research_has_read_are_found_and_those_that_failed_are_not(database: Database) -> None:
    look = Researching(Harness(database))
    (asked,) = look.ask("When?")
    read_a_page(look, asked, "https://acme.example/about", "About Acme", "Acme was founded in 1987.")
    look.step(asked, BROKEN)
    (hit,) = search(database).find("founded", 5)
    assert (hit.url, hit.title, hit.snippet) == (
        "https://acme.example/about",
        "About Acme",
        "Acme was founded in 1987.",
    )


def test_nothing_of_another_workspace_is_found(database: Database) -> None:
    other = add_workspace(database, "other")
    add(database, "companies", other, name="Acme")
    look = Researching(Harness(database))
    (asked,) = look.ask("When?")
    read_a_page(look, asked, "https://acme.example/", "Acme", "Acme")
    assert [hit.url for hit in search(database).find("Acme", 5)] == ["https://acme.example/"]
    found = search(database, other).find("Acme", 5)
    assert len(found) == 1 and found[0].url.startswith("record:")


def test_what_shares_no_word_is_not_found(database: Database) -> None:
    add(database, "companies", name="Acme")
    assert search(database).find("zebra", 5) == []
    assert search(database).find("", 5) == []
