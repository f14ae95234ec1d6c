from collections.abc import Mapping

import pytest

from engine.expression import ExpressionError, parse

SCOPE = {
    "trigger": {
        "payload": {
            "amount": 5,
            "tags": ["a", "vip"],
            "note": None,
            "name": "Ada",
            "content-type": "text",
            "none": {},
        }
    },
    "loop": {"item": {"values": {"founded": "2013 (1888)"}}, "index": 2},
}


def fails(source: str, scope: Mapping[str, object] = SCOPE) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        parse(source).evaluate(scope)
    return caught.value


def test_what_is_missing_is_named_with_what_there_is_instead() -> None:
    error = fails("1 + trigger.payload.amnt", {"trigger": {"payload": {"tags": [], "amount": 5}}})

    assert error.code == "VALUE_MISSING"
    assert str(error) == "'amnt' is missing here: there are amount, tags (trigger.payload.amnt, column 21)"
    assert error.hint == "Did you mean amount?"
    assert error.detail == {
        "expression": "1 + trigger.payload.amnt",
        "position": 21,
        "path": "trigger.payload.amnt",
        "missing": "amnt",
        "available": ["amount", "tags"],
    }


NAMES: dict[str, object] = {"tags": ["x", "y"], "note": None, "name": "Ada", "none": {}, "my-name": 1}
GIVES = "gives a value where it may be missing"
THERE = "there are my-name, name, none, note, tags"


@pytest.mark.parametrize(
    ("source", "message", "column", "hint"),
    [
        ("q", "'q' is missing here: there are a, i", 1, f"DEFAULT(q, …) {GIVES}"),
        ("a.xy.z", f"'xy' is missing here: {THERE}", 3, f"DEFAULT(a.xy.z, …) {GIVES}"),
        ("a.tag", f"'tag' is missing here: {THERE}", 3, "Did you mean tags?"),
        ("a.mynam", f"'mynam' is missing here: {THERE}", 3, "Did you mean ['my-name']?"),
        ("i.o.x", "'x' is missing here: there is only y", 5, f"DEFAULT(i.o.x, …) {GIVES}"),
        ("a.none.x", "'x' is missing here: a.none is empty", 8, None),
        ("a.note.x", "'x' is missing here: a.note is null", 8, None),
        ("a.name.x", "'x' is missing here: a.name is text", 8, None),
        ("i.n.x", "'x' is missing here: i.n is a number", 5, None),
        (
            "a.tags.x",
            "'x' is missing here: a.tags is a list of 2",
            8,
            "a.tags[0] is its first item; MAP(a.tags, 'x') takes it of each item",
        ),
        ("a.tags[2]", "[2] is missing here: a.tags is a list of 2", 8, None),
        ("a.tags[i.n]", "[2] is missing here: a.tags is a list of 2", 8, None),
        ("FIRST(a.tags).x", "'x' is missing here: FIRST(a.tags) is text", 15, None),
        ("True", "'True' is missing here: there are a, i", 1, "Did you mean true?"),
    ],
)
def test_each_way_of_missing_is_explained(source: str, message: str, column: int, hint: str | None) -> None:
    error = fails(source, {"a": NAMES, "i": {"n": 2, "o": {"y": 1}}})

    assert (error.code, str(error)) == ("VALUE_MISSING", f"{message} ({source}, column {column})")
    if hint:
        assert error.hint == hint


def test_of_many_names_ten_are_shown() -> None:
    error = fails("a.x", {"a": {f"name{index:02}": index for index in range(25)}})

    assert (
        "there are name00, name01, name02, name03, name04, name05, name06, name07, name08, name09 and 15 more"
        in str(error)
    )
    assert len(error.detail["available"]) == 10


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("trigger.payload.tags[-1]", "vip"),
        ("trigger.payload.tags.1", "vip"),
        ("trigger.payload.tags[loop.index - 1]", "vip"),
        ("trigger.payload.tags[loop.index / 2]", "vip"),
        ("trigger.payload['content-type']", "text"),
        ("trigger.payload['na' + 'me']", "Ada"),
        ("trigger.payload.note", None),
        ("trigger.payload.note == null", True),
        ("DEFAULT(trigger.payload.note, 1)", 1),
        ("DEFAULT(trigger.payload.gone.deeper, 1)", 1),
        ("DEFAULT(trigger.payload.name.first, 1)", 1),
        ("DEFAULT(trigger.payload.gone + 1, 2)", 2),
        ("DEFAULT(0, 1)", 0),
        ("DEFAULT('', 1)", ""),
        ("trigger.payload.note or 'x'", "x"),
        ("trigger.payload.amount and 'x'", "x"),
        ("'name' in trigger.payload", True),
        ("0 or '' or [] or false", False),
        ("not trigger.payload.none", True),
        ("'0' and 'false'", "false"),
        ("1 == true", False),
        ("0 == false", False),
        ("null == false", False),
        ("'' == null", False),
        ("1 == 1.0", True),
        ("[1, ['a', null]] == [1.0, ['a', null]]", True),
        ("[1] == [true]", False),
        ("[1] == [1, 2]", False),
        ("1 in [true]", False),
        ("'5' == 5", False),
        ("'5' != 5", True),
        ("'b' > 'B'", True),
        ("'2026-01-01T00:00:00Z' == '2026-01-01T01:00:00+01:00'", True),
        ("'2026-01-01' == '2026-01-01T00:00:00.000Z'", True),
        ("'2026-01-01T10:00:00+09:00' < '2026-01-01T02:00:00Z'", True),
        ("'2026-13-01' == '2026-13-1'", False),
        ("6 / 2", 3),
        ("7 / 2", 3.5),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("120.5 + 1", 121.5),
        ("2026 - NUMBER(FIRST(SPLIT(loop.item.values.founded, ' ')))", 13),
    ],
)
def test_values_are_read_compared_and_reckoned_with(source: str, value: object) -> None:
    result = parse(source).evaluate(SCOPE)

    assert result == value
    assert isinstance(result, bool) == isinstance(value, bool)


def test_whole_numbers_that_divide_stay_whole() -> None:
    assert isinstance(parse("6 / 2").evaluate({}), int)
    assert isinstance(parse("2 * 3").evaluate({}), int)


SUMS = "'+' adds numbers or joins text: here are"
ORDER = "Only two numbers or two texts have an order: here are"
HOLD = "lists hold anything, text and objects hold text"
PART = "A part is named by text or a whole number: here is"


@pytest.mark.parametrize(
    ("source", "code", "message", "column"),
    [
        ("'a' + 1", "EXPRESSION_TYPES", f"{SUMS} text and a number", 5),
        ("1 + null", "EXPRESSION_TYPES", f"{SUMS} a number and null", 3),
        ("true + 1", "EXPRESSION_TYPES", f"{SUMS} true or false and a number", 6),
        ("[1] + [2]", "EXPRESSION_TYPES", f"{SUMS} a list and a list", 5),
        ("'a' * 3", "EXPRESSION_TYPES", "'*' takes numbers: here are text and a number", 5),
        ("'%d' % 3", "EXPRESSION_TYPES", "'%' takes numbers: here are text and a number", 6),
        ("-'a'", "EXPRESSION_TYPES", "'-' takes a number: here is text", 1),
        ("1 < 'a'", "EXPRESSION_TYPES", f"{ORDER} a number and text", 3),
        ("[1] < [2]", "EXPRESSION_TYPES", f"{ORDER} a list and a list", 5),
        ("true < false", "EXPRESSION_TYPES", f"{ORDER} true or false and true or false", 6),
        ("1 in 5", "EXPRESSION_TYPES", f"A number cannot hold a number: {HOLD}", 3),
        ("1 in 'a1'", "EXPRESSION_TYPES", f"Text cannot hold a number: {HOLD}", 3),
        ("[1][true]", "EXPRESSION_TYPES", f"{PART} true or false", 5),
        ("[1][0.5]", "EXPRESSION_TYPES", f"{PART} a number", 5),
        ("1 / 0", "DIVISION_BY_ZERO", "'/' divides by zero", 3),
        ("1 // 0.0", "DIVISION_BY_ZERO", "'//' divides by zero", 3),
        ("1.5 % 0", "DIVISION_BY_ZERO", "'%' divides by zero", 5),
        ("0 / 0", "DIVISION_BY_ZERO", "'/' divides by zero", 3),
    ],
)
def test_what_cannot_be_done_says_why_and_where(source: str, code: str, message: str, column: int) -> None:
    error = fails(source)

    assert (error.code, str(error)) == (code, f"{message} (column {column})")
    assert error.detail == {"expression": source, "position": column}


def test_what_is_not_needed_is_not_evaluated() -> None:
    for source in (
        "1 if true else gone",
        "IF(false, gone, 1)",
        "1 or gone",
        "DEFAULT(1, gone)",
        "COALESCE(null, 1, gone)",
        "1 if not (false and gone) else 2",
        "1 if not (1 > 2 > gone) else 2",
    ):
        assert parse(source).evaluate({}) == 1, source


def test_only_default_stands_in_for_what_is_missing() -> None:
    for source in ("COALESCE(gone, 1)", "gone or 1", "gone == null", "IF(gone, 1, 2)", "CONCAT('a', gone)"):
        assert fails(source, {}).code == "VALUE_MISSING", source


def test_default_lets_other_errors_through() -> None:
    assert fails("DEFAULT(1 / 0, 2)").code == "DIVISION_BY_ZERO"
    assert fails("DEFAULT(NUMBER('x'), 2)").code == "EXPRESSION_TYPES"


@pytest.mark.parametrize(
    "founded",
    [
        "1902",
        "2013 (1888)",
        "1998 (1923 / 1874)",
        "2005 (Molson 1786, Coors 1873)",
        "1975/1977 (1997)",
        "2022 (Johnson & Johnson spinoff)",
    ],
)
def test_the_year_is_taken_out_of_every_form_of_founded(founded: str) -> None:
    expression = parse("2026 - NUMBER(FIRST(SPLIT(FIRST(SPLIT(loop.item.values.founded, ' ')), '/')))")

    assert expression.evaluate({"loop": {"item": {"values": {"founded": founded}}}}) == 2026 - int(
        founded[:4]
    )
