"""Durations as a histogram of logarithmic buckets: small however many they are, added up by adding counts.

What it gives of them is within 4 % of what they were. Buckets are text, as JSON wants the names of its fields.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping
from datetime import timedelta
from itertools import accumulate

Histogram = Mapping[str, int]
"""Bucket → how many durations; never changed in place where it is part of a run's state."""

_ACCURACY = 0.04
_RATIO = (1 + _ACCURACY) / (1 - _ACCURACY)
_LOG_OF_RATIO = math.log(_RATIO)

_NO_TIME = "0"
_MICROSECOND = timedelta(microseconds=1)


def bucket_of(duration: timedelta) -> str:
    """Give the bucket of a duration; one below zero, which two machines' clocks can make, took no time."""
    microseconds = duration // _MICROSECOND
    if microseconds <= 0:
        return _NO_TIME
    return str(1 + math.ceil(math.log(microseconds) / _LOG_OF_RATIO))


def with_one(histogram: Histogram, duration: timedelta) -> dict[str, int]:
    """Give the histogram with one duration more."""
    bucket = bucket_of(duration)
    return {**histogram, bucket: histogram.get(bucket, 0) + 1}


def add(total: dict[str, int], more: Histogram) -> None:
    """Add a histogram to a total."""
    if not total:
        total.update(more)
        return
    for bucket, count in more.items():
        total[bucket] = total.get(bucket, 0) + count


def percentiles(histogram: Histogram, *fractions: float) -> tuple[float | None, ...]:
    """Give percentiles in milliseconds, between two durations on the straight line; None where there are none.

    Args:
        histogram: The durations.
        fractions: Each 0 to 1; 0.5 gives the median.
    """
    total = sum(histogram.values())
    if not total:
        return (None,) * len(fractions)
    buckets = sorted(histogram, key=int)
    seen = list(accumulate(map(histogram.__getitem__, buckets)))

    def value_at(place: int) -> float:
        return _milliseconds(int(buckets[bisect_right(seen, place)]))

    def value_of(fraction: float) -> float:
        place = (total - 1) * fraction
        below = math.floor(place)
        low, high = value_at(below), value_at(min(below + 1, total - 1))
        return low + (high - low) * (place - below)

    return tuple(value_of(fraction) for fraction in fractions)


def _milliseconds(bucket: int) -> float:
    return 2 * _RATIO ** (bucket - 1) / (_RATIO + 1) / 1000 if bucket else 0.0
