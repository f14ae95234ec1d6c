import re

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.expression import ExpressionError, parse
from engine.expression.functions import FUNCTIONS
from engine.expression.json_values import weigh

WORDS = [
    *FUNCTIONS,
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "and",
    "or",
    "not",
    "in",
    "not in",
    "if",
    "else",
    "true",
    "false",
    "null",
    "1",
    "0",
    "2.5",
    "9" * 30,
    "1e300",
    "'a'",
    "'2026-01-01'",
    "' '",
    "''",
    "a",
    "a.b",
    "a.b[0]",
    "a.text",
    "a.list",
    "a.objects",
    "'b'",
    "a[",
    "'c'",
    "\n",
    "é",
    "\\",
    "'",
]
SMALL = {
    "a": {
        "b": [1, "x", None],
        "text": "a b",
        "list": [3, 1.5, True, "2026-01-01"],
        "objects": [{"c": 1}, {"c": "d"}],
    }
}
ATOMS = st.sampled_from(
    [
        "1",
        "0",
        "2.5",
        "true",
        "null",
        "'a b'",
        "'2026-01-01'",
        "''",
        "[]",
        "a",
        "a.b",
        "a.text",
        "a.list",
        "a.objects",
        "a.gone",
        "9223372036854775807",
        "1e308",
    ]
)


OPERATORS = ["+", "-", "*", "/", "//", "%", "==", "!=", "<", ">=", "in", "not in", "and", "or"]


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    calls = st.sampled_from(sorted(FUNCTIONS)).flatmap(
        lambda name: st.lists(inner, min_size=FUNCTIONS[name].least, max_size=FUNCTIONS[name].most or 3).map(
            lambda arguments: f"{name}({', '.join(arguments)})"
        )
    )
    binary = st.tuples(inner, st.sampled_from(OPERATORS), inner).map(lambda parts: f"({' '.join(parts)})")
    return (
        calls
        | binary
        | st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})")
        | st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | inner.map(lambda x: f"(not {x})")
        | st.tuples(inner, inner).map(lambda p: f"({p[0]})[{p[1]}]")
    )


def check_outcome(source: str) -> None:
    """Parse and evaluate: a bounded plain value or an ExpressionError with its place, nothing else."""
    try:
        value, variables = parse(source).evaluate_traced(SMALL)
    except ExpressionError as error:
        assert re.fullmatch(r"[A-Z_]+", error.code)
        assert 1 <= (error.position or 0) <= len(source) + 1
        assert error.message[0] == error.message[0].upper()
        assert weigh(error.detail, 10**6).bytes < 10**5
        return
    assert weigh(value, 10**7).bytes <= 4 * 1024 * 1024
    assert all(isinstance(path, str) for path in variables)


@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_words_in_any_order_give_a_value_or_an_expression_error(source: str) -> None:
    check_outcome(source)


@given(st.recursive(ATOMS, compound, max_leaves=12))
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_well_formed_expressions_give_a_value_or_an_expression_error(source: str) -> None:
    check_outcome(source)


@given(st.text(max_size=60))
@example("\ud800")
@example("'\\u")
@example("a.\0")
def test_any_text_at_all_gives_a_value_or_an_expression_error(source: str) -> None:
    check_outcome(source)
