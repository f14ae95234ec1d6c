import pytest

from engine.research.addresses import Addresses, plain, shown


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("HTTPS://Example.com", "https://example.com/"),
        ("https://example.com/a#part", "https://example.com/a"),
        (" https://example.com/A?b=C ", "https://example.com/A?b=C"),
        ("record:rec_1", "record:rec_1"),
        ("https://[broken", "https://[broken"),
    ],
)
def test_addresses_that_lead_to_the_same_page_are_the_same(url: str, same: str) -> None:
    assert plain(url) == same
    assert url in Addresses([same])


@pytest.mark.parametrize(
    "made_up",
    [
        "https://example.com/about?secret=1",
        "https://example.com/about/",
        "http://example.com/about",
        "https://example.com.evil.example/about",
        "https://user@example.com/about",
        "https://example.com:444/about",
    ],
)
def test_an_address_that_is_made_up_of_a_known_one_is_unknown(made_up: str) -> None:
    assert made_up not in Addresses(["https://example.com/about"])


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://www.example.com/about?x=1", "example.com/about"),
        ("https://user:secret@example.com/", "example.com"),
        ("record:rec_1", "record:rec_1"),
        ("https://example.com/" + "a" * 100, "example.com/" + "a" * 67 + "…"),
        ("https://[broken", "https://[broken"),
    ],
)
def test_a_title_shows_host_and_path_alone(url: str, title: str) -> None:
    assert shown(url) == title
