import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.passages.classify import classify

LABELS = ["billing", "delivery", "warranty"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("My warranty has run out", "warranty"),
        ("Wann wird meine Bestellung geliefert?", "delivery"),
        ("The delivery was late, and the delivery note was wrong; is there a guarantee?", "delivery"),
        ("Good morning", None),
        ("", None),
    ],
)
def test_a_text_is_what_its_words_say(text: str, label: str | None) -> None:
    assert classify(text, LABELS).label == label


def test_labels_that_fit_equally_well_are_no_label_but_all_of_them_fit() -> None:
    found = classify("delivery and warranty", LABELS)
    assert (found.label, found.labels) == (None, ("delivery", "warranty"))


def test_instructions_describe_labels_line_by_line() -> None:
    told = "Choose well.\n- billing: invoice, refund\nwarranty: broken"
    assert classify("I want a refund of this invoice", LABELS, instructions=told).label == "billing"
    assert classify("I want a refund of this invoice", LABELS).label is None


@given(st.text(), st.lists(st.text(), unique=True, max_size=5), st.text())
def test_every_label_that_fits_has_a_score_and_the_best_comes_first(
    text: str, labels: list[str], told: str
) -> None:
    found = classify(text, labels, instructions=told)
    assert set(found.scores) == set(labels)
    assert set(found.labels) == {label for label in labels if found.scores[label] > 0}
    scores = [found.scores[label] for label in found.labels]
    assert scores == sorted(scores, reverse=True)
    assert found.label is None or found.label == found.labels[0]
