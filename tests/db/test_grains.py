from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.grains import FIRST, LAST, Grain, Window, pieces, window

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
NEARBY = st.timedeltas(timedelta(0), timedelta(hours=3)) | st.timedeltas(timedelta(0), timedelta(days=800))


@given(MOMENTS, NEARBY, st.sampled_from(Grain))
def test_the_pieces_of_a_window_are_whole_grains_and_cover_each_moment_once(
    since: datetime, length: timedelta, coarsest: Grain
) -> None:
    which = window(since, since + length)
    found = list(pieces(which, coarsest))
    if which.start == which.end:
        assert found == []
        return
    assert (found[0].start, found[-1].end) == (which.start, which.end)
    assert all(one.end == other.start for one, other in pairwise(found))
    for piece in found:
        assert piece.start < piece.end
        assert piece.grain.floor(piece.start) == piece.start and piece.grain.floor(piece.end) == piece.end
    grains = list(Grain)
    assert max(grains.index(piece.grain) for piece in found) <= grains.index(coarsest)
    assert len(found) <= 2 * grains.index(coarsest) + 1


@given(MOMENTS, NEARBY)
def test_a_window_is_made_of_few_rollups_however_long_it_is(since: datetime, length: timedelta) -> None:
    which = window(since, since + length)
    finer = sum(
        (piece.end - piece.start) // (piece.grain.after(piece.start) - piece.start)
        for piece in pieces(which)
        if piece.grain is not Grain.YEAR
    )
    assert finer <= 2 * (59 + 23 + 30 + 11) + 2


def test_an_open_window_is_made_of_years_alone() -> None:
    (piece,) = pieces(window(None, None))
    assert (piece.grain, piece.start, piece.end) == (Grain.YEAR, FIRST, LAST)


def test_a_window_is_cut_to_the_minute_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    which = window(
        datetime(2026, 11, 22, 10, 59, 59, 999, berlin), datetime(2026, 11, 22, 12, 0, 30, tzinfo=berlin)
    )
    assert which == Window(datetime(2026, 11, 22, 9, 59, tzinfo=UTC), datetime(2026, 11, 22, 11, tzinfo=UTC))


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
        (datetime(9998, 1, 2, tzinfo=UTC), None),
        (None, datetime(1, 1, 2, tzinfo=UTC)),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 1, 2, 3, 4, 55, tzinfo=UTC)),
    ],
)
def test_a_window_that_ends_before_it_begins_holds_nothing(
    since: datetime | None, until: datetime | None
) -> None:
    assert list(pieces(window(since, until))) == []


@pytest.mark.parametrize(
    ("grain", "start", "after"),
    [
        (Grain.MINUTE, datetime(2026, 2, 28, 23, 59), datetime(2026, 3, 1)),
        (Grain.HOUR, datetime(2026, 2, 28, 23), datetime(2026, 3, 1)),
        (Grain.DAY, datetime(2026, 2, 28), datetime(2026, 3, 1)),
        (Grain.MONTH, datetime(2026, 2, 1), datetime(2026, 3, 1)),
        (Grain.MONTH, datetime(2026, 12, 1), datetime(2027, 1, 1)),
        (Grain.YEAR, datetime(2027, 1, 1), datetime(2028, 1, 1)),
        (Grain.YEAR, datetime(2028, 1, 1), datetime(2029, 1, 1)),
    ],
)
def test_a_grain_knows_where_it_ends(grain: Grain, start: datetime, after: datetime) -> None:
    assert grain.after(start.replace(tzinfo=UTC)) == after.replace(tzinfo=UTC)
