import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.expression import ExpressionError, parse

WHERE, BETWEEN = "WHERE(list, 'path', value)", "DAYS_BETWEEN(from, to)"
ORDER = "Only two numbers or two texts have an order: here are"
COMMAS = "REPLACE(x, ',', '') takes commas out"
RECORDS = [
    {"id": 1, "values": {"name": "Acme", "score": 7, "tags": ["a"], "my field": True}},
    {"id": 2, "values": {"name": "Bolt", "score": None, "tags": []}},
    {"id": 3, "values": {"name": "Core", "tags": ["b", "c"]}},
    "no object",
]


def value_of(source: str, **scope: Any) -> Any:
    return parse(source).evaluate(scope)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("IF('', 1, 2)", 2),
        ("IF([0], 1, 2)", 1),
        ("DEFAULT(null, null)", None),
        ("COALESCE(null, null)", None),
        ("COALESCE(null, 0, 1)", 0),
        ("NUMBER('42')", 42),
        ("NUMBER(' -1.50 ')", -1.5),
        ("NUMBER('+1e3')", 1000.0),
        ("NUMBER('.5')", 0.5),
        ("NUMBER('5.')", 5.0),
        ("NUMBER(7)", 7),
        ("ROUND(2.5)", 3),
        ("ROUND(-2.5)", -3),
        ("ROUND(0.5)", 1),
        ("ROUND(1.005, 2)", 1.01),
        ("ROUND(2.344, 2)", 2.34),
        ("ROUND(1250, -2)", 1300),
        ("ROUND(-1250, -2)", -1300),
        ("ROUND(1249.9, -2)", 1200),
        ("ROUND(7, 3)", 7),
        ("ROUND(1e300)", 1e300),
        ("ROUND(1e300, -3)", 1e300),
        ("ABS(-2.5)", 2.5),
        ("SUM([])", 0),
        ("SUM([1, null, 2], 3)", 6),
        ("SUM(0.1, 0.2, 0.3)", 0.6),
        ("SUM(5)", 5),
        ("AVERAGE([])", None),
        ("AVERAGE([1, 2, null])", 1.5),
        ("AVERAGE([2, 4])", 3),
        ("COUNT([])", 0),
        ("COUNT(1, null, 'a')", 2),
        ("MIN([])", None),
        ("MAX([3, 1.5, null])", 3),
        ("MIN(['b', 'a'])", "a"),
        ("MIN('2026-01-01T10:00:00+09:00', '2026-01-01T02:00:00Z')", "2026-01-01T10:00:00+09:00"),
        ("LEN('日本')", 2),
        ("LEN([])", 0),
        ("UPPER('straße')", "STRASSE"),
        ("TRIM(' \n a ')", "a"),
        ("TEXT(null)", ""),
        ("TEXT(true)", "true"),
        ("TEXT(1.5)", "1.5"),
        ("TEXT(6 / 4 * 2)", "3"),
        ("TEXT(1e20)", "1e+20"),
        ("TEXT(9999999999 * 9999999999 * 9999999999)", "999999999700000000029999999999"),
        ("TEXT(['é', null])", '["é",null]'),
        ("JSON('a')", '"a"'),
        ("JSON(null)", "null"),
        ("CONCAT('a', 1, null, true, [1])", "a1true[1]"),
        ("JOIN([], ', ')", ""),
        ("JOIN([1, 'a', null, 2.0], '-')", "1-a--2"),
        ("JOIN(['a', 'b'], '')", "ab"),
        ("SPLIT('', ',')", [""]),
        ("SPLIT('a,,b', ',')", ["a", "", "b"]),
        ("REPLACE('aaa', 'aa', 'b')", "ba"),
        ("REPLACE('abc', 'x', 'y')", "abc"),
        ("CONTAINS('Abc', 'b')", True),
        ("CONTAINS('Abc', 'a')", False),
        ("CONTAINS([1, [2]], [2])", True),
        ("STARTS_WITH('abc', '')", True),
        ("ENDS_WITH('abc', 'bc')", True),
        ("FIRST([])", None),
        ("LAST([])", None),
        ("LAST([1, [2]])", [2]),
        ("UNIQUE([1, 1.0, true, '1', [1], [1.0], [true], null, null])", [1, True, "1", [1], [True], None]),
        ("SORT(['b', 'B', 'a', null])", ["B", "a", "b", None]),
        ("SORT([2, 1.5, null, -1])", [-1, 1.5, 2, None]),
        ("SORT(['2026-01-02', '2026-01-02T01:00:00+09:00'])", ["2026-01-02T01:00:00+09:00", "2026-01-02"]),
        ("SORT([])", []),
        ("MAP([], 'a')", []),
        ("MAP([[5]], 'a')", [None]),
        ("MAP([[5]], '0')", [5]),
        ("DATE('2026-11-22')", "2026-11-22"),
        ("DATE('2026-11-22 09:30')", "2026-11-22"),
        ("DATE(' 2026-11-22T23:30:00-05:00')", "2026-11-23"),
        ("DAYS_BETWEEN('2026-01-31', '2026-01-01')", -30),
        ("DAYS_BETWEEN('2024-02-28', '2024-03-01')", 2),
        ("DAYS_BETWEEN('2026-01-01T12:00:00Z', '2026-01-03T11:00:00Z')", 1),
        ("DAYS_BETWEEN('2026-01-03T11:00:00Z', '2026-01-01T12:00:00Z')", -1),
    ],
)
def test_functions_give_what_the_page_says_at_their_edges_too(source: str, value: object) -> None:
    result = value_of(source)

    assert json.dumps(result) == json.dumps(value) or result == value
    assert isinstance(result, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("MAP(records, 'values.name')", ["Acme", "Bolt", "Core", None]),
        ("MAP(records, 'values.score')", [7, None, None, None]),
        ("MAP(records, 'values.tags[0]')", ["a", None, "b", None]),
        ("MAP(records, 'values.tags[-1]')", ["a", None, "c", None]),
        ("""MAP(records, "values['my field']")""", [True, None, None, None]),
        ("MAP(records, 'values.my field')", [True, None, None, None]),
        ("MAP(WHERE(records, 'values.name', 'Bolt'), 'id')", [2]),
        ("MAP(WHERE(records, 'values.score', 7.0), 'id')", [1]),
        ("LEN(WHERE(records, 'values.score', null))", 3),
        ("WHERE(records, 'values.score', '7')", []),
        ("SUM(MAP(records, 'values.score'))", 7),
    ],
)
def test_map_and_where_look_into_each_item(source: str, value: object) -> None:
    assert value_of(source, records=RECORDS) == value


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("UPPER(1)", "UPPER(text): argument 1 is a number, it takes text (column 1)"),
        ("1 + LEN(null)", "LEN(x): argument 1 is null, it takes text, a list or an object (column 5)"),
        ("NUMBER('1,200')", "NUMBER(text): '1,200' is no number (column 1)"),
        ("NUMBER('')", "NUMBER(text): '' is no number (column 1)"),
        ("NUMBER('12 apples')", "NUMBER(text): '12 apples' is no number (column 1)"),
        ("NUMBER('1_000')", "NUMBER(text): '1_000' is no number (column 1)"),
        ("NUMBER('nan')", "NUMBER(text): 'nan' is no number (column 1)"),
        ("NUMBER('٣')", "NUMBER(text): '٣' is no number (column 1)"),
        ("NUMBER(true)", "NUMBER(text): argument 1 is true or false, it takes text or a number (column 1)"),
        ("ROUND('1')", "ROUND(number, digits): argument 1 is text, it takes a number (column 1)"),
        ("ROUND(1, 0.5)", "ROUND(number, digits): digits is a whole number from -15 to 15 (column 1)"),
        ("SUM(['1'])", "SUM(list): it takes numbers, and text is among them (column 1)"),
        ("SUM([true])", "SUM(list): it takes numbers, and true or false is among them (column 1)"),
        ("MIN([1, 'a'])", f"{ORDER} text and a number (column 1)"),
        ("MAX([[1]])", f"{ORDER} a list and a list (column 1)"),
        ("SORT([1, 'a'])", "SORT(list): it sorts numbers or texts: here are a number and text (column 1)"),
        ("SORT('abc')", "SORT(list): argument 1 is text, it takes a list (column 1)"),
        ("FIRST('abc')", "FIRST(list): argument 1 is text, it takes a list (column 1)"),
        ("SPLIT('abc', '')", "SPLIT(text, separator): argument 2 must not be empty (column 1)"),
        ("REPLACE('abc', '', 'x')", "REPLACE(text, old, new): argument 2 must not be empty (column 1)"),
        ("JOIN('abc', ',')", "JOIN(list, separator): argument 1 is text, it takes a list (column 1)"),
        ("MAP([], '')", "'' is no path (column 1)"),
        ("MAP([], 'a..b')", "'a..b' is no path (column 1)"),
        ("MAP([], 5)", "MAP(list, 'path'): argument 2 is a number, it takes text (column 1)"),
        ("WHERE(5, 'a', 1)", f"{WHERE}: argument 1 is a number, it takes a list (column 1)"),
        ("DATE('22.11.2026')", "DATE(text): '22.11.2026' is no ISO date or timestamp (column 1)"),
        ("DATE('2026-02-30')", "DATE(text): '2026-02-30' is no ISO date or timestamp (column 1)"),
        ("DAYS_BETWEEN('2026-01-01', null)", f"{BETWEEN}: argument 2 is null, it takes text (column 1)"),
    ],
)
def test_a_wrong_argument_is_answered_with_what_the_function_takes(source: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value_of(source)

    assert (caught.value.code, str(caught.value)) == ("EXPRESSION_TYPES", message)


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        (
            "NUMBER('1,200')",
            f"The fraction follows a point, nothing groups digits: {COMMAS}",
        ),
        ("NUMBER('12 apples')", "FIRST(SPLIT(x, ' ')) takes what stands before the first ' '"),
        ("NUMBER('1975/1977')", "FIRST(SPLIT(x, '/')) takes what stands before the first '/'"),
        ("NUMBER('n/a')", "DEFAULT and IF can stand in for what is no number"),
        ("NUMBER(null)", "DEFAULT(x, y) gives y for null"),
        ("UPPER(1)", "TEXT(x) gives a value as text"),
        ("ABS('1')", "NUMBER(x) reads text as a number"),
        ("DATE('today')", "They are written 2026-11-22 or 2026-11-22T09:30:00Z"),
    ],
)
def test_a_wrong_argument_is_answered_with_a_way_out(source: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value_of(source)

    assert caught.value.hint == hint


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON_VALUES)
def test_json_text_reads_back_as_the_same_value(value: Any) -> None:
    assert json.loads(value_of("JSON(x)", x=value)) == value
    assert value_of("x", x=value) == value
    assert value_of("x == x and x in [x] and LEN(UNIQUE([x, x])) == 1", x=value) is True


@given(st.lists(st.text("ab,", max_size=5), min_size=1, max_size=6), st.sampled_from([",", ";;", "a"]))
def test_split_undoes_join(items: list[str], separator: str) -> None:
    text = separator.join(items)

    assert value_of("JOIN(SPLIT(text, s), s)", text=text, s=separator) == text
    assert value_of("SPLIT(text, s)", text=text, s=separator) == text.split(separator)


@given(st.lists(st.integers() | st.floats(allow_nan=False, allow_infinity=False), max_size=20))
def test_sort_gives_the_same_numbers_in_order(numbers: list[float]) -> None:
    small = [each for each in numbers if -(2**63) <= each < 2**63]

    assert value_of("SORT(x)", x=small) == sorted(small)
    assert value_of("MIN(x) == FIRST(SORT(x)) and MAX(x) == LAST(SORT(x))", x=small or [1]) is True


@given(st.text())
def test_any_text_can_be_written_as_a_literal(text: str) -> None:
    kept = re.sub("[\0\ud800-\udfff]", "\ufffd", text)
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")

    assert parse(f"'{escaped}'").evaluate({}) == kept


@given(st.decimals(min_value=-(10**6), max_value=10**6, allow_nan=False, places=4), st.integers(0, 3))
def test_round_never_moves_a_number_by_more_than_half_a_unit(number: Any, digits: int) -> None:
    rounded = value_of(f"ROUND(x, {digits})", x=float(number))

    assert abs(rounded - float(number)) <= 0.5 * 10**-digits + 1e-9
