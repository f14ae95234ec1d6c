from hypothesis import given
from hypothesis import strategies as st

from engine.passages.summarize import summarize

TEXT = (
    "Acme builds pumps for farms. The weather was nice. The pumps of Acme move water on farms in ten countries. "
    "Lunch is at noon. Prices start at 90 euros. Farms save water with pumps of Acme."
)


def test_the_most_telling_sentences_are_given_in_their_order() -> None:
    assert summarize(TEXT, count=2) == "Acme builds pumps for farms. Farms save water with pumps of Acme."


def test_what_to_look_for_counts() -> None:
    assert "Prices start at 90 euros." in summarize(TEXT, instructions="What are the prices?", count=2)


def test_a_short_text_is_given_whole() -> None:
    assert summarize("One.\n Two  words. ") == "One. Two words."
    assert summarize("") == ""


@given(st.text(), st.text(max_size=50), st.integers(min_value=1, max_value=4))
def test_nothing_is_said_that_the_text_does_not_say(text: str, told: str, count: int) -> None:
    shown = summarize(text, instructions=told, count=count)
    place = 0
    whole = " ".join(text.split())
    for word in shown.split():
        place = whole.find(word, place)
        assert place >= 0
        place += len(word)
