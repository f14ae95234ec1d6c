import pytest

from engine.passages.naming import names
from engine.passages.page import Page


@pytest.mark.parametrize(
    ("subject", "named"),
    [
        ("Acme Pumps Inc.", True),
        ("the ACME", True),
        ("Acme Tyres", False),
        ("Ac", False),
        ("", True),
    ],
)
def test_a_page_names_whom_its_title_and_text_hold_each_word_of(subject: str, named: bool) -> None:
    page = Page(url="https://a.example/", title="Acme", text="They make pumps.")
    assert names(page, subject) is named
