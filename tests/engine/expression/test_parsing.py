import pytest

from engine.expression import ExpressionError, parse


def fault(source: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        parse(source)
    assert caught.value.code == "TEMPLATE_SYNTAX"
    assert caught.value.detail["position"] == caught.value.position
    return caught.value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 2 - 3", 5),
        ("100 / 10 / 2", 5),
        ("-2 * -3", 6),
        ("2 - -3", 5),
        ("--2", 2),
        ("-(1 + 2)", -3),
        ("7 // 2 * 2 + 7 % 2", 7),
        ("not 1 == 2", True),
        ("not true or true", True),
        ("true or true and false", True),
        ("(true or true) and false", False),
        ("1 < 2 == true", False),
        ("1 < 2 and 2 < 3", True),
        ("3 > 2 > 1", True),
        ("3 > 2 > 2", False),
        ("1 not in [2]", True),
        ("not 1 in [2]", True),
        ("'a' if false else 'b' if false else 'c'", "c"),
        ("1 + 1 if 2 > 1 else 0", 2),
        ("[1 if true else 2, 3]", [1, 3]),
        ("[]", []),
        ("[[1, 2], [3]][0][1]", 2),
        ("if(1 > 2, 'a', 'b')", "b"),
        ("IF (true, 1, 2)", 1),
        ("1 if (2 > 1) else 3", 1),
        ("not(false)", True),
        ("lEn('abc')", 3),
        (".5 + 1.5e1", 15.5),
        (" \n 1 \t", 1),
        (r"'a\'b\"c\\d\n\t\u00e9\/'", "a'b\"c\\d\n\té/"),
        ('"it\'s"', "it's"),
        (r"'\ud83d\ude00'", "😀"),
        (r"'\ud83d'", "\ufffd"),
        (r"'\u0000'", "\ufffd"),
    ],
)
def test_operators_bind_as_everywhere_and_literals_are_what_they_say(source: str, value: object) -> None:
    assert parse(source).evaluate({}) == value


@pytest.mark.parametrize(
    ("source", "position", "message"),
    [
        ("", 1, "There is no expression here (column 1)"),
        ("  ", 3, "There is no expression here (column 3)"),
        ("1 +", 4, "The expression ends where a value should stand (column 4)"),
        ("1 2", 3, "'2' stands where the expression should end (column 3)"),
        ("(1", 3, "The expression ends where ')' should follow (column 3)"),
        ("[1, 2", 6, "The expression ends where ',' or ']' should follow (column 6)"),
        ("[1,]", 4, "']' stands where a value should stand (column 4)"),
        ("LEN(1 2)", 7, "'2' stands where ',' or ')' should follow (column 7)"),
        ("a.", 3, "The expression ends where a name should follow the point (column 3)"),
        ("a.[0]", 3, "'[' stands where a name should follow the point (column 3)"),
        ("a[]", 3, "']' stands where a value should stand (column 3)"),
        ("1 if 2", 7, "The expression ends where 'else' should follow (column 7)"),
        ("else", 1, "'else' stands where a value should stand (column 1)"),
        ("1 == not 2", 6, "'not' needs brackets round it here (column 6)"),
        ("'abc", 1, "The text that begins here has no closing ' (column 1)"),
        (r"'a\d'", 3, r"'\d' is no escape in text (column 3)"),
        ("1abc", 1, "'1abc' is no number (column 1)"),
        ("1.5.2", 4, "A number, a text, true, false and null have no parts (column 4)"),
        ("'a'.upper", 4, "A number, a text, true, false and null have no parts (column 4)"),
        ("1e999", 1, "A number is larger than floating point can hold (column 1)"),
        ("9" * 1300, 1, "A number has more than 4,096 bits (column 1)"),
        ("1 + §", 5, "'§' has no meaning here (column 5)"),
        ("lambda: x", 7, "':' has no meaning here (column 7)"),
        ("x = 1", 3, "'=' has no meaning here (column 3)"),
        ("a; b", 2, "';' has no meaning here (column 2)"),
        ("LEN()", 1, "LEN(x) takes 1 argument: here are 0 (column 1)"),
        ("1 + IF(1, 2)", 5, "IF(condition, a, b) takes 3 arguments: here are 2 (column 5)"),
        ("ROUND(1, 2, 3)", 1, "ROUND(number, digits) takes 1 to 2 arguments: here are 3 (column 1)"),
        ("SUM()", 1, "SUM(list) takes at least 1 argument: here are 0 (column 1)"),
        ("a.b(1)", 3, "'b' is no function of a value (column 3)"),
        ("a[0](1)", 5, "'(' stands where the expression should end (column 5)"),
    ],
)
def test_a_fault_names_what_is_wrong_and_its_column(source: str, position: int, message: str) -> None:
    error = fault(source)

    assert (str(error), error.position) == (message, position)


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("2 ** 3", "There is no power: multiply"),
        ("a = 1", "Write == to compare"),
        ("a <> 1", "Write != for 'is not'"),
        ("a && b", "Write and"),
        ("a || b", "Write or"),
        ("!a", "Write not"),
        ("a AND b", "Write it in small letters: and"),
        ("$json.a", "Names begin without $, as in trigger.payload"),
        ("“a”", "Quote text with straight quotes, ' or \""),
        ("{{ a }}", "An expression is written without braces; only in a template does {{ }} stand around it"),
        ("a[1:2]", "Items of a list are taken with [0], FIRST and LAST"),
        ("UPER('x')", "Did you mean UPPER(text)?"),
        ("AVG(a)", "Did you mean AVERAGE(list)?"),
        ("LENGTH(a)", "Did you mean LEN(x)?"),
        ("NOW()", "There is no clock: run.startedAt is when the run began"),
        ("a.upper()", "Write UPPER(text)"),
    ],
)
def test_a_fault_says_how_to_mend_it(source: str, hint: str) -> None:
    assert fault(source).hint == hint


def test_a_function_that_resembles_none_is_answered_with_all_there_are() -> None:
    assert str(fault("xyzzy_plugh(1)").hint).startswith("There are ABS, AVERAGE, COALESCE, ")


@pytest.mark.parametrize(
    ("source", "references"),
    [
        ("1 + 1", set()),
        ("activities.age.value", {("activities", "age", "value")}),
        ("trigger.payload.items[0].name", {("trigger", "payload", "items", 0, "name")}),
        ("a['my field'].b[-1]", {("a", "my field", "b", -1)}),
        ("a[loop.index].b", {("a",), ("loop", "index")}),
        ("FIRST(a.b).c + SUM(MAP(d.e, 'f.g'))", {("a", "b"), ("d", "e")}),
        ("DEFAULT(a.b, c.d) if not e in [f] else -g", {("a", "b"), ("c", "d"), ("e",), ("f",), ("g",)}),
        ("IF(false, activities.never.value, 1)", {("activities", "never", "value")}),
    ],
)
def test_references_are_all_paths_that_may_be_read(source: str, references: set[tuple[object, ...]]) -> None:
    assert parse(source).references == references


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("trigger", ("trigger",)),
        (" trigger.payload.n ", ("trigger", "payload", "n")),
        ("(a.b[0]['c d'].from)", ("a", "b", 0, "c d", "from")),
        ("a.1st", ("a", "1st")),
        ("a[b]", None),
        ("FIRST(a).b", None),
        ("a.b + 0", None),
        ("-a", None),
        ("'a.b'", None),
    ],
)
def test_a_bare_path_is_a_path_and_nothing_else(source: str, path: tuple[object, ...] | None) -> None:
    assert parse(source).bare_path == path


def test_the_same_text_is_parsed_once() -> None:
    assert parse("trigger.payload.once") is parse("trigger.payload.once")


@pytest.mark.parametrize(
    "word",
    ["from", "class", "in", "if", "not", "else", "and", "or", "true", "null", "import", "1st", "__class__"],
)
def test_any_word_may_follow_a_point(word: str) -> None:
    assert parse(f"a.{word}.x if a.{word} else 0").evaluate({"a": {word: {"x": 5}}}) == 5
