from typing import Any

import pytest

from engine.research.subject import MAX_TEXT, subject_of


def about(**values: Any) -> Any:
    return subject_of({"id": "rec_1", "object": "companies", "values": values})


def test_a_record_is_told_as_its_attributes_one_a_line_without_the_empty_ones() -> None:
    subject = about(name="Acme", employees=12, notes="two\nlines", none=None, blank="")
    assert subject.text == "A record of companies\nname: Acme\nemployees: 12\nnotes: two lines"
    assert subject.name == "Acme"


@pytest.mark.parametrize(
    ("values", "name"),
    [({"title": " The Title "}, "The Title"), ({"symbol": "ACM"}, ""), ({"name": 7, "company": "B"}, "B")],
)
def test_its_name_is_the_first_attribute_that_names_things(values: dict[str, Any], name: str) -> None:
    assert about(**values).name == name


@pytest.mark.parametrize(
    ("values", "sites"),
    [
        ({"website": "https://acme.example/x"}, ("https://acme.example/x",)),
        ({"domain": "acme.example"}, ("https://acme.example",)),
        ({"any": "http://acme.example"}, ("http://acme.example",)),
        ({"links": ["https://a.example", "https://b.example"]}, ("https://a.example", "https://b.example")),
        ({"email": "info@acme.example", "name": "acme.example"}, ()),
        ({"website": "javascript:alert(1)", "url": "file:///etc/passwd"}, ()),
        ({"website": "see https://acme.example for more"}, ()),
    ],
)
def test_its_sites_are_the_addresses_among_its_attributes(
    values: dict[str, Any], sites: tuple[str, ...]
) -> None:
    assert about(**values).sites == sites


def test_a_large_record_is_told_in_part() -> None:
    assert len(about(**{f"n{number}": "x" * 1000 for number in range(50)}).text) == MAX_TEXT
