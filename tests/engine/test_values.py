import json
import math
from collections import OrderedDict
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.expression import ExpressionError
from engine.values import (
    MAX_LIST_BYTES,
    MAX_VALUE_BYTES,
    UnstorableValueError,
    check_size,
    clean,
    is_empty,
    preview,
    preview_list,
    size,
)


class Color(StrEnum):
    RED = "red"


class Level(IntEnum):
    HIGH = 3


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        (None, None),
        (True, True),
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        (1.5, 1.5),
        ("é😀", "é😀"),
        ("a\0b", "a\ufffdb"),
        ("a\ud800b\udfff", "a\ufffdb\ufffd"),
        ({"k\0": ["\0"]}, {"k\ufffd": ["\ufffd"]}),
        ((1, (2,)), [1, [2]]),
        (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (Color.RED, "red"),
        (Level.HIGH, 3),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime(2026, 11, 22, 9, 30, tzinfo=UTC), "2026-11-22T09:30:00.000000Z"),
        (
            datetime(2026, 11, 22, 1, 0, 0, 5, tzinfo=timezone(timedelta(hours=2))),
            "2026-11-21T23:00:00.000005Z",
        ),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000000Z"),
    ],
)
def test_clean_gives_plain_json_that_can_be_stored_everywhere(value: object, cleaned: object) -> None:
    result = clean(value)

    assert result == cleaned
    assert type(result) is type(cleaned)


def test_clean_keeps_the_order_of_keys() -> None:
    assert list(clean({"z": 1, "a": 2})) == ["z", "a"]  # type: ignore[arg-type]  # an object


@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        (math.nan, (), "nan is no JSON number"),
        ({"a": [1, math.inf]}, ("a", 1), "a.1: inf is no JSON number"),
        ([2**63], (0,), "0: a whole number must fit 64 bits; as text it keeps all its digits"),
        ({"a": {"b": datetime(2026, 1, 1)}}, ("a", "b"), "a.b: a time must have a zone"),
        (
            datetime.max.replace(tzinfo=timezone(-timedelta(hours=1))),
            (),
            "a time must lie in the years 1 to 9999",
        ),
        ({1: 2}, ("1",), "1: a key of an object must be text"),
        ([{"a": Decimal(1)}], (0, "a"), "0.a: Decimal is no JSON type"),
        ({"a": {1, 2}}, ("a",), "a: set is no JSON type"),
        ({"a": b"x"}, ("a",), "a: bytes is no JSON type"),
    ],
)
def test_what_cannot_be_stored_is_named_with_its_place(
    value: object, path: tuple[object, ...], message: str
) -> None:
    with pytest.raises(UnstorableValueError) as caught:
        clean(value)

    assert isinstance(caught.value, ValueError)
    assert (caught.value.path, str(caught.value)) == (path, message)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_nesting_is_bounded() -> None:
    assert clean(nested(128)) == nested(128)
    with pytest.raises(UnstorableValueError, match="nested more than 128 deep"):
        clean(nested(129))
    with pytest.raises(UnstorableValueError, match="nested more than 128 deep"):
        clean(nested(100_000))


PYTHON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=10,
)


@given(PYTHON_VALUES)
def test_whatever_clean_lets_through_is_written_and_read_back_unchanged(value: Any) -> None:
    try:
        cleaned = clean(value)
    except UnstorableValueError:
        return
    written = orjson.dumps(cleaned)

    assert orjson.loads(written) == json.loads(json.dumps(cleaned)) == cleaned
    assert b"\\u0000" not in written
    assert clean(cleaned) == cleaned
    assert size(cleaned) == len(
        json.dumps(cleaned, ensure_ascii=False, separators=(",", ":")).encode()
    ) or any(character in str(cleaned) for character in ".e")


def test_size_counts_bytes_of_compact_json() -> None:
    assert size({"é": [1, "a"]}) == len('{"é":[1,"a"]}'.encode()) == 14


def test_a_value_of_exactly_the_limit_is_kept_and_one_byte_more_is_not() -> None:
    check_size("x" * (MAX_VALUE_BYTES - 2), MAX_VALUE_BYTES, "The output of 'Fetch'")
    with pytest.raises(ExpressionError) as caught:
        check_size("x" * (MAX_VALUE_BYTES - 1), MAX_VALUE_BYTES, "The output of 'Fetch'")

    assert caught.value.code == "VALUE_TOO_LARGE"
    assert str(caught.value) == "The output of 'Fetch' is larger than the 256 KiB that it may have as JSON"
    assert caught.value.detail == {"limit": 262_144}


def test_bytes_count_not_characters() -> None:
    with pytest.raises(ExpressionError, match="larger than the 4096 KiB"):
        check_size(["é" * (MAX_LIST_BYTES // 2)], MAX_LIST_BYTES, "The list")


def test_a_value_that_holds_another_many_times_is_refused_without_being_written() -> None:
    part = "x" * 1_000_000

    with pytest.raises(ExpressionError, match="larger than"):
        check_size([[part] * 10_000] * 1_000, MAX_LIST_BYTES, "The list")


def test_a_list_is_shown_by_its_count_and_its_first_ten_items() -> None:
    assert preview_list(list(range(12))) == {"$list": {"count": 12, "first": list(range(10))}}
    assert preview_list([]) == {"$list": {"count": 0, "first": []}}


def test_small_values_are_shown_whole_and_large_ones_by_their_beginning() -> None:
    assert preview({"a": [1, "b"]}) == {"a": [1, "b"]}
    assert preview("é" * 20_000) == "é" * 1_000 + "…"
    assert preview(["x" * 6_000] * 20) == {"$list": {"count": 20, "first": ["x" * 6_000] * 2}}
    assert preview({"a": "x" * 20_000, "b": 1}) == {"$object": {"count": 2, "keys": ["a", "b"]}}


@given(PYTHON_VALUES)
def test_a_preview_is_never_large(value: Any) -> None:
    try:
        shown = preview([value] * 3_000)
    except UnstorableValueError:
        return

    assert size(shown) < 16 * 1024 + 100


@pytest.mark.parametrize("value", [None, "", [], {}])
def test_these_are_empty(value: object) -> None:
    assert is_empty(value)


@pytest.mark.parametrize("value", [0, 0.0, False, " ", [None], {"a": None}])
def test_these_are_not_empty(value: object) -> None:
    assert not is_empty(value)
