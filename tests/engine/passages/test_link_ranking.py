import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.passages.link_ranking import rank_links
from engine.passages.page import Link

SITE = "https://www.acme.example/"
LINKS = [
    Link("https://www.acme.example/blog/2024/05/cats", "Cats in the office"),
    Link("https://www.acme.example/privacy", "Privacy"),
    Link("https://www.acme.example/login", "Log in"),
    Link("https://acme.example/kontakt.html", "Kontakt"),
    Link("https://www.acme.example/preise", "Preise"),
    Link("https://www.acme.example/a-propos", "À propos"),
    Link("https://shop.acme.example/p/17", "Returns"),
    Link("https://www.acme.example/team", "Leadership team"),
]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("When was Acme founded?", "https://www.acme.example/a-propos"),
        ("What is the phone number of Acme?", "https://acme.example/kontakt.html"),
        ("Was kostet eine Pumpe?", "https://www.acme.example/preise"),
        ("Who is the CEO?", "https://www.acme.example/team"),
        ("Can I return a pump?", "https://shop.acme.example/p/17"),
        ("Are there cats in the office?", "https://www.acme.example/blog/2024/05/cats"),
    ],
)
def test_the_link_that_a_reader_would_try_comes_first(question: str, first: str) -> None:
    assert rank_links(question, LINKS, site=SITE, subject="Acme")[0].url == first


def test_what_seldom_answers_comes_last() -> None:
    ranked = rank_links("Who is the CEO?", LINKS, site=SITE, subject="Acme")
    assert {link.url.rpartition("/")[2] for link in ranked[-3:]} == {"login", "privacy", "cats"}


def test_other_sites_files_and_repetitions_are_left_out() -> None:
    links = [
        Link("https://other.example/about", "About"),
        Link("https://notacme.example/about", "About"),
        Link("https://www.acme.example/report.PDF", "Annual report"),
        Link("https://www.acme.example/x", ""),
        Link("https://www.acme.example/x", "About us"),
    ]
    assert rank_links("When was it founded?", links, site=SITE) == [
        Link("https://www.acme.example/x", "About us")
    ]


@given(
    st.lists(st.builds(Link, st.text().map(lambda path: f"{SITE}{path}"), st.text()), max_size=8), st.text()
)
def test_nothing_is_added(links: list[Link], question: str) -> None:
    assert set(rank_links(question, links, site=SITE)) <= set(links)
