"""Whether, and with which words of a page, a question is answered."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.passages.best_passage import best_passage
from engine.passages.page import Block, BlockKind, Page
from engine.passages.passage import Passage
from engine.passages.reading import Reading

ABOUT = (
    "Acme builds pumps for farms and gardens. The company was founded in 1987 by Jane Doe and Tom Fry. Today we employ "
    "250 people.\nOur chief executive, Anna Berg, joined in 2015.\nCall us: +49 30 1234567 or write to info@acme.example."
)


def page(text: str, *blocks: Block, title: str = "Acme") -> Page:
    return Page(url="https://acme.example/", title=title, text=text, blocks=blocks)


def answer(question: str, *pages: Page) -> str | None:
    found = best_passage(question, pages or [page(ABOUT)], "Acme")
    return None if found is None else found.answer


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was Acme founded?", "The company was founded in 1987 by Jane Doe and Tom Fry."),
        ("Wann wurde Acme gegründet?", "The company was founded in 1987 by Jane Doe and Tom Fry."),
        ("Qui a fondé Acme ?", "The company was founded in 1987 by Jane Doe and Tom Fry."),
        ("How many employees does Acme have?", "Today we employ 250 people."),
        ("Who is the CEO of Acme?", "Our chief executive, Anna Berg, joined in 2015."),
        ("What is the phone number?", "Call us: +49 30 1234567 or write to info@acme.example."),
        ("What does Acme do?", "Acme builds pumps for farms and gardens."),
        ("What is the revenue of Acme?", None),
        ("Who is the CFO of Acme?", None),
        ("How many patents does Acme hold?", None),
        ("Does Acme ship to Norway?", None),
        ("", None),
        ("???", None),
    ],
)
def test_a_question_is_answered_by_a_sentence_or_not_at_all(question: str, expected: str | None) -> None:
    assert answer(question) == expected


def test_a_passage_is_a_quote_with_its_place() -> None:
    found = best_passage("When was Acme founded?", [page(ABOUT)], "Acme")
    assert found == Passage(
        text="The company was founded in 1987 by Jane Doe and Tom Fry.",
        url="https://acme.example/",
        start=41,
        end=97,
        score=1.0,
        answer="The company was founded in 1987 by Jane Doe and Tom Fry.",
    )


def test_a_row_answers_under_the_names_of_its_columns() -> None:
    text = "City\tStaff\nBerlin\t12\nParis\t30"
    table = page(
        text, Block(BlockKind.HEADER_ROW, 0, 10), Block(BlockKind.ROW, 11, 20), Block(BlockKind.ROW, 21, 29)
    )
    found = best_passage("How many employees are there in Paris?", [table], "Acme")
    assert found is not None
    assert (found.text, found.answer) == ("Paris\t30", "City: Paris · Staff: 30")


def test_what_stands_under_a_heading_answers_what_the_heading_asks() -> None:
    text = "Do you ship to Norway?\nYes, within a week."
    asked = page(text, Block(BlockKind.HEADING, 0, 22, 3), Block(BlockKind.PARAGRAPH, 23, 42))
    assert answer("Does Acme ship to Norway?", asked) == "Yes, within a week."


def test_a_label_and_its_value_are_one_answer() -> None:
    assert answer(
        "How many employees?", page("250\nEmployees\n12\nOffices\nWe are here for you every day of the week.")
    ) == ("Employees: 250")
    assert answer("When founded?", page("Founded\n1987\nSeat\nBonn")) == "Founded: 1987"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Our employees have looked after animals since 1978.", None),
        ("In 2011 our employees founded a choir.", None),
        ("Acme employs 1950 people.", "Acme employs 1950 people."),
    ],
)
def test_a_year_is_no_count_unless_it_counts_something(text: str, expected: str | None) -> None:
    assert answer("How many employees does Acme have?", page(text)) == expected


def test_no_pages_give_no_answer() -> None:
    assert best_passage("When was Acme founded?", [], "Acme") is None


texts = st.text(st.sampled_from("Acme founded 1987 in. \n\t?!é設立 @:;-"), max_size=300)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(texts, max_size=4),
    st.one_of(texts, st.sampled_from(["When was it founded?", "Who?", "How many?"])),
)
def test_whatever_is_asked_passages_are_quotes_in_order_of_their_scores(
    pages: list[str], question: str
) -> None:
    read = {
        f"https://a.example/{place}": Page(f"https://a.example/{place}", "", text)
        for place, text in enumerate(pages)
    }
    reading = Reading()
    for added in (*read.values(), *read.values()):
        reading.add(added)
    ranked = list(reading.ranked(question, "Acme"))
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
    for one in ranked:
        assert read[one.url].text[one.start : one.end] == one.text
        assert 0.0 <= one.score <= 1.0
    assert ranked == list(reading.ranked(question, "Acme"))


HUGE = {
    "one word": "founded " * 25_000,
    "a word without end": "a" * 200_000,
    "years": "1987. " * 30_000,
    "lines": ".\n" * 100_000,
    "points": "1.1" * 60_000,
    "names": "Aa " * 60_000,
    "initials": "A.-" * 60_000,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HUGE)
def test_huge_pages_are_looked_through_in_bounded_time(name: str) -> None:
    for question in ("When was Acme founded?", "Who founded Acme?", "How many a?"):
        best_passage(question, [page(HUGE[name])], "Acme")
