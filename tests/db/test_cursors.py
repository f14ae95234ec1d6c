import base64
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.cursors import BadPage, Order, check_first

Item = tuple[datetime, str]
ORDER = Order[Item]("things", (datetime, str), lambda item: item)
OTHER = Order[Item]("other things", (datetime, str), lambda item: item)
NUMBERS = Order[int]("numbers", (int,), lambda item: (item,))
NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


def test_a_cursor_gives_its_key_back() -> None:
    assert ORDER.key(ORDER.cursor((NOON, "run_1"))) == (NOON, "run_1")
    assert NUMBERS.key(NUMBERS.cursor(7)) == (7,)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "ü",
        "\ud800",
        "a" * 5000,
        encoded({}),
        encoded([]),
        encoded(["things"]),
        encoded(["things", "2026-11-22T12:00:00Z"]),
        encoded(["things", "2026-11-22T12:00:00", "run_1"]),
        encoded(["things", "tomorrow", "run_1"]),
        encoded(["things", 5, "run_1"]),
        encoded(["things", "2026-11-22T12:00:00Z", 5]),
        encoded(["things", "2026-11-22T12:00:00Z", "a\0b"]),
        encoded(["things", "2026-11-22T12:00:00Z", "run_1", "more"]),
        OTHER.cursor((NOON, "run_1")),
    ],
)
def test_what_is_no_cursor_of_the_connection_is_refused(cursor: str) -> None:
    with pytest.raises(BadPage, match="'after' is no cursor of things; take one from 'endCursor'"):
        ORDER.key(cursor)


@pytest.mark.parametrize("part", [True, -1, 2**31, 2**70, "7", 1.5, None])
def test_a_number_in_a_cursor_must_be_one_that_a_row_could_hold(part: object) -> None:
    cursor = base64.urlsafe_b64encode(b'["numbers",' + str(part).encode() + b"]").decode()
    if isinstance(part, str | bool | None):
        cursor = encoded(["numbers", part])
    with pytest.raises(BadPage, match="no cursor of numbers"):
        NUMBERS.key(cursor)


@given(st.text(max_size=60))
def test_no_text_makes_a_cursor_fail_in_another_way(cursor: str) -> None:
    with pytest.raises(BadPage):
        ORDER.key(cursor)


@pytest.mark.parametrize("first", [0, -1, 101])
def test_a_page_holds_1_to_100(first: int) -> None:
    with pytest.raises(BadPage, match=f"'first' is {first}; it takes 1 to 100"):
        check_first(first)
    check_first(1)
    check_first(100)


def test_a_page_knows_whether_more_follow() -> None:
    page = NUMBERS.page([1, 2, 3], 2, None)
    assert (page.items, page.has_next, page.has_previous) == ([1, 2], True, False)
    assert [NUMBERS.key(cursor) for cursor in page.cursors] == [(1,), (2,)]
    last = NUMBERS.page([3], 2, page.cursors[1])
    assert (last.items, last.has_next, last.has_previous) == ([3], False, True)
