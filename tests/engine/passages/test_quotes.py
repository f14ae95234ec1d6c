import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.passages.quotes import MAX_QUOTE, find_quote

TEXT = "Acme’s “founders” met in 1987 –\nin\tZürich. They said: it’s fine… and 19870 people (of Straße 5) agreed."


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ('Acme\'s "founders" met', "Acme’s “founders” met"),
        ("MET IN 1987 - in Zürich.", "met in 1987 –\nin\tZürich."),
        ("“in Zürich”", "in\tZürich"),
        ("... it's fine...", "it’s fine"),
        ("it's fine... and", "it’s fine… and"),
        ("Zu\u0308rich", "Zürich"),
        ("strasse 5", "Straße 5"),
        (" people   (of\u00a0Straße ", "people (of Straße"),
    ],
)
def test_a_quote_is_found_whatever_its_typography(quote: str, found: str) -> None:
    place = find_quote(TEXT, quote)
    assert place is not None
    assert TEXT[place[0] : place[1]] == found


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "…",
        "9870",
        "met in 1988",
        "Zurich",
        "founders in",
        "1987 … agreed",
        "cme’s",
        "x" * (MAX_QUOTE + 1),
    ],
)
def test_what_is_not_there_is_not_found(quote: str) -> None:
    assert find_quote(TEXT, quote) is None


def test_a_quote_that_is_too_long_is_not_looked_for() -> None:
    assert find_quote("x" * (MAX_QUOTE + 1), "x" * MAX_QUOTE + "x") is None
    assert find_quote("x" * MAX_QUOTE, "x" * MAX_QUOTE) == (0, MAX_QUOTE)


def test_a_quote_within_longer_words_is_looked_for_further_on() -> None:
    assert find_quote("party artful art", "art") == (13, 16)


def test_scripts_without_spaces_have_no_words_to_split() -> None:
    assert find_quote("会社の設立は1987年です", "設立は1987年") == (3, 11)


WORDS = st.lists(
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8), min_size=1, max_size=12
)
SPACES = st.sampled_from([" ", "\n", "\t", "\u00a0", " \n\t "])


@given(WORDS, WORDS, WORDS, SPACES, SPACES)
def test_words_in_a_row_are_found_whatever_space_is_between(
    before: list[str], sought: list[str], after: list[str], space: str, other: str
) -> None:
    text = space.join([*before, *sought, *after])
    place = find_quote(text, other.join(sought))
    assert place is not None
    assert text[place[0] : place[1]].split() == sought or place[0] < len(space.join(before))


@given(st.text(), st.text(max_size=50))
def test_nothing_breaks_the_search(text: str, quote: str) -> None:
    place = find_quote(text, quote)
    assert place is None or 0 <= place[0] < place[1] <= len(text)


@pytest.mark.timeout(30)
def test_a_text_made_to_be_slow_is_given_up() -> None:
    assert find_quote("a" * 300_000, "a" * 2_000) is None
