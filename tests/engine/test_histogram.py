"""What a histogram gives of durations is what a plain list of them gives, within 5 %."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.histogram import add, bucket_of, percentiles, with_one

DURATIONS = st.lists(
    st.one_of(
        st.timedeltas(min_value=timedelta(0), max_value=timedelta(milliseconds=20)),
        st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3660)),
    ),
    min_size=1,
    max_size=60,
)


def histogram(durations: list[timedelta]) -> dict[str, int]:
    made: dict[str, int] = {}
    for duration in durations:
        made = with_one(made, duration)
    return made


def exact(durations: list[timedelta], fraction: float) -> float:
    """The percentile as percentile_cont, numpy and spreadsheets have it."""
    ordered = sorted(duration / timedelta(milliseconds=1) for duration in durations)
    place = (len(ordered) - 1) * fraction
    low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
    return low + (high - low) * (place - math.floor(place))


@given(DURATIONS, st.sampled_from([0.5, 0.95]) | st.floats(0, 1))
def test_a_percentile_is_within_five_per_cent_of_the_exact_one(
    durations: list[timedelta], fraction: float
) -> None:
    assert percentiles(histogram(durations), fraction)[0] == pytest.approx(
        exact(durations, fraction), rel=0.05
    )


def test_no_durations_have_no_percentile() -> None:
    assert percentiles({}, 0.5, 0.95) == (None, None)


def test_one_duration_is_every_percentile() -> None:
    shown = set(percentiles(with_one({}, timedelta(milliseconds=30)), 0.0, 0.5, 0.95, 1.0))
    assert len(shown) == 1 and shown.pop() == pytest.approx(30, rel=0.04)


def test_what_took_no_time_and_what_ended_before_it_started_took_zero() -> None:
    made = histogram([timedelta(0), timedelta(milliseconds=-5)])
    assert (made, percentiles(made, 0.95)) == ({"0": 2}, (0.0,))


@given(DURATIONS, DURATIONS)
def test_the_sum_of_two_histograms_is_the_histogram_of_all(
    some: list[timedelta], others: list[timedelta]
) -> None:
    total = histogram(some)
    add(total, histogram(others))
    assert total == histogram(some + others)


def test_ten_years_fit_into_a_few_hundred_buckets() -> None:
    assert int(bucket_of(timedelta(days=3660))) < 450


def test_a_histogram_stays_as_it_was_when_one_is_added() -> None:
    before = {"7": 1}
    assert with_one(before, timedelta(seconds=1)) != before
    assert before == {"7": 1}
