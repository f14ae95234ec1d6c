import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.record_keys import key_of, keys_of
from engine.conditions import compare

PLAIN = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(min_size=1, max_size=150)
    | st.sampled_from(
        [1, 1.0, True, "1", 2**53, float(2**53), 2**53 + 1, 0, -0.0, "2026-11-22", "2026-11-22T00:00:00Z"]
    )
    | st.sampled_from(["2026-11-22T09:00:00+09:00", "2026-11-22 00:00", "2026-13-01", "x" * 100, "x" * 101])
)


@given(PLAIN, PLAIN)
def test_two_values_have_the_same_key_exactly_where_they_are_equal(one: object, other: object) -> None:
    assert (key_of(one) == key_of(other)) is compare("equals", one, other)


@given(PLAIN)
def test_a_key_is_short(value: object) -> None:
    assert len(key_of(value) or "") <= 120


@pytest.mark.parametrize("value", [None, "", [], {}, [1], {"a": 1}])
def test_what_is_empty_or_has_parts_has_no_key(value: object) -> None:
    assert key_of(value) is None


def test_a_record_has_a_key_for_each_plain_value() -> None:
    assert keys_of({"a": 1, "b": None, "c": [1], "d": "x"}) == {"a": "number 1", "d": "text x"}
